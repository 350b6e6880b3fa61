// The two-sample Kolmogorov–Smirnov test, as scipy.stats.ks_2samp does it.
import { ksExactP } from './ks-exact.ts';
import { kstwoSf } from './kstwo.ts';

export interface KsResult {
  /** Largest distance between the two distribution functions. */
  readonly statistic: number;
  readonly p: number;
  readonly method: 'exact' | 'asymptotic';
}

/** scipy's limit for `method='auto'`. */
const MAX_EXACT = 10_000;

/** Both sorted, neither empty, no NaN. */
export function ksTest(a: Float64Array, b: Float64Array): KsResult {
  const statistic = ksStatistic(a, b);
  const n = a.length;
  const m = b.length;
  if (Math.max(n, m) <= MAX_EXACT) {
    const p = ksExactP(n, m, statistic);
    if (p >= 0 && p <= 1) return { statistic, p, method: 'exact' };
  }
  const p = Math.min(1, Math.max(0, kstwoSf(roundHalfToEven((n * m) / (n + m)), statistic)));
  return { statistic, p, method: 'asymptotic' };
}

/** D alone. Ties between the samples are taken as one step. Both sorted, neither empty. */
export function ksStatistic(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  const m = b.length;
  let i = 0;
  let j = 0;
  let most = 0; // n · m · D, whole numbers: no rounding on the way
  while (i < n && j < m) {
    const x = Math.min(a[i]!, b[j]!);
    while (i < n && a[i]! === x) i++;
    while (j < m && b[j]! === x) j++;
    const apart = Math.abs(i * m - j * n);
    if (apart > most) most = apart;
  }
  return most / (n * m);
}

/** numpy.round: scipy rounds the effective size this way. */
function roundHalfToEven(x: number): number {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}
