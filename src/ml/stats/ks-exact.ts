// The exact distribution of the two-sample KS statistic: the share of lattice paths from (0, 0) to (n, m) that leave
// the band |x/n − y/m| < D. Every arrangement of the two samples is one such path, all equally likely.

/** P(statistic ≥ d) for samples of n and m. Agrees with scipy.stats.ks_2samp(method='exact'). */
export function ksExactP(n: number, m: number, d: number): number {
  const g = gcd(n, m);
  const h = Math.round(d * (n / g) * m);
  if (h === 0) return 1;
  // 2·exp(−2·en·D²) bounds the tail up to a constant near 1: below e^−760 no double is left of it.
  if (2 * ((n * m) / (n + m)) * d * d > 760) return 0;
  return n === m ? equalSizes(n, h) : outsideBand(n, m, g, h);
}

/**
 * 2 · (C(2n, n−h) − C(2n, n−2h) + …) / C(2n, n) by the reflection principle (Gnedenko and Korolyuk), nested as Horner
 * does so that nothing cancels.
 */
function equalSizes(n: number, h: number): number {
  let p = 0;
  for (let k = Math.floor(n / h); k >= 0; k--) {
    let ratio = 1;
    for (let j = 0; j < h; j++) ratio = ((n - k * h - j) * ratio) / (n + k * h + j + 1);
    p = ratio * (1 - p);
  }
  return 2 * p;
}

/**
 * Hodges' inside method in Viehmann's stable form (arXiv 2102.08037): with `left[y]` the share of paths to (x, y) that
 * have left the band, left(x, y) = (x · left(x−1, y) + y · left(x, y−1)) / (x + y). Walked by anti-diagonals, where no
 * cell waits for its neighbour; one array serves all, from high y to low.
 */
function outsideBand(n: number, m: number, g: number, h: number): number {
  const stepX = m / g;
  const stepY = n / g;
  const step = stepX + stepY;
  const left = new Float64Array(m + 2).fill(1); // left[y + 1], so that y − 1 exists
  left[1] = 0;
  for (let length = 1; length <= n + m; length++) {
    const low = Math.max(Math.floor((length * stepX - h) / step) + 1, 0, length - n);
    const high = Math.min(Math.ceil((length * stepX + h) / step) - 1, m, length);
    if (low > high) return 1;
    const scale = 1 / length;
    for (let y = high; y >= low; y--) left[y + 1] = ((length - y) * left[y + 1]! + y * left[y]!) * scale;
    left[low] = 1;
  }
  return left[m + 1]!;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
