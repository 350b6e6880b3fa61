import type { Computed, Weighed } from './data.ts';

/** The mean of the values by weight. */
export function weightedMean(values: Float64Array, weights: Float64Array | null): Computed {
  let sum = 0;
  let total = 0;
  if (weights === null) {
    total = values.length;
    for (let row = 0; row < values.length; row++) sum += values[row]!;
  } else
    for (let row = 0; row < values.length; row++) {
      const weight = weights[row]!;
      sum += weight * values[row]!;
      total += weight;
    }
  return total === 0 ? { unavailable: 'all weights are zero' } : sum / total;
}

/** The mean of `of(row)` over the rows, which is asked once for each. */
export function meanOf(rows: number, of: (row: number) => number): Weighed {
  const values = valuesOf(rows, of);
  return (weights) => weightedMean(values, weights);
}

export function valuesOf(rows: number, of: (row: number) => number): Float64Array {
  const values = new Float64Array(rows);
  for (let row = 0; row < rows; row++) values[row] = of(row);
  return values;
}
