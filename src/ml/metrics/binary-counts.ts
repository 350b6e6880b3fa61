// The four counts of a decision between two classes, and the shares that are made of them.

/** Sums of weights. */
export interface BinaryCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** Which of four cells a row is in, as `countsAt` reads them. */
export function cellOf(isPositive: boolean, isFlagged: boolean): number {
  return (isPositive ? 0 : 1) + (isFlagged ? 0 : 2);
}

/** Of the `group`-th four cells. */
export function countsAt(sums: Float64Array, group = 0): BinaryCounts {
  const [truePositives, falsePositives, falseNegatives, trueNegatives] = sums.subarray(4 * group);
  return {
    truePositives: truePositives!,
    falsePositives: falsePositives!,
    falseNegatives: falseNegatives!,
    trueNegatives: trueNegatives!,
  };
}

export function totalOf(c: BinaryCounts): number {
  return c.truePositives + c.falsePositives + c.falseNegatives + c.trueNegatives;
}

/** null where there is nothing to take a share of. `flagged`: called positive, rightly or not. */
export const RATES = {
  precision: (c: BinaryCounts) => ratio(c.truePositives, c.truePositives + c.falsePositives),
  recall: (c: BinaryCounts) => ratio(c.truePositives, c.truePositives + c.falseNegatives),
  false_positive_rate: (c: BinaryCounts) => ratio(c.falsePositives, c.falsePositives + c.trueNegatives),
  flagged: (c: BinaryCounts) => ratio(c.truePositives + c.falsePositives, totalOf(c)),
  positive: (c: BinaryCounts) => ratio(c.truePositives + c.falseNegatives, totalOf(c)),
} as const;

export function ratio(above: number, below: number): number | null {
  return below === 0 ? null : above / below;
}
