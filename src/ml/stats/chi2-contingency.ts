import { chi2Sf } from './chi2.ts';

export interface Contingency {
  readonly statistic: number;
  readonly p: number;
  readonly df: number;
}

/**
 * Pearson's chi-square test that two rows of counts come from one distribution, without Yates' correction. Cells that
 * are empty on both sides do not count. Null where fewer than two cells or a side is empty: there is nothing to compare.
 * Agrees with scipy.stats.chi2_contingency(correction=False).
 */
export function chi2Contingency(a: ArrayLike<number>, b: ArrayLike<number>): Contingency | null {
  let sumA = 0;
  let sumB = 0;
  let cells = 0;
  for (let i = 0; i < a.length; i++) {
    sumA += a[i]!;
    sumB += b[i]!;
    if (a[i]! + b[i]! > 0) cells++;
  }
  if (cells < 2 || sumA === 0 || sumB === 0) return null;
  const total = sumA + sumB;
  let statistic = 0;
  for (let i = 0; i < a.length; i++) {
    const both = a[i]! + b[i]!;
    if (both === 0) continue;
    const expectedA = (both * sumA) / total;
    const expectedB = (both * sumB) / total;
    statistic += (a[i]! - expectedA) ** 2 / expectedA + (b[i]! - expectedB) ** 2 / expectedB;
  }
  const df = cells - 1;
  return { statistic, p: chi2Sf(statistic, df), df };
}
