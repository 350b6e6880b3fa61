import { gammaQ } from './gamma-q.ts';

/** Distribution function of the standard normal, Φ(z), through the incomplete gamma function. Agrees with scipy.stats.norm.cdf. */
export function normalCdf(z: number): number {
  const tail = gammaQ(0.5, (z * z) / 2) / 2;
  return z < 0 ? tail : 1 - tail;
}
