// Spearman's rank correlation: how far two columns rise together, whatever their scales.
import { ascending } from './order.ts';

/** Ranks from 1, ties at their mean: scipy.stats.rankdata. No NaN. */
export function ranks(values: Float64Array): Float64Array {
  const order = ascending(values);
  const found = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!]! === values[order[start]!]!) end++;
    for (let i = start; i < end; i++) found[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return found;
}

/**
 * Pearson's correlation; of `ranks` it is Spearman's, as scipy.stats.spearmanr. Null where a side is constant or there are
 * fewer than two values.
 */
export function correlation(x: Float64Array, y: Float64Array): number | null {
  const n = x.length;
  if (n < 2) return null;
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < n; i++) {
    meanX += x[i]! / n;
    meanY += y[i]! / n;
  }
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    const dx = x[i]! - meanX;
    const dy = y[i]! - meanY;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  if (xx === 0 || yy === 0) return null;
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/** Of the rows where both have a value; NaN with fewer than two of them, or when one is constant. */
export function spearman(a: Float64Array, b: Float64Array): number {
  const both = Int32Array.from(a.keys()).filter((row) => !Number.isNaN(a[row]!) && !Number.isNaN(b[row]!));
  const ranked = (values: Float64Array) => ranks(Float64Array.from(both, (row) => values[row]!));
  return correlation(ranked(a), ranked(b)) ?? Number.NaN;
}
