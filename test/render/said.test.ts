import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { saidOf } from '../../src/render/pipeline/said.ts';
import { DRIFT, EVALUATION } from './report-samples.ts';

const asJson = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value));
const slice = (season: string, accuracy: number, half: number, baseline: unknown = null) => ({
  by: { season },
  rows: 300,
  status: 'pass',
  metrics: { accuracy },
  intervals: { accuracy: [accuracy - half, accuracy + half] },
  baseline,
});
const judged = (...slices: unknown[]): JsonObject => asJson({ ...EVALUATION, slices });

describe('what a report says', () => {
  it('names slices that are worse than in the same report as it was, beyond chance', () => {
    const was = judged(slice('winter', 0.8, 0.02), slice('summer', 0.8, 0.02), slice('autumn', 0.7, 0.02));
    const now = judged(slice('winter', 0.7, 0.02), slice('summer', 0.79, 0.02), slice('autumn', 0.8, 0.02));
    expect(saidOf(now, [], { report: was, name: 'main' }).worse).toEqual([
      { slice: 'season = winter', metric: 'accuracy', now: 0.7, change: expect.closeTo(-0.1), than: 'main' },
    ]);
    expect(saidOf(now, []).worse).toEqual([]);
    expect(saidOf(now, [], { report: { schema: 'mine' }, name: 'main' }).worse).toEqual([]);
  });

  it('names slices that are worse than with the baseline model, row by row', () => {
    const beside = (value: number, low: number, high: number) => ({
      metrics: { accuracy: 0.8 },
      differences: { accuracy: { value, interval: [low, high], probability_better: 0 } },
    });
    const now = judged(
      slice('winter', 0.7, 0.2, beside(-0.1, -0.15, -0.05)),
      slice('summer', 0.7, 0.2, beside(-0.1, -0.25, 0.05)),
      slice('autumn', 0.9, 0.2, beside(0.1, 0.05, 0.15)),
    );
    expect(saidOf(now, []).worse).toEqual([
      { slice: 'season = winter', metric: 'accuracy', now: 0.7, change: -0.1, than: 'the baseline model' },
    ]);
  });

  it('is the advice of a drift report, and of a report of another kind its findings or lines', () => {
    expect(saidOf(asJson(DRIFT), []).advice).toMatchObject({
      decision: 'retrain',
      odds: expect.stringMatching(/^Probability that/),
    });
    expect(saidOf({ schema: 'mine' }, ['  two   words '])).toEqual({
      advice: null,
      points: ['two words'],
      worse: [],
    });
  });
});
