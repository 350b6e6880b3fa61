import { describe, expect, it } from 'vitest';
import { dleEstimators } from '../../../src/ml/drift/estimate-dle.ts';
import { lossFeatures } from '../../../src/ml/drift/loss-features.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { normals } from './columns.ts';
import { losingTables } from './dle-columns.ts';
import { csvOf, driftIn, folder, type Table } from './files.ts';

const rows = { reference: 600, current: 300 };

function estimators(change: (truth: Float64Array) => Float64Array = (truth) => truth) {
  const { used, sides, predicted, numbers } = losingTables(rows, 700, 3);
  const reference = { ...numbers.reference, truth: change(numbers.reference.truth) };
  return dleEstimators({ ...numbers, reference }, lossFeatures(used, sides, predicted), randomFrom(0));
}

describe('direct loss estimation', () => {
  it('estimates no loss below zero, and the root as the root', () => {
    const byName = new Map(estimators().map((each) => [each.metric, each]));
    const current = Int32Array.from({ length: rows.current }, (_, row) => row);
    for (const each of byName.values()) {
      for (const row of current) expect(each.value('current', Int32Array.of(row))).toBeGreaterThanOrEqual(0);
      expect(each.samplingError(400)).toBeCloseTo(each.samplingError(100) / 2, 12);
    }
    const value = (name: string) => byName.get(name)!.value('current', current) as number;
    expect(value('root_mean_squared_error') ** 2).toBeCloseTo(value('mean_squared_error'), 10);
    expect(value('root_mean_squared_log_error') ** 2).toBeCloseTo(value('mean_squared_log_error'), 10);
  });

  it('leaves out rows without truth, and metrics that a row makes infinite', () => {
    const gaps = estimators((truth) => truth.map((value, row) => (row % 3 === 0 ? Number.NaN : value)));
    expect(gaps).toHaveLength(6);
    const withZero = estimators((truth) => truth.with(0, 0));
    expect(withZero.map(({ metric }) => metric)).not.toContain('mean_absolute_percentage_error');
    expect(estimators((truth) => truth.with(0, -5)).map(({ metric }) => metric)).not.toContain(
      'mean_squared_log_error',
    );
    expect(estimators((truth) => truth.map(() => Number.NaN))).toEqual([]);
  });
});

/** Delays whose error grows with the distance; the model always says 2 × distance. */
function trips(count: number, seed: number, far: number): Table {
  const random = randomFrom(seed);
  const distance = [...normals(count, random, far, 2)].map(Math.abs);
  const luck = normals(count, random);
  return {
    distance,
    guess: distance.map((each) => 2 * each),
    delay: distance.map((each, i) => 2 * each + luck[i]! * (0.2 + each / 4)),
  };
}

function without({ delay: _, ...rest }: Table): Table {
  return rest;
}

describe('drift of predicted numbers without labels', () => {
  const options = { predictions: { value: 'guess' }, target: 'delay' };

  it('estimates that the model does worse, and advises by it', async () => {
    const cwd = folder({
      'before.csv': csvOf(trips(800, 1, 5)),
      'now.csv': csvOf(without(trips(800, 2, 10))),
    });
    const { report } = await driftIn(cwd, options);
    const estimate = report.estimates!.find(({ metric }) => metric === 'root_mean_squared_error')!;
    expect(estimate.basis).toBe('dle');
    const truth = trips(800, 2, 10);
    const real = Math.sqrt(
      truth['delay']!.reduce<number>(
        (sum, each, i) => sum + (Number(each) - Number(truth['guess']![i])) ** 2,
        0,
      ) / 800,
    );
    expect(estimate.current.value).toBeGreaterThan(1.2 * estimate.reference.value!);
    expect(estimate.current.value).toBeLessThan(real * 1.2);
    expect(report.advice.basis).toBe('estimate');
    expect(report.advice.probability.value).toBeGreaterThan(0.95);
    expect(report.advice.decision).toBe('retrain');
  });

  it('keeps the model where nothing changed', async () => {
    const cwd = folder({
      'before.csv': csvOf(trips(800, 1, 5)),
      'now.csv': csvOf(without(trips(800, 3, 5))),
    });
    const { report } = await driftIn(cwd, options);
    expect(report.advice.probability.value).not.toBeNull();
    expect(report.advice.decision).not.toBe('retrain');
  });

  it('asks a model which data set a row is from, when told to', async () => {
    const cwd = folder({
      'before.csv': csvOf(trips(400, 1, 5)),
      'now.csv': csvOf(without(trips(400, 2, 10))),
    });
    const { report } = await driftIn(cwd, { ...options, domain_classifier: true });
    const domain = report.multivariate!.domain_classifier!;
    expect(domain.drifted).toBe(true);
    expect(domain.importance.map(({ column }) => column)).toEqual(['distance']);
    expect(report.metrics['domain_classifier_auroc']).toBe(domain.auroc);
    expect(report.findings.map(({ check }) => check)).toContain('domain_classifier');
    const usual = await driftIn(cwd, options);
    expect(usual.report.multivariate!.domain_classifier).toBeNull();
    expect(usual.report.unavailable['domain_classifier']).toContain('not asked for');
  });
});
