// Sums of the target over rows, kept for each node of a level: all that a split is judged by.

/** The target of a fit, in the form in which it is added up. */
export interface Target {
  /** 1 for regression, else the number of classes. */
  readonly outputs: number;
  /** Regression: the value less about the mean of all, so that squares stay small. Classes: the index of the class. */
  readonly values: Float64Array;
  /** null: every row counts 1. */
  readonly weights: Float64Array | null;
}

/** nodes × outputs: Σ w·y, or Σ w of each class. */
export interface Sums {
  readonly outputs: number;
  readonly rows: Float64Array;
  readonly weight: Float64Array;
  readonly of: Float64Array;
}

export function emptySums(nodes: number, outputs: number): Sums {
  return {
    outputs,
    rows: new Float64Array(nodes),
    weight: new Float64Array(nodes),
    of: new Float64Array(nodes * outputs),
  };
}

export function addRow(sums: Sums, node: number, { outputs, values, weights }: Target, row: number): void {
  const weight = weights === null ? 1 : weights[row]!;
  sums.rows[node]!++;
  sums.weight[node]! += weight;
  if (outputs === 1) sums.of[node]! += weight * values[row]!;
  else sums.of[node * outputs + values[row]!]! += weight;
}

/** Adds the sums at `from` of `other` to those at `node`. */
export function addSums(sums: Sums, node: number, other: Sums, from: number): void {
  const { outputs } = sums;
  sums.rows[node]! += other.rows[from]!;
  sums.weight[node]! += other.weight[from]!;
  for (let k = 0; k < outputs; k++) sums.of[node * outputs + k]! += other.of[from * outputs + k]!;
}

/** Σ s²/w: the larger this is summed over the sides of a split, the smaller their variance, or Gini impurity. */
export function purity({ outputs, weight, of }: Sums, node: number): number {
  let squares = 0;
  for (let k = node * outputs; k < (node + 1) * outputs; k++) squares += of[k]! * of[k]!;
  return squares / weight[node]!;
}

/** `purity` of both sides, of which only the left one has been added up. */
export function purityOfSplit(total: Sums, left: Sums, node: number): number {
  const { outputs } = total;
  let lefts = 0;
  let rights = 0;
  for (let k = node * outputs; k < (node + 1) * outputs; k++) {
    const a = left.of[k]!;
    const b = total.of[k]! - a;
    lefts += a * a;
    rights += b * b;
  }
  return lefts / left.weight[node]! + rights / (total.weight[node]! - left.weight[node]!);
}

/** As `purityOfSplit`, where the rows of `more` go left too. */
export function purityWithMore(total: Sums, left: Sums, more: Sums, node: number): number {
  const { outputs } = total;
  let lefts = 0;
  let rights = 0;
  for (let k = node * outputs; k < (node + 1) * outputs; k++) {
    const a = left.of[k]! + more.of[k]!;
    const b = total.of[k]! - a;
    lefts += a * a;
    rights += b * b;
  }
  const weight = left.weight[node]! + more.weight[node]!;
  return lefts / weight + rights / (total.weight[node]! - weight);
}
