// What the reference numbers of test/ml/agreement/metrics.ts cannot say.
import { describe, expect, it } from 'vitest';
import type { ClassificationData } from '../../../src/ml/metrics/data.ts';
import { poisson } from '../../../src/ml/metrics/poisson.ts';
import {
  computeClassification,
  computeRegression,
  defaultMetrics,
  metricFor,
} from '../../../src/ml/metrics/table.ts';
import { randomFrom } from '../../../src/util/random.ts';

const tiny = (more: Partial<ClassificationData> = {}): ClassificationData => ({
  truth: Int32Array.from([0, 0, 1]),
  predicted: Int32Array.from([0, 1, 1]),
  classes: 2,
  positive: 1,
  scores: Float64Array.from([0.9, 0.1, 0.4, 0.6, 0.2, 0.8]),
  probabilities: true,
  weights: null,
  ...more,
});

describe('a metric that says nothing is unavailable, with its reason', () => {
  it.each([
    ['roc_auc', tiny({ truth: Int32Array.from([0, 0, 0]) }), 'no row is of the class'],
    ['roc_auc', tiny({ truth: Int32Array.from([1, 1, 1]) }), 'every row is of the class'],
    ['roc_auc', tiny({ scores: null }), 'there are no scores'],
    ['log_loss', tiny({ probabilities: false }), 'not probabilities'],
    ['brier_score', tiny({ probabilities: false }), 'not probabilities'],
    ['average_precision', tiny({ truth: Int32Array.from([0, 0, 0]) }), 'no row is positive'],
    ['precision', tiny({ positive: null }), 'no class is positive'],
    ['accuracy', tiny({ weights: new Float64Array(3) }), 'all weights are zero'],
  ])('%s', (name, data, reason) => {
    expect(computeClassification([metricFor(name)!], data).get(name)).toEqual({
      unavailable: expect.stringContaining(reason),
    });
  });

  it.each([
    ['mean_absolute_percentage_error', [0, 1], 'the target is 0 in 1 row'],
    ['wape', [0, 0], 'the target is 0 in every row'],
    ['r2', [3, 3], 'the target is the same in every row'],
  ])('%s', (name, truth, reason) => {
    const data = {
      truth: Float64Array.from(truth),
      predicted: Float64Array.from([1, 2]),
      weights: null,
    };
    expect(computeRegression([metricFor(name)!], data).get(name)).toEqual({
      unavailable: expect.stringContaining(reason),
    });
  });
});

describe('names', () => {
  it('reads aliases and scorer names, and knows which task a metric is for', () => {
    expect(metricFor('rmse')?.name).toBe('root_mean_squared_error');
    expect(metricFor('neg_log_loss')?.name).toBe('log_loss');
    const functions = [
      'f1_score',
      'r2_score',
      'brier_score',
      'brier_score_loss',
      'neg_brier_score',
      'logloss',
    ];
    expect(functions.map((name) => metricFor(name)?.name)).toEqual([
      ...['f1', 'r2', 'brier_score', 'brier_score', 'brier_score', 'log_loss'],
    ]);
    expect(metricFor('_score')).toBeUndefined();
    expect(metricFor('roc_auc', 'multiclass')?.name).toBe('roc_auc_ovr');
    expect(metricFor('roc_auc', 'regression')).toBeUndefined();
    expect(metricFor('__proto__')).toBeUndefined();
  });

  it('has the defaults of every task', () => {
    expect(defaultMetrics('binary').length).toBe(11);
    expect(defaultMetrics('multiclass').length).toBe(11);
    expect(defaultMetrics('regression').length).toBe(8);
  });
});

describe('chance', () => {
  it('draws Poisson numbers with the mean and variance they should have', () => {
    const random = randomFrom(1);
    for (const mean of [0.5, 9.5, 10, 120, 5000]) {
      const draws = Float64Array.from({ length: 20_000 }, () => poisson(mean, random));
      const found = draws.reduce((a, b) => a + b) / draws.length;
      const variance = draws.reduce((sum, each) => sum + (each - found) ** 2, 0) / draws.length;
      // Five standard errors of the mean, and of the variance of a Poisson sample.
      expect(Math.abs(found - mean)).toBeLessThan(5 * Math.sqrt(mean / draws.length));
      expect(Math.abs(variance - mean)).toBeLessThan(5 * Math.sqrt((2 * mean ** 2 + mean) / draws.length));
    }
  });
});
