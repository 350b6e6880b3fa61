/**
 * Correlation of each value with the one before, in the order given, around the common mean (Box–Jenkins r₁). Null for
 * fewer than 3 values or a constant.
 */
export function autocorrelation(values: Float64Array): number | null {
  const n = values.length;
  if (n < 3) return null;
  let centre = 0;
  for (let i = 0; i < n; i++) centre += values[i]! / n;
  let together = 0;
  let alone = 0;
  for (let i = 0; i < n; i++) {
    const here = values[i]! - centre;
    alone += here * here;
    if (i > 0) together += here * (values[i - 1]! - centre);
  }
  return alone > 0 ? together / alone : null;
}
