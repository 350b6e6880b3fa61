import { chi2Contingency } from './chi2-contingency.ts';

/**
 * Two-sided p that `k1` of `n1` and `k2` of `n2` come from one proportion: the pooled z-test, which is the 2 × 2
 * chi-square test. 1 when both shares are 0 or both are 1.
 */
export function twoProportions(k1: number, n1: number, k2: number, n2: number): number {
  return chi2Contingency([k1, n1 - k1], [k2, n2 - k2])?.p ?? 1;
}
