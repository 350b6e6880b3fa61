// The chi-square distribution.
import { gammaQ } from './gamma-q.ts';

/** P(X > x) with `df` degrees of freedom. Agrees with scipy.stats.chi2.sf. */
export function chi2Sf(x: number, df: number): number {
  return gammaQ(df / 2, x / 2);
}

/** The x with chi2Sf(x, df) = p, for 0 < p < 1. Bisection: 200 halvings leave no bit undecided. Agrees with scipy.stats.chi2.isf. */
export function chi2Isf(p: number, df: number): number {
  let low = 0;
  let high = df;
  while (chi2Sf(high, df) > p) high *= 2;
  for (let i = 0; i < 200 && low < high; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (chi2Sf(middle, df) > p) low = middle;
    else high = middle;
  }
  return high;
}
