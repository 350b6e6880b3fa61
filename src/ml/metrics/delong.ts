// Whether two areas under the ROC curve, of scores for the same rows, differ beyond chance. DeLong, DeLong and Clarke-Pearson,
// "Comparing the areas under two or more correlated receiver operating characteristic curves", 1988.
import { normalTails } from '../stats/normal-quantile.ts';
import type { RankedRows } from './ranking.ts';

export interface Delong {
  readonly difference: number;
  readonly standardError: number;
  readonly z: number;
  readonly p: number;
}

/** null where a class has fewer than two rows, or no row tells the scores apart. Both rank the same rows. */
export function delong(one: RankedRows, other: RankedRows): Delong | null {
  const [a, b] = [placements(one), placements(other)];
  const of = (hit: 0 | 1): Spread => {
    const rows = [...one.order].filter((_, at) => one.hits[at] === hit);
    return spreadOf(Float64Array.from(rows, (row) => a[row]! - b[row]!));
  };
  const [hits, others] = [of(1), of(0)];
  const standardError = Math.sqrt(hits.variance / hits.count + others.variance / others.count);
  if (!(standardError > 0)) return null;
  const z = hits.mean / standardError;
  return { difference: hits.mean, standardError, z, p: normalTails(z) };
}

/**
 * Of each row of the class: the share of other rows with a lower score; of each other row: the share of rows of the class
 * with a higher one. Ties count half. The mean of either is the area.
 */
function placements({ order, last, hits }: RankedRows): Float64Array {
  const placed = new Float64Array(order.length);
  const all = hits.reduce((sum, hit) => sum + hit, 0);
  let start = 0;
  let above = 0;
  for (let end = 0; end < order.length; end++) {
    if (last[end] === 0) continue;
    let tied = 0;
    for (let at = start; at <= end; at++) tied += hits[at]!;
    const othersAbove = start - above;
    const othersTied = end + 1 - start - tied;
    const others = order.length - all;
    for (let at = start; at <= end; at++)
      placed[order[at]!] =
        hits[at] === 1 ? 1 - (othersAbove + othersTied / 2) / others : (above + tied / 2) / all;
    above += tied;
    start = end + 1;
  }
  return placed;
}

interface Spread {
  readonly count: number;
  readonly mean: number;
  /** With divisor n − 1. */
  readonly variance: number;
}

function spreadOf(values: Float64Array): Spread {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squared = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, variance: squared / (count - 1) };
}
