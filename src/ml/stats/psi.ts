// Population stability index: Σ (q − p) ln(q / p) over the cells. Shares under the floor are lifted to it and not
// renormalized, so the floor is part of the definition and stands in every report.
import { chi2Isf } from './chi2.ts';

/** `p` and `q` are shares over the same cells. */
export function psi(p: ArrayLike<number>, q: ArrayLike<number>, floor: number): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const a = Math.max(p[i]!, floor);
    const b = Math.max(q[i]!, floor);
    sum += (b - a) * Math.log(b / a);
  }
  return sum;
}

/**
 * What PSI stays under in 95 of 100 comparisons of samples of one distribution: χ²(cells − 1, 0.95) · (1/n + 1/m)
 * (Yurdakul 2018). Fixed limits such as 0.1 cannot know the sample sizes.
 */
export function psiCritical(cells: number, n: number, m: number): number {
  return cells < 2 ? 0 : chi2Isf(0.05, cells - 1) * (1 / n + 1 / m);
}
