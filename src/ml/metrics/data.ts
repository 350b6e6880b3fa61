// What a metric is computed from. Scores are widened to float64 before they come here.

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
  /** None negative, not all zero; null = every row counts 1. */
  readonly weights: Float64Array | null;
}

export interface RegressionData {
  readonly truth: Float64Array;
  readonly predicted: Float64Array;
  readonly weights: Float64Array | null;
}

/** A number that is finite, or why there is none. */
export type Computed = number | { readonly unavailable: string };
