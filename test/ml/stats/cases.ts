// The samples that fixtures/ml/stats/make.py gave scipy, made again, and what scipy said of them.
import { lcg } from './lcg.ts';

export interface TwoSamples {
  readonly seed: number;
  readonly n: number;
  readonly m: number;
  readonly scale: number;
  readonly shift: number;
  readonly steps: number;
  readonly ks: number;
  readonly p: number;
  readonly wasserstein: number;
  readonly std: number;
  readonly quantiles: readonly number[];
  readonly edges: readonly number[];
  readonly p_asymptotic: number;
}

export interface StatisticsGolden {
  readonly scipy: string;
  readonly numpy: string;
  readonly two_samples: readonly TwoSamples[];
  readonly ks_exact: readonly (readonly [n: number, m: number, d: number, p: number])[];
  readonly kstwo: readonly (readonly [n: number, x: number, p: number])[];
  readonly chi2: readonly (readonly [x: number, df: number, p: number])[];
  readonly chi2_isf: readonly (readonly [p: number, df: number, x: number])[];
  readonly log_gamma: readonly (readonly [x: number, value: number])[];
  readonly beta_binomial: readonly (readonly [k: number, m: number, a: number, b: number, tail: number])[];
  readonly tables: readonly {
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly statistic: number;
    readonly p: number;
    readonly df: number;
    readonly js: number;
    readonly tvd: number;
    readonly psi: number;
    readonly cramers_v_uncorrected: number;
  }[];
  readonly field: { readonly psi: { readonly [floor: string]: number } };
  readonly random: { readonly [seed: string]: readonly number[] };
  readonly adjust: readonly { readonly p: readonly number[]; readonly bh: readonly number[] }[];
}

/** Both ascending. */
export function samplesOf({ seed, n, m, scale, shift, steps }: TwoSamples): [Float64Array, Float64Array] {
  const step = (x: number) => (steps ? Math.floor(x * steps) : x);
  const a = lcg(seed, n).map(step).sort();
  const b = lcg(seed + 1, m)
    .map((x) => step(x * scale + shift))
    .sort();
  return [a, b];
}
