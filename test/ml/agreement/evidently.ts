// The measures of drift that Evidently computes too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jensenShannon } from '../../../src/ml/stats/jensen-shannon.ts';
import { ksTest } from '../../../src/ml/stats/ks.ts';
import { standardDeviation } from '../../../src/ml/stats/moments.ts';
import { sharesOf } from '../../../src/ml/stats/shares.ts';
import { wasserstein } from '../../../src/ml/stats/wasserstein.ts';
import { lcg } from '../stats/lcg.ts';
import { type Agreement, agreementOf, type Compared } from './agreement.ts';

const FIXTURE = join(import.meta.dirname, '../../../fixtures/ml/evidently/evidently.json');

interface Golden {
  readonly versions: { readonly evidently: string };
  readonly numbers: readonly {
    readonly seed: number;
    readonly n: number;
    readonly m: number;
    readonly scale: number;
    readonly shift: number;
    readonly ks_p: number;
    readonly wasserstein_norm: number;
  }[];
  readonly categories: readonly {
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly jensenshannon_natural: number;
  }[];
}

export async function agreements(): Promise<readonly Agreement[]> {
  const { versions, numbers, categories } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Golden;
  const samples = numbers.map(({ seed, n, m, scale, shift }) => ({
    a: lcg(seed, n).sort(),
    b: lcg(seed + 1, m)
      .map((x) => x * scale + shift)
      .sort(),
  }));
  const rows: { readonly [subject: string]: readonly Compared[] } = {
    'KS p-value': samples.map(({ a, b }, at) => ({ ours: ksTest(a, b).p, theirs: numbers[at]!.ks_p })),
    'Wasserstein distance / standard deviation': samples.map(({ a, b }, at) => ({
      ours: wasserstein(a, b) / standardDeviation(a),
      theirs: numbers[at]!.wasserstein_norm,
    })),
    // Evidently takes the natural logarithm: its largest distance is √ln 2, ours is 1.
    'Jensen-Shannon distance of categories (ours × √ln 2)': categories.map((each) => ({
      ours: jensenShannon(sharesOf(each.a), sharesOf(each.b)) * Math.sqrt(Math.LN2),
      theirs: each.jensenshannon_natural,
    })),
  };
  return Object.entries(rows).map(([subject, compared]) =>
    agreementOf(
      {
        part: 'drift',
        subject,
        tool: `Evidently ${versions.evidently}`,
        script: 'fixtures/ml/evidently/make.py',
        tolerance: 1e-9,
        measure: 'relative',
      },
      compared,
    ),
  );
}
