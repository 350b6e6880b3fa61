// The two-sided one-sample Kolmogorov–Smirnov distribution. Which method is accurate where: Simard and L'Ecuyer,
// "Computing the Two-Sided Kolmogorov-Smirnov Distribution", J. Stat. Software 39(11), 2011.
import { durbinCdf } from './kstwo-durbin.ts';
import { pelzGoodCdf } from './kstwo-pelz-good.ts';
import { pomeranzCdf } from './kstwo-pomeranz.ts';
import { logGamma } from './log-gamma.ts';
import { smirnovSf } from './smirnov.ts';

/** P(D_n > x) for samples of n ≥ 1. Agrees with scipy.stats.kstwo.sf. */
export function kstwoSf(n: number, x: number): number {
  const nx = n * x;
  if (x >= 1) return 0;
  if (nx <= 0.5) return 1;
  if (nx <= 1) return 1 - Math.exp(logGamma(n + 1) - n * Math.log(n) + n * Math.log(2 * nx - 1));
  if (nx >= n - 1) return 2 * (1 - x) ** n;
  if (x >= 0.5) return 2 * smirnovSf(n, x);
  const nxx = nx * x;
  if (n <= 140) {
    if (nxx <= 0.754693) return 1 - durbinCdf(n, x);
    if (nxx <= 4) return 1 - pomeranzCdf(n, x);
    return 2 * smirnovSf(n, x);
  }
  if (nxx >= 370) return 0;
  if (nxx >= 2.2) return Math.min(1, 2 * smirnovSf(n, x));
  return 1 - (n <= 100_000 && n * x ** 1.5 <= 1.4 ? durbinCdf(n, x) : pelzGoodCdf(n, x));
}
