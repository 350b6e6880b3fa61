/** The p-quantile (0 ≤ p ≤ 1) of sorted values, linear between order statistics. Agrees with numpy.quantile. NaN when empty. */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const a = sorted[low]!;
  const b = sorted[Math.min(low + 1, sorted.length - 1)]!;
  const t = at - low;
  if (a === b) return a;
  // Numbers at both ends of what a double holds: their difference is none.
  if (!Number.isFinite(b - a)) return t === 0 ? a : a * (1 - t) + b * t;
  // numpy's lerp: from the nearer end, so that t = 1 gives b to the last bit.
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}
