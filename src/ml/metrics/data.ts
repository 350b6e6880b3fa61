// What a metric is computed from. Scores are widened to float64 before they come here.

/** How rows of like scores are put together. */
export interface Binning {
  /** How many bins, at most: empty ones are left out. */
  readonly bins: number;
  /** `width`: equal parts of [0, 1]. `count`: about as many rows in each, as far as ties allow. */
  readonly by: 'width' | 'count';
}

export interface ClassificationData {
  /** Index of the class of each row. */
  readonly truth: Int32Array;
  readonly predicted: Int32Array;
  readonly classes: number;
  /** Binary: index of the positive class. */
  readonly positive: number | null;
  /** rows × classes, row by row; null when only labels were given. */
  readonly scores: Float64Array | null;
  /** The scores of a row are shares of 1. */
  readonly probabilities: boolean;
  /** How calibration errors put scores together; ten bins of equal width unless said. */
  readonly binning?: Binning;
  /** None negative, not all zero; null = every row counts 1. */
  readonly weights: Float64Array | null;
}

export interface RegressionData {
  readonly truth: Float64Array;
  /** The value of each row; of a model of quantiles the one named by `quantiles`. */
  readonly predicted: Float64Array;
  readonly weights: Float64Array | null;
  readonly quantiles?: Quantiles | null;
}

/** Predicted quantiles of each row. */
export interface Quantiles {
  /** Ascending, each between 0 and 1. */
  readonly levels: readonly number[];
  /** rows × levels, row by row. */
  readonly values: Float64Array;
  /** `predicted` is the 0.5-quantile; else it says nothing of the middle. */
  readonly hasMedian: boolean;
}

/** A number that is finite, or why there is none. */
export type Computed = number | { readonly unavailable: string };

/**
 * A metric made ready for its rows, to be asked for any weights of them: sorting and logarithms are done once, and each
 * replicate of a bootstrap is one pass. null = every row counts 1.
 */
export type Weighed = (weights: Float64Array | null) => Computed;

export function unavailable(reason: string): Weighed {
  return () => ({ unavailable: reason });
}
