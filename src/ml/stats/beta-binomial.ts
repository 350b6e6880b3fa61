import { logGamma } from './log-gamma.ts';

/**
 * P(K ≥ k) for K of m rows, each hit with a chance that is itself drawn from Beta(a, b). Agrees with the sum of
 * scipy.stats.betabinom.pmf from k on (its sf loses small tails).
 */
export function betaBinomialUpperTail(k: number, m: number, a: number, b: number): number {
  if (k <= 0) return 1;
  if (k > m) return 0;
  const logBeta = (x: number, y: number) => logGamma(x) + logGamma(y) - logGamma(x + y);
  const logChoose = logGamma(m + 1) - logGamma(k + 1) - logGamma(m - k + 1);
  let term = Math.exp(logChoose + logBeta(k + a, m - k + b) - logBeta(a, b));
  let sum = 0;
  for (let i = k; i <= m && term > sum * 1e-17; i++) {
    sum += term;
    term *= ((m - i) * (a + i)) / ((i + 1) * (b + m - i - 1));
  }
  return Math.min(1, sum);
}
