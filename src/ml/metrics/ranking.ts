// Rows in the order of their score for one class, against all others: what ROC and precision-recall curves are made of.

/** At each distinct score, from the highest: sums of the weights of positive and of other rows with that score or more. */
export interface Ranking {
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/** @param scores rows × classes; those of class `label` rank the rows. */
export function rank(
  truth: Int32Array,
  scores: Float64Array,
  classes: number,
  label: number,
  weights: Float64Array | null,
): Ranking {
  const rows = truth.length;
  const score = new Float64Array(rows);
  const order = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    score[row] = scores[row * classes + label]!;
    order[row] = row;
  }
  order.sort((a, b) => score[b]! - score[a]!);
  const thresholds = new Float64Array(rows);
  const truePositives = new Float64Array(rows);
  const falsePositives = new Float64Array(rows);
  let distinct = 0;
  let positive = 0;
  let other = 0;
  for (let i = 0; i < rows; i++) {
    const row = order[i]!;
    const weight = weights === null ? 1 : weights[row]!;
    if (truth[row] === label) positive += weight;
    else other += weight;
    if (i + 1 < rows && score[order[i + 1]!] === score[row]) continue;
    thresholds[distinct] = score[row]!;
    truePositives[distinct] = positive;
    falsePositives[distinct] = other;
    distinct++;
  }
  return {
    thresholds: thresholds.slice(0, distinct),
    truePositives: truePositives.slice(0, distinct),
    falsePositives: falsePositives.slice(0, distinct),
  };
}
