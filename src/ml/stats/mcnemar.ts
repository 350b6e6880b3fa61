import { logGamma } from './log-gamma.ts';

/**
 * Two-sided p that of `one + other` rows, each of which speaks for one side, chance alone would leave so uneven a split: the
 * exact binomial test at 1/2, McNemar 1947. 1 without any row. Agrees with scipy.stats.binomtest.
 */
export function mcnemar(one: number, other: number): number {
  const rows = one + other;
  const fewer = Math.min(one, other);
  // P(X = fewer), then each smaller one from the one before it.
  let term = Math.exp(
    logGamma(rows + 1) - logGamma(fewer + 1) - logGamma(rows - fewer + 1) - rows * Math.LN2,
  );
  let sum = 0;
  for (let k = fewer; k >= 0 && term > sum * Number.EPSILON; k--) {
    sum += term;
    term *= k / (rows - k + 1);
  }
  return Math.min(1, 2 * sum);
}
