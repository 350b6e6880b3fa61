// Columns together must not cry wolf, and must see what single columns cannot: simulations with seeds.
import { describe, expect, it } from 'vitest';
import { compareColumns } from '../../../src/ml/drift/compare.ts';
import { driftOptionsOf } from '../../../src/ml/drift/options.ts';
import { fitDetector } from '../../../src/ml/multivariate/detector/fit.ts';
import { judgeErrors } from '../../../src/ml/multivariate/detector/judge.ts';
import { scoreRows } from '../../../src/ml/multivariate/detector/score.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { normals, numeric, pairOf } from '../drift/columns.ts';
import { frameOf, related, together, twins, usedOf } from './tables.ts';

const RUNS = 200;
/** 5 %, and two standard errors of 200 runs. */
const MOST = RUNS * 0.05 + 2 * Math.sqrt(RUNS * 0.05 * 0.95);

describe('200 runs without any change', () => {
  it.each([
    [500, 400, 9],
    [150, 150, 9],
    [1000, 60, 3],
  ])(
    'find something in one of twenty at most, all checks and a detector counted: %i and %i rows',
    async (n, m, width) => {
      let flagged = 0;
      for (let seed = 0; seed < RUNS; seed++) {
        const random = randomFrom(seed);
        const [reference, current] = [related(n, width, random), related(m, width, random)];
        const found = await together(reference, current, {
          seed,
          detector: { kind: 'pca', autodeploy: false },
        });
        expect(found.report.detector).not.toBeNull();
        if (found.findings.length > 0) flagged++;
      }
      expect(flagged).toBeLessThanOrEqual(MOST);
    },
  );

  it('hardly ever alarm the decision where NannyML’s limits do: components fit their own rows best', async () => {
    let alerts = 0;
    let drifts = 0;
    for (let seed = 0; seed < 100; seed++) {
      const random = randomFrom(seed);
      const { pca } = (await together(related(100, 19, random), related(100, 19, random))).report;
      if (pca!.alert) alerts++;
      if (pca!.drifted) drifts++;
    }
    expect(alerts).toBeGreaterThan(20);
    expect(drifts).toBeLessThanOrEqual(2);
  });

  it('of autoencoders, each trained anew', () => {
    let flagged = 0;
    for (let seed = 0; seed < RUNS; seed++) {
      const random = randomFrom(seed);
      const reference = twins(160, 0.7, random);
      const fitted = fitDetector('autoencoder', usedOf(reference).slice(0, 2), reference, [], 30, random);
      if (typeof fitted === 'string') throw new Error(fitted);
      const scores = scoreRows(fitted, twins(120, 0.7, random));
      if (judgeErrors(scores, fitted.baseline, 0.01).drifted) flagged++;
    }
    expect(flagged).toBeLessThanOrEqual(MOST);
  });
});

describe('columns that no longer go together, each of them as before', () => {
  const random = randomFrom(3);
  const [reference, current] = [twins(800, 0.9, random), twins(500, 0, random)];

  it('are unseen one by one', () => {
    const options = driftOptionsOf({ reference: 'a.csv', current: 'b.csv' });
    const pairs = ['a', 'b', 'c'].map((name) =>
      pairOf(reference.columns.get(name)!, current.columns.get(name)!),
    );
    const compared = compareColumns(pairs, options, []);
    expect(compared.columns.map(({ status }) => status)).toEqual(['pass', 'pass', 'pass']);
  });

  it('are found by components, by rank correlation and by both detectors, and the guilty columns named', async () => {
    for (const kind of ['pca', 'autoencoder'] as const) {
      const { report, findings } = await together(reference, current, {
        detector: { kind, autodeploy: false },
      });
      expect(report.pca).toMatchObject({ drifted: true });
      expect(report.detector).toMatchObject({ kind, drifted: true });
      expect(report.spearman).toMatchObject({ changed: 1, drifted: true });
      expect(report.spearman!.top[0]).toMatchObject({ columns: ['a', 'b'], changed: true });
      const guilty = report
        .detector!.attribution.filter(({ share }) => share > 0.2)
        .map(({ column }) => column);
      expect(guilty.sort()).toEqual(['a', 'b']);
      expect(findings.map(({ check }) => check)).toEqual(['pca', 'detector', 'correlation']);
      expect(findings.at(-1)!.message).toMatch(
        /^a and b go closely together \(ρ 0\.\d\d\), now they have nothing in common/,
      );
    }
  });

  it('and says more or less where the words for both are the same', async () => {
    const of = (rho: number) => twins(2000, rho, random);
    const { report } = await together(of(0.15), of(0.36), {});
    expect(report.spearman!.top[0]!.text).toMatch(
      /^a and b go loosely together \(ρ 0\.1\d\), now more \(ρ 0\.3\d\)$/,
    );
  });

  it('whose rows stand out by number, with the columns responsible', async () => {
    const odd = twins(500, 0.9, random);
    const values = odd.columns.get('b')!;
    if (values.kind === 'categorical') throw new Error();
    values.values[122] = 6;
    const { outliers } = (await together(reference, odd)).report;
    expect(outliers!.by).toBe('pca');
    expect(outliers!.rows[0]).toMatchObject({ row: 123, file: null });
    // What components lose of two columns is their difference: both answer for it.
    expect(outliers!.rows[0]!.columns.map(({ column }) => column).sort()).toEqual(['a', 'b']);
    expect(outliers!.rows.length).toBeLessThanOrEqual(20);
    expect(JSON.stringify(outliers)).not.toContain('"b":');
  });
});

describe('rows that wander in time', () => {
  it('count as few, and do not pass the limits that parts of the reference set', async () => {
    const random = randomFrom(8);
    const wander = (n: number) => {
      let last = 0;
      return normals(n, random, 0, Math.sqrt(1 - 0.95 ** 2)).map((noise) => (last = 0.95 * last + noise));
    };
    const make = (n: number) => frameOf(Array.from({ length: 6 }, (_, i) => numeric(`w${i}`, wander(n))));
    const [reference, current] = [make(4000), make(200)];
    const parts = Array.from({ length: 20 }, (_, part) =>
      Int32Array.from({ length: 200 }, (__, i) => 200 * part + i),
    );
    const alone = (await together(reference, current)).report.spearman!;
    const calibrated = (await together(reference, current, { timeParts: parts })).report;
    // Counted as independent, 8 of the 15 pairs would seem to have changed.
    expect(alone.changed).toBeLessThanOrEqual(1);
    expect(calibrated.spearman!.changed).toBeLessThanOrEqual(1);
    expect(calibrated.pca).toMatchObject({ chunks: 20, chunks_from: 'time', drifted: false });
  });
});
