import { gammaQ } from './gamma-q.ts';

/** z > 0 beyond which, to both sides, `tails` of a normal distribution lie: 1.96 for 0.05. By bisection of erfc. */
function twoSidedNormal(tails: number): number {
  let low = 0;
  let high = 40;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (normalTails(middle) > tails) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Share of a normal distribution at least `z` standard deviations from its mean, to both sides. */
export function normalTails(z: number): number {
  return gammaQ(0.5, (z * z) / 2);
}

/**
 * As `twoSidedNormal`, for the t distribution of that many degrees of freedom: the expansion of Fisher and Cornish, good to
 * 1e-3 from 15 degrees up (Abramowitz and Stegun 26.7.5).
 */
export function twoSidedT(tails: number, degrees: number): number {
  const z = twoSidedNormal(tails);
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}
