// The bootstrap of a mean of blocks (Efron; Künsch for blocks): rows in time are not independent, whole days nearly are.
import type { Random } from '../../util/random.ts';

/** Each block's sum of losses and count of rows. One row a block where rows are independent. */
export interface Blocks {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** Means of `replicates` resamples, each of as many blocks as there are, drawn with repetition. */
export function bootstrapMeans(blocks: Blocks, replicates: number, random: Random): Float64Array {
  const { sums, counts } = blocks;
  const n = sums.length;
  const means = new Float64Array(replicates);
  for (let r = 0; r < replicates; r++) {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < n; i++) {
      const block = random.below(n);
      sum += sums[block]!;
      count += counts[block]!;
    }
    means[r] = sum / count;
  }
  return means;
}
