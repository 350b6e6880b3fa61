/**
 * Wasserstein-1 (earth mover's) distance between two samples, in their unit: the area between their distribution
 * functions. Both sorted, neither empty. Agrees with scipy.stats.wasserstein_distance.
 */
export function wasserstein(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  const m = b.length;
  let i = 0;
  let j = 0;
  let area = 0;
  let last = Math.min(a[0]!, b[0]!);
  while (i < n || j < m) {
    const next = j >= m || (i < n && a[i]! <= b[j]!) ? a[i]! : b[j]!;
    area += Math.abs(i / n - j / m) * (next - last);
    last = next;
    while (i < n && a[i] === next) i++;
    while (j < m && b[j] === next) j++;
  }
  return area;
}
