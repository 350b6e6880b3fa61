// Classes as metrics of expected performance need them: one class against all others, with the chance that a row truly is of
// it. Labels make the chance 0 or 1, calibrated scores make it a probability; the same formulas serve both.

/** Of two classes only the positive one is looked at; of more, each. */
export interface OneVsRest {
  /** 1 where the model says this class. */
  readonly predicted: Uint8Array;
  /** As the model gave it: what rows are ranked by. Null where only labels are known, and for a class that is not looked at. */
  readonly score: Float64Array | null;
  /** That the row truly is of this class; NaN where nobody knows. */
  readonly chance: Float64Array;
}

/** Sums of chances: the confusion matrix of one class as it is to be expected. */
export interface ExpectedCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

export function expectedCounts({ predicted, chance }: OneVsRest, rows: Int32Array): ExpectedCounts {
  let truePositives = 0;
  let falsePositives = 0;
  let falseNegatives = 0;
  let trueNegatives = 0;
  for (const row of rows) {
    const p = chance[row]!;
    if (predicted[row] === 1) {
      truePositives += p;
      falsePositives += 1 - p;
    } else {
      falseNegatives += p;
      trueNegatives += 1 - p;
    }
  }
  return { truePositives, falsePositives, falseNegatives, trueNegatives };
}
