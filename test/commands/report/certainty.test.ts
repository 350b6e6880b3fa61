import { describe, expect, it } from 'vitest';
import { withCertainty } from '../../../src/commands/report/certainty.ts';
import type { JsonObject } from '../../../src/core/json.ts';

const FILE = 'reports/judge.json';
const report = (value: number, half: number, more: JsonObject = {}): ReadonlyMap<string, JsonObject> =>
  new Map([
    [
      FILE,
      {
        schema: 'mlops.evaluate/1',
        metrics: { accuracy: value },
        intervals: { accuracy: [value - half, value + half] },
        inputs: { model: { sha256: 'old' } },
        ...more,
      },
    ],
  ]);
const change = (was: number, now: number) => [{ file: FILE, key: 'accuracy', was, now, better: now > was }];

describe('how sure a change is', () => {
  it.each([
    [0.8, 0.86, 0.02, 'beyond'],
    [0.8, 0.82, 0.02, 'within'],
    // Intervals that overlap, and yet: 0.03 > √(0.02² + 0.02²).
    [0.8, 0.83, 0.02, 'beyond'],
  ])('%d → %d, each ±%d, is %s chance', (was, now, half, chance) => {
    const [changed] = withCertainty(change(was, now), report(was, half), report(now, half));
    expect(changed).toMatchObject({ interval: [now - half, now + half], chance });
  });

  it('comes from the difference row by row where the model of then was scored beside', () => {
    const beside = (sha256: string, low: number): JsonObject => ({
      baseline_model: {
        model: { sha256 },
        differences: { accuracy: { value: 0.01, interval: [low, 0.02] } },
      },
    });
    const chanceOf = (more: JsonObject): unknown =>
      withCertainty(change(0.8, 0.81), report(0.8, 0.02), report(0.81, 0.02, more))[0]!.chance;
    expect(chanceOf(beside('old', 0.001))).toBe('beyond');
    expect(chanceOf(beside('old', -0.001))).toBe('within');
    expect(chanceOf(beside('another', 0.001))).toBe('within');
  });

  it('is not said where nobody measured it', () => {
    const odd: JsonObject = { schema: 'mlops.evaluate/1' };
    for (const [was, now] of [
      [new Map(), new Map()],
      [new Map(), new Map([[FILE, odd]])],
      [new Map([[FILE, odd]]), new Map([[FILE, { schema: 'mine' }]])],
    ] as const)
      expect(withCertainty(change(0.8, 0.9), was, now)).toEqual(change(0.8, 0.9));
    expect(withCertainty(change(0.8, 0.9), new Map(), report(0.9, 0.01))[0]).not.toHaveProperty('chance');
  });
});
