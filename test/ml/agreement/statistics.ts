// Statistics and tests beside scipy and numpy.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benjaminiHochberg } from '../../../src/ml/stats/adjust.ts';
import { betaBinomialUpperTail } from '../../../src/ml/stats/beta-binomial.ts';
import { chi2Isf, chi2Sf } from '../../../src/ml/stats/chi2.ts';
import { chi2Contingency } from '../../../src/ml/stats/chi2-contingency.ts';
import { jensenShannon } from '../../../src/ml/stats/jensen-shannon.ts';
import { ksTest } from '../../../src/ml/stats/ks.ts';
import { ksExactP } from '../../../src/ml/stats/ks-exact.ts';
import { standardDeviation } from '../../../src/ml/stats/moments.ts';
import { psi } from '../../../src/ml/stats/psi.ts';
import { quantile } from '../../../src/ml/stats/quantile.ts';
import { sharesOf } from '../../../src/ml/stats/shares.ts';
import { totalVariation } from '../../../src/ml/stats/total-variation.ts';
import { wasserstein } from '../../../src/ml/stats/wasserstein.ts';
import { type StatisticsGolden, samplesOf } from '../stats/cases.ts';
import { type Agreement, agreementOf, type Compared } from './agreement.ts';

const FIXTURE = join(import.meta.dirname, '../../../fixtures/ml/stats/golden.json');
const QUANTILES = [0, 0.01, 0.25, 0.5, 0.75, 0.99, 1];

export async function agreements(): Promise<readonly Agreement[]> {
  const golden = JSON.parse(readFileSync(FIXTURE, 'utf8')) as StatisticsGolden;
  const pairs = golden.two_samples.map((each) => ({ each, ab: samplesOf(each) }));
  const samples = (ours: (a: Float64Array, b: Float64Array) => number, theirs: 'ks' | 'p' | 'wasserstein') =>
    pairs.map(({ each, ab: [a, b] }): Compared => ({ ours: ours(a, b), theirs: each[theirs] }));
  const tables = (
    ours: (a: readonly number[], b: readonly number[]) => number,
    theirs: 'statistic' | 'p' | 'js' | 'tvd' | 'psi',
  ) => golden.tables.map((each): Compared => ({ ours: ours(each.a, each.b), theirs: each[theirs] }));
  const rows: { readonly [subject: string]: readonly Compared[] } = {
    'KS statistic': samples((a, b) => ksTest(a, b).statistic, 'ks'),
    'KS p-value (exact to 10,000 rows, then kstwo)': samples((a, b) => ksTest(a, b).p, 'p'),
    'KS exact p-value by lattice paths': golden.ks_exact.map(([n, m, d, p]) => ({
      ours: ksExactP(n, m, d),
      theirs: p,
    })),
    'Wasserstein distance': samples(wasserstein, 'wasserstein'),
    'standard deviation': pairs.map(({ each, ab: [a] }) => ({
      ours: standardDeviation(a),
      theirs: each.std,
    })),
    quantiles: pairs.flatMap(({ each, ab: [a] }) =>
      QUANTILES.map((p, at) => ({ ours: quantile(a, p), theirs: each.quantiles[at]! })),
    ),
    'chi-square statistic of a table': tables((a, b) => chi2Contingency(a, b)!.statistic, 'statistic'),
    'chi-square p-value of a table': tables((a, b) => chi2Contingency(a, b)!.p, 'p'),
    'chi-square survival function': golden.chi2.map(([x, df, p]) => ({ ours: chi2Sf(x, df), theirs: p })),
    'chi-square critical value': golden.chi2_isf.map(([p, df, x]) => ({ ours: chi2Isf(p, df), theirs: x })),
    'Jensen-Shannon distance, base 2': tables((a, b) => jensenShannon(sharesOf(a), sharesOf(b)), 'js'),
    'total variation': tables((a, b) => totalVariation(sharesOf(a), sharesOf(b)), 'tvd'),
    'PSI, floor 1e-4': tables((a, b) => psi(sharesOf(a), sharesOf(b), 1e-4), 'psi'),
    'beta-binomial tail': golden.beta_binomial.map(([k, m, a, b, tail]) => ({
      ours: betaBinomialUpperTail(k, m, a, b),
      theirs: tail,
    })),
    'Benjamini-Hochberg': golden.adjust.flatMap(({ p, bh }) =>
      benjaminiHochberg(p).map((ours, at) => ({ ours, theirs: bh[at]! })),
    ),
  };
  return Object.entries(rows).map(([subject, compared]) =>
    agreementOf(
      {
        part: 'statistics',
        subject,
        tool: `scipy ${golden.scipy}, numpy ${golden.numpy}`,
        script: 'fixtures/ml/stats/make.py',
        tolerance: 1e-9,
        measure: 'relative',
      },
      compared,
    ),
  );
}
