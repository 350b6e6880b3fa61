import type { Computed } from './data.ts';

/** Mean of `of(row)` over the rows, by weight. */
export function weightedMean(
  rows: number,
  weights: Float64Array | null,
  of: (row: number) => number,
): Computed {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights === null ? 1 : weights[row]!;
    sum += weight * of(row);
    total += weight;
  }
  return total === 0 ? { unavailable: 'all weights are zero' } : sum / total;
}
