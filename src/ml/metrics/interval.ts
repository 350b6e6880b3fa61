// From replicates to an interval.
import { standardDeviation } from '../stats/moments.ts';
import { twoSidedT } from '../stats/normal-quantile.ts';
import { quantile } from '../stats/quantile.ts';

export type Interval = readonly [number, number];

/** Fewer replicates than this have no tails to read a percentile from. */
const FEW_REPLICATES = 200;

/**
 * The middle `level` of the replicates; of few replicates (so many rows that each costs much, where metrics are normal) the
 * value ± their standard deviation times t. Or why there is none.
 */
export function intervalOf(values: Float64Array, value: number, level: number): Interval | string {
  if (values.some(Number.isNaN)) return 'so few rows of a kind that some replicates have none of them';
  const sorted = values.slice().sort();
  // Nothing ever went wrong, or all went equally wrong: that is no proof that it always will.
  if (sorted[0] === sorted.at(-1)) return 'every replicate gives the same number';
  if (values.length >= FEW_REPLICATES) {
    const tail = (1 - level) / 2;
    return [quantile(sorted, tail), quantile(sorted, 1 - tail)];
  }
  const half = standardError(values) * twoSidedT(1 - level, values.length - 1);
  return [value - half, value + half];
}

/** The standard error of what the replicates are of. */
function standardError(values: Float64Array): number {
  return standardDeviation(values) * Math.sqrt(values.length / (values.length - 1));
}

/**
 * The interval of a share of which nothing, or everything, came true in `rows` independent rows, which the bootstrap cannot
 * give: Clopper and Pearson, 1934.
 */
export function certainShare(value: 0 | 1, rows: number, level: number): Interval {
  const missed = 1 - ((1 - level) / 2) ** (1 / rows);
  return value === 1 ? [1 - missed, 1] : [0, missed];
}
