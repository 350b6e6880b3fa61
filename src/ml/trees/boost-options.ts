// LightGBM's names for its settings stand in the comments; the defaults are LightGBM's too.

export interface BoostOptions {
  /** num_iterations */
  readonly trees: number;
  /** num_leaves */
  readonly leaves: number;
  /** learning_rate */
  readonly rate: number;
  /** min_data_in_leaf */
  readonly minLeafRows: number;
  /** min_sum_hessian_in_leaf */
  readonly minLeafHessian: number;
  /** max_bin */
  readonly maxBins: number;
}

export const BOOST_DEFAULTS: BoostOptions = {
  trees: 100,
  leaves: 31,
  rate: 0.1,
  minLeafRows: 20,
  minLeafHessian: 1e-3,
  maxBins: 255,
};

/** min_data_in_bin */
export const MIN_BIN_ROWS = 3;

/** kEpsilon, a float32: keeps sums of hessians off zero. */
export const EPSILON = Math.fround(1e-15);
