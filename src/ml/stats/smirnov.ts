import { logGamma } from './log-gamma.ts';

/**
 * P(D⁺_n > x), the one-sided distribution, by Birnbaum and Tingey's sum
 * x · Σ C(n, j) (x + j/n)^(j−1) (1 − x − j/n)^(n−j). All terms are positive; each is a binomial density in Loader's
 * saddle-point form (2000), which keeps full precision for any n. Agrees with scipy.special.smirnov.
 */
export function smirnovSf(n: number, x: number): number {
  const t = n * x;
  const errorN = stirlingError(n);
  let sum = (1 - x) ** n;
  for (let j = 1; j < n - t; j++) {
    const rest = n - j;
    const exponent =
      errorN - stirlingError(j) - stirlingError(rest) + j * Math.log1p(t / j) + rest * Math.log1p(-t / rest);
    sum += (t / (t + j)) * Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * j * rest));
  }
  return sum;
}

/** ln k! minus Stirling's formula. */
function stirlingError(k: number): number {
  if (k < SMALL.length) return SMALL[k]!;
  const kk = k * k;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / kk) / kk) / kk) / kk) / k;
}

const SMALL = Float64Array.from({ length: 16 }, (_, k) =>
  k === 0 ? 0 : logGamma(k + 1) - (k + 0.5) * Math.log(k) + k - 0.5 * Math.log(2 * Math.PI),
);
