import { describe, expect, it } from 'vitest';
import { type Point, pointKey, type Space } from '../../src/search/space.ts';
import { type Outcome, type Study, type Trial, told } from '../../src/search/study.ts';
import { nextPoint } from '../../src/search/tpe.ts';
import { NOISY, quiet } from './noisy.ts';

const SMALL: Space = [
  { name: 'a', domain: { kind: 'choice', values: ['x', 'y', 'z'] }, when: [] },
  { name: 'b', domain: { kind: 'numbers', low: 1, high: 4, step: 1, scale: 'linear' }, when: [] },
  {
    name: 'only',
    domain: { kind: 'choice', values: [{ deep: [1] }] },
    when: [{ of: 'b', test: '>', value: 3 }],
  },
];

const LINE: Space = [
  { name: 'x', domain: { kind: 'numbers', low: 0, high: 1, step: null, scale: 'linear' }, when: [] },
];

function study(space: Space, trials: readonly Trial[] = [], direction: Study['direction'] = 'min'): Study {
  return { space, seed: 5, direction, trials };
}

/** Asks and tells `n` times. */
function grown(start: Study, n: number, outcomeOf: (point: Point, trial: number) => Outcome | null): Study {
  let now = start;
  for (let count = 0; count < n; count++) {
    const point = nextPoint(now);
    if (!point) break;
    const trial = now.trials.length;
    const outcome = outcomeOf(point, trial);
    const asked = [...now.trials, { point, outcome: null }];
    now = { ...now, trials: outcome ? told(asked, trial, outcome) : asked };
  }
  return now;
}

const valued = (point: Point): Outcome => ({ kind: 'value', value: quiet(point) });

describe('TPE', () => {
  it('asks the same after it was written and read again', () => {
    let kept = study(NOISY);
    let read = study(NOISY);
    for (let trial = 0; trial < 30; trial++) {
      kept = grown(kept, 1, valued);
      read = grown(JSON.parse(JSON.stringify(read)) as Study, 1, valued);
    }
    expect(JSON.stringify(read.trials)).toBe(JSON.stringify(kept.trials));
  });

  it('asks otherwise for another seed, and for other answers', () => {
    const base = grown(study(NOISY), 15, valued);
    const next = nextPoint(base);
    expect(nextPoint({ ...base, seed: 6 })).not.toEqual(next);
    const turned = { ...base, direction: 'max' } as const;
    expect(nextPoint(turned)).not.toEqual(next);
  });

  it('makes large what is to be large', () => {
    for (const direction of ['min', 'max'] as const) {
      const end = grown(study(LINE, [], direction), 40, (point) => ({
        kind: 'value',
        value: point['x'] as number,
      }));
      const last = end.trials.slice(-15).map(({ point }) => point['x'] as number);
      const mean = last.reduce((sum, x) => sum + x, 0) / 15;
      if (direction === 'max') expect(mean).toBeGreaterThan(0.8);
      else expect(mean).toBeLessThan(0.2);
    }
  });

  it('gives trials that run beside each other different points', () => {
    const base = grown(study(NOISY), 20, valued);
    const beside = grown(base, 8, () => null).trials.slice(20);
    expect(new Set(beside.map(({ point }) => JSON.stringify(point))).size).toBe(8);
    // What runs is taken for one of the others, not for a good one.
    const spread = beside.map(({ point }) => point['x'] as number);
    expect(Math.max(...spread) - Math.min(...spread)).toBeGreaterThan(0.1);
  });

  it('takes what runs for one of the others, not for a good one', () => {
    const end = grown(study(LINE), 20, (point) => ({ kind: 'value', value: point['x'] as number }));
    const running = Array.from({ length: 6 }, (_, at) => ({ point: { x: 0.9 + at / 1000 }, outcome: null }));
    expect(nextPoint({ ...end, trials: [...end.trials, ...running] })!['x']).toBeLessThan(0.5);
  });

  it('learns nothing from failures, and begins only with ten values', () => {
    const failing = grown(study(NOISY), 30, () => ({ kind: 'failed' }));
    const plain = grown(study(NOISY), 30, () => null);
    expect(failing.trials.map(({ point }) => point)).toEqual(plain.trials.map(({ point }) => point));
    const end = grown(study(LINE), 20, (point) => ({ kind: 'value', value: point['x'] as number }));
    const failed = (x: number): Trial[] =>
      Array.from({ length: 10 }, (_, at) => ({ point: { x: x + at / 1000 }, outcome: { kind: 'failed' } }));
    const failedAt = (x: number): Point | undefined =>
      nextPoint({ ...end, trials: [...end.trials, ...failed(x)] });
    for (const x of [0.01, 0.07, 0.135, 0.3]) expect(failedAt(x)).toEqual(failedAt(0.9));
  });

  it('never asks a point twice, and ends when all are tried', () => {
    const end = grown(study(SMALL), 100, (_, trial) => ({ kind: 'value', value: trial }));
    const keys = end.trials.map(({ point }) => pointKey(SMALL, point));
    expect(keys).toHaveLength(12);
    expect(new Set(keys).size).toBe(12);
    expect(nextPoint(end)).toBeUndefined();
  });

  it('knows a dimension under a condition only from trials that had it', () => {
    const end = grown(study(NOISY), 40, valued);
    for (const { point } of end.trials) expect('depth' in point).toBe(point['model'] === 'forest');
  });

  it('searches only what there is to search', () => {
    const one: Space = [SMALL[2]!].map((each) => ({ ...each, when: [] }));
    expect(nextPoint(study(one))).toEqual({ only: { deep: [1] } });
    expect(nextPoint(grown(study(one), 1, () => null))).toBeUndefined();
    expect(nextPoint(study([]))).toEqual({});
  });

  it('stands numbers at the edge of what a double holds', () => {
    const wide: Space = [
      {
        name: 'a',
        domain: { kind: 'numbers', low: -8e307, high: 8e307, step: null, scale: 'linear' },
        when: [],
      },
      {
        name: 'b',
        domain: { kind: 'numbers', low: 5e-324, high: 1e308, step: null, scale: 'log' },
        when: [],
      },
      { name: 'c', domain: { kind: 'numbers', low: 0, high: 9e15, step: 1, scale: 'linear' }, when: [] },
      {
        name: 'd',
        domain: { kind: 'numbers', low: 1, high: 1 + Number.EPSILON, step: null, scale: 'linear' },
        when: [],
      },
    ];
    const end = grown(study(wide), 25, (_, trial) => ({ kind: 'value', value: trial % 3 ? 1e308 : -1e308 }));
    for (const { point } of end.trials)
      for (const value of Object.values(point)) expect(Number.isFinite(value)).toBe(true);
  });
});

describe('what is told', () => {
  const trials: readonly Trial[] = [{ point: { a: 1 }, outcome: null }];

  it('stands, except that a failure may become a value', () => {
    const failed = told(trials, 0, { kind: 'failed', why: 'disk full' });
    expect(failed[0]!.outcome).toEqual({ kind: 'failed', why: 'disk full' });
    const value = told(failed, 0, { kind: 'value', value: 2 });
    expect(value[0]!.outcome).toEqual({ kind: 'value', value: 2 });
    expect(told(value, 0, { kind: 'value', value: 3 })).toBe(value);
    expect(told(value, 0, { kind: 'failed' })).toBe(value);
  });

  it('is a failure when it is no number', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(told(trials, 0, { kind: 'value', value })[0]!.outcome?.kind).toBe('failed');
  });

  it('is of a trial that was asked', () => {
    expect(told(trials, 7, { kind: 'value', value: 1 })).toBe(trials);
  });
});
