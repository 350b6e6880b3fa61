/**
 * Correlation of each value with the one before, in the order given, around the common mean (Box–Jenkins r₁). What is
 * not finite is skipped. Null for fewer than 3 values or a constant.
 */
export function autocorrelation(values: Float64Array): number | null {
  let count = 0;
  let sum = 0;
  for (const value of values)
    if (Number.isFinite(value)) {
      count++;
      sum += value;
    }
  const centre = sum / count;
  let together = 0;
  let alone = 0;
  let before = 0;
  for (const value of values)
    if (Number.isFinite(value)) {
      const here = value - centre;
      alone += here * here;
      together += here * before;
      before = here;
    }
  return count >= 3 && alone > 0 ? together / alone : null;
}
