// The Poisson bootstrap of counts: each row counts Poisson(1) times, so a cell of n rows counts Poisson(n) times, and a
// replicate costs one draw a cell instead of one a row. Rows with weights are drawn one by one.
import type { Random } from '../../util/random.ts';
import { poisson } from './poisson.ts';

/** Draws that a bootstrap of single rows may make: a few seconds. */
const MAX_DRAWS = 2e8;

export interface Cells {
  /** Of each row; −1 for one that is in no cell. */
  readonly cellOf: Int32Array;
  readonly size: number;
  readonly weights: Float64Array | null;
}

/** Sum of the weights in each cell. */
export function cellSums({ cellOf, size, weights }: Cells): Float64Array {
  const sums = new Float64Array(size);
  for (let row = 0; row < cellOf.length; row++)
    if (cellOf[row]! >= 0) sums[cellOf[row]!]! += weights === null ? 1 : weights[row]!;
  return sums;
}

/** Calls `use` with the sums of each replicate; the array is the same every time. With weights and many rows there are fewer than asked. */
export function replicateCells(
  cells: Cells,
  replicates: number,
  random: Random,
  use: (sums: Float64Array) => void,
): void {
  const { cellOf, size, weights } = cells;
  const sums = new Float64Array(size);
  if (weights === null) {
    const counts = cellSums(cells);
    for (let r = 0; r < replicates; r++) {
      for (let cell = 0; cell < size; cell++)
        sums[cell] = counts[cell] === 0 ? 0 : poisson(counts[cell]!, random);
      use(sums);
    }
    return;
  }
  const affordable = Math.min(replicates, Math.max(1, Math.floor(MAX_DRAWS / Math.max(1, cellOf.length))));
  for (let r = 0; r < affordable; r++) {
    sums.fill(0);
    for (let row = 0; row < cellOf.length; row++)
      if (cellOf[row]! >= 0) sums[cellOf[row]!]! += weights[row]! * poisson(1, random);
    use(sums);
  }
}
