// Tests of two models on the same rows, and standard errors by the Poisson bootstrap beside scipy's own bootstrap.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { delong } from '../../../src/ml/metrics/delong.ts';
import { rankRows } from '../../../src/ml/metrics/ranking.ts';
import { type Measurable, replicatesOf } from '../../../src/ml/metrics/replicates.ts';
import { metricFor } from '../../../src/ml/metrics/table.ts';
import { mcnemar } from '../../../src/ml/stats/mcnemar.ts';
import { standardDeviation } from '../../../src/ml/stats/moments.ts';
import { type Agreement, agreementOf } from './agreement.ts';

const SCRIPT = 'fixtures/ml/evaluate/uncertainty.py';

interface Fixture {
  readonly versions: { readonly [tool: string]: string };
  readonly delong: readonly {
    readonly truth: number[];
    readonly one: number[];
    readonly other: number[];
    readonly difference: number;
    readonly standard_error: number;
    readonly p: number;
  }[];
  readonly mcnemar: readonly { readonly one: number; readonly other: number; readonly p: number }[];
  readonly bootstrap: {
    readonly truth: number[];
    readonly one: number[];
    readonly other: number[];
    readonly y: number[];
    readonly predicted: number[];
    readonly standard_errors: { readonly [metric: string]: number };
  };
}

export async function agreements(): Promise<readonly Agreement[]> {
  const fixture = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../fixtures/ml/evaluate/uncertainty.json'), 'utf8'),
  ) as Fixture;
  const exact = { part: 'evaluate', script: SCRIPT, tolerance: 1e-9, measure: 'relative' } as const;
  const tests = fixture.delong.map((each) => ({ each, found: delongOf(each)! }));
  return [
    agreementOf(
      { ...exact, subject: "McNemar's p", tool: `scipy ${fixture.versions['scipy']}` },
      fixture.mcnemar.map(({ one, other, p }) => ({ ours: mcnemar(one, other), theirs: p })),
    ),
    agreementOf(
      { ...exact, subject: "DeLong's standard error and p", tool: "the paper's formulas in numpy" },
      tests.flatMap(({ each, found }) => [
        { ours: found.difference, theirs: each.difference },
        { ours: found.standardError, theirs: each.standard_error },
        { ours: found.p, theirs: each.p },
      ]),
    ),
    agreementOf(
      {
        part: 'evaluate',
        script: SCRIPT,
        subject: 'standard errors of metrics and paired differences, 40,000 replicates beside as many',
        tool: `scipy.stats.bootstrap ${fixture.versions['scipy']}`,
        // Both are drawn: the standard error of a standard error of 40,000 draws is 0.4 to 0.6 %; four of their difference.
        tolerance: 0.03,
        measure: 'relative',
      },
      standardErrors(fixture.bootstrap),
    ),
  ];
}

/** The scores are one column, read as that of class 0: so the rows of class 1 are called 0. */
function delongOf({ truth, one, other }: Fixture['delong'][number]) {
  const classes = Int32Array.from(truth, (k) => 1 - k);
  const ranked = (scores: number[]) => rankRows(classes, Float64Array.from(scores), 1, 0);
  return delong(ranked(one), ranked(other));
}

function standardErrors({ truth, one, other, y, predicted, standard_errors }: Fixture['bootstrap']) {
  const draws = { ofCells: 40_000, ofRows: 40_000, seed: 1 };
  const classes = (scores: number[]): Measurable => ({
    kind: 'classes',
    data: {
      truth: Int32Array.from(truth),
      predicted: Int32Array.from(scores, (p) => (p >= 0.5 ? 1 : 0)),
      classes: 2,
      positive: 1,
      scores: Float64Array.from(scores.flatMap((p) => [1 - p, p])),
      probabilities: true,
      weights: null,
    },
  });
  const numbers: Measurable = {
    kind: 'numbers',
    data: { truth: Float64Array.from(y), predicted: Float64Array.from(predicted), weights: null },
  };
  const described = (all: readonly string[]) => all.map((name) => metricFor(name)!);
  const names = Object.keys(standard_errors).filter((name) => !name.includes(','));
  const ofClasses = names.filter((name) => metricFor(name)!.kind !== 'regression');
  const ofNumbers = names.filter((name) => metricFor(name)!.kind === 'regression');
  const [a, b] = replicatesOf(described(ofClasses), [classes(one), classes(other)], draws);
  const [c] = replicatesOf(described(ofNumbers), [numbers], draws);
  return Object.entries(standard_errors).map(([name, theirs]) => {
    const metric = name.split(',')[0]!;
    const values = (a!.get(metric) ?? c!.get(metric))!;
    const samples = name.includes('difference')
      ? values.map((each, at) => each - b!.get(metric)![at]!)
      : values;
    return { ours: standardDeviation(samples), theirs };
  });
}
