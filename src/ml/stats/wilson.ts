/** Of the normal distribution: 95 % lie within ± this. */
const Z95 = 1.959963984540054;

/**
 * 95 % interval of a share seen in `n` trials (Wilson 1927): holds near 0 and 1, where the normal one fails. Agrees with
 * scipy.stats.binomtest(k, n).proportion_ci(method='wilson'). [0, 1] when there are no trials.
 */
export function wilson(share: number, n: number): readonly [number, number] {
  if (n === 0) return [0, 1];
  const z2 = Z95 * Z95;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z95 * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n))) / (1 + z2 / n);
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
