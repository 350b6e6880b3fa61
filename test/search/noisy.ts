// The function on which searches are compared: Branin's, plus a rate on a log scale, a choice, and a depth that only
// one choice has; with noise. fixtures/search/make.py has the same.
import type { Point, Space } from '../../src/search/space.ts';
import type { Trial } from '../../src/search/study.ts';
import { told } from '../../src/search/study.ts';
import { lcg } from '../ml/stats/lcg.ts';

export const SEEDS = 20;
export const TRIALS = 60;

export const NOISY: Space = [
  { name: 'x', domain: { kind: 'numbers', low: -5, high: 10, step: null, scale: 'linear' }, when: [] },
  { name: 'y', domain: { kind: 'numbers', low: 0, high: 15, step: null, scale: 'linear' }, when: [] },
  { name: 'rate', domain: { kind: 'numbers', low: 1e-4, high: 1, step: null, scale: 'log' }, when: [] },
  { name: 'model', domain: { kind: 'choice', values: ['forest', 'boost', 'linear'] }, when: [] },
  {
    name: 'depth',
    domain: { kind: 'numbers', low: 2, high: 12, step: 1, scale: 'linear' },
    when: [{ of: 'model', test: '==', value: 'forest' }],
  },
];

/** Without the noise: 0.398 at best. */
export function quiet(point: Point): number {
  const { x, y, rate, model, depth } = point as { [name: string]: number } & { model: string };
  const bend = y! - (5.1 * x! * x!) / (4 * Math.PI ** 2) + (5 * x!) / Math.PI - 6;
  const branin = bend * bend + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x!) + 10;
  const shift = { forest: 0, boost: 2, linear: 5 }[model]!;
  return branin + shift + (depth === undefined ? 0 : Math.abs(depth - 6) / 2) + (Math.log10(rate!) + 2) ** 2;
}

export type Ask = (seed: number, trials: readonly Trial[]) => Point;

/** The best value without noise of those that looked best so far, after each trial. */
export function search(ask: Ask, seed: number): number[] {
  const noise = lcg(seed, TRIALS);
  let trials: readonly Trial[] = [];
  let best = Number.POSITIVE_INFINITY;
  let found = Number.NaN;
  return Array.from({ length: TRIALS }, (_, trial) => {
    const point = ask(seed, trials);
    const value = quiet(point) + 2 * noise[trial]! - 1;
    if (value < best) [best, found] = [value, quiet(point)];
    trials = told([...trials, { point, outcome: null }], trial, { kind: 'value', value });
    return found;
  });
}

/** Of what the seeds found, after each trial: the value in the middle. */
export function medians(ask: Ask): number[] {
  const runs = Array.from({ length: SEEDS }, (_, seed) => search(ask, seed));
  return Array.from({ length: TRIALS }, (_, trial) => median(runs.map((run) => run[trial]!)));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
