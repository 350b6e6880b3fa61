/**
 * Cramér's V with Bergsma's bias correction (2013), of a 2 × k table: 0 = same distribution, towards 1 = the side tells
 * the category. `statistic` is the uncorrected chi-square, `n` the total count, `k` the number of cells.
 */
export function cramersV(statistic: number, n: number, k: number): number {
  if (n < 2 || k < 2) return 0;
  const phi2 = Math.max(0, statistic / n - (k - 1) / (n - 1));
  const rows = 2 - 1 / (n - 1);
  const columns = k - (k - 1) ** 2 / (n - 1);
  return Math.sqrt(phi2 / (Math.min(rows, columns) - 1));
}
