// The values at which partial dependence is asked for.

/** Plotting positions as scipy.stats.mstats.mquantiles has them (α = β = 0.4), which scikit-learn's grids use. */
function mquantile(sorted: Float64Array, p: number): number {
  const at = sorted.length * p + 0.4 + p * 0.2;
  const k = Math.floor(Math.min(Math.max(at, 1), sorted.length - 1));
  const t = Math.min(Math.max(at - k, 0), 1);
  const low = sorted[k - 1] ?? sorted[0]!;
  return (1 - t) * low + t * (sorted[k] ?? low);
}

/**
 * Each distinct value where there are fewer than `points`; else `points` evenly spread from the 5th to the 95th percentile.
 * Agrees with scikit-learn's partial_dependence. null when these percentiles are the same value: nothing varies there.
 */
export function gridOf(
  values: Float64Array,
  points: number,
  percentiles: readonly [number, number],
): Float64Array | null {
  const sorted = values.filter(Number.isFinite).sort();
  const distinct = sorted.filter((value, at) => at === 0 || value !== sorted[at - 1]);
  if (distinct.length < points) return distinct;
  const low = mquantile(sorted, percentiles[0]);
  const high = mquantile(sorted, percentiles[1]);
  if (Math.abs(high - low) <= 1e-8 + 1e-5 * Math.abs(high)) return null;
  return Float64Array.from({ length: points }, (_, at) =>
    at === points - 1 ? high : low + (at * (high - low)) / (points - 1),
  );
}
