// TPE beside Optuna's: fixtures/search/make.py made the numbers with Optuna's own sampler.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { estimate } from '../../src/search/parzen.ts';
import { drawPoint, randomOfTrial } from '../../src/search/random.ts';
import type { Dimension, Domain, Numbers, Point } from '../../src/search/space.ts';
import { nextPoint } from '../../src/search/tpe.ts';
import { lcg } from '../ml/stats/lcg.ts';
import { type Ask, median, medians, NOISY, SEEDS, search, TRIALS } from './noisy.ts';
import { fiveSets, type Shown, searchTable } from './table.ts';

const GUIDE = 'docs/guides/sweeps.md';

interface Golden {
  readonly seeds: number;
  readonly trials: number;
  readonly tpe: { readonly median: number; readonly elsewhere: readonly number[] };
  readonly random: Golden['tpe'];
  readonly densities: readonly {
    readonly names: readonly string[];
    readonly observed: number;
    readonly log: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync('fixtures/search/optuna.json', 'utf8')) as Golden;

const tpe: Ask = (seed, trials) => nextPoint({ space: NOISY, seed, direction: 'min', trials })!;
const random: Ask = (seed, trials) => drawPoint(NOISY, randomOfTrial(seed, trials.length));

/** With other draws and the same noise, as the script does it. */
function shifted(ask: Ask): number[] {
  return [100, 200, 300, 400].map((shift) => medians((seed, trials) => ask(seed + shift, trials)).at(-1)!);
}

describe('TPE on the noisy function, 60 trials, 20 seeds', () => {
  const found: Shown = { name: 'tpe', medians: medians(tpe), elsewhere: shifted(tpe) };
  const drawn: Shown = { name: 'random', medians: medians(random), elsewhere: shifted(random) };
  const theirs = (name: string, { median: last, elsewhere }: Golden['tpe']): Shown => ({
    name,
    medians: [last],
    elsewhere,
  });
  const theirTpe = theirs("Optuna's TPE", golden.tpe);
  const theirRandom = theirs("Optuna's random", golden.random);

  it('is compared on what Optuna was run on', () => {
    expect([golden.seeds, golden.trials]).toEqual([SEEDS, TRIALS]);
  });

  it('finds better values than random search, in the median and in most seeds', () => {
    expect(found.medians.at(-1)).toBeLessThan(0.75 * drawn.medians.at(-1)!);
    expect(Math.max(...fiveSets(found))).toBeLessThan(Math.min(...fiveSets(drawn)));
    const wins = Array.from(
      { length: SEEDS },
      (_, seed) => search(tpe, seed).at(-1)! < search(random, seed).at(-1)!,
    );
    expect(wins.filter(Boolean).length).toBeGreaterThanOrEqual(14);
  });

  it("finds what Optuna finds: medians of five sets of seeds lie within 0.3 of the range of Optuna's", () => {
    for (const value of fiveSets(found)) {
      expect(value).toBeGreaterThan(Math.min(...fiveSets(theirTpe)) - 0.3);
      expect(value).toBeLessThan(Math.max(...fiveSets(theirTpe)) + 0.3);
    }
    expect(Math.max(...fiveSets(theirTpe)) + 0.3).toBeLessThan(Math.min(...fiveSets(theirRandom)));
  });

  it('is what the guide shows', () => {
    // UPDATE_DOCS=1 writes it.
    const table = searchTable([drawn, found], [theirRandom, theirTpe]);
    const parts = readFileSync(GUIDE, 'utf8').split(/(?<=<!-- search -->\n)[\s\S]*(?=<!-- \/search -->)/);
    const text = parts.join(`\n${table}\n\n`);
    if (process.env['UPDATE_DOCS']) writeFileSync(GUIDE, text);
    expect(readFileSync(GUIDE, 'utf8')).toBe(text);
  });

  it('begins as random search does', () => {
    expect(found.medians.slice(0, 10)).toEqual(drawn.medians.slice(0, 10));
  });
});

describe('a Parzen estimator', () => {
  const numbers = (low: number, high: number, step: number | null, scale: Numbers['scale']): Domain => ({
    kind: 'numbers',
    low,
    high,
    step,
    scale,
  });
  const domains: { readonly [name: string]: Domain } = {
    plain: numbers(-2, 3, null, 'linear'),
    log: numbers(1e-3, 10, null, 'log'),
    steps: numbers(0, 2, 0.25, 'linear'),
    whole: numbers(1, 9, 1, 'linear'),
    wholelog: numbers(1, 64, 1, 'log'),
    choice: { kind: 'choice', values: ['a', 'b', 'c'] },
  };

  function points(seed: number, n: number): Point[] {
    const u = lcg(seed, 6 * n);
    return Array.from({ length: n }, (_, i) => ({
      plain: -2 + 5 * u[6 * i]!,
      log: Math.exp(Math.log(1e-3) + u[6 * i + 1]! * Math.log(1e4)),
      steps: 0.25 * Math.floor(9 * u[6 * i + 2]!),
      whole: 1 + Math.floor(9 * u[6 * i + 3]!),
      wholelog: 1 + Math.floor(64 * u[6 * i + 4]!),
      choice: 'abc'[Math.floor(3 * u[6 * i + 5]!)]!,
    }));
  }

  it.each(golden.densities)('has the densities of Optuna for $names and $observed points', (each) => {
    const dimensions = each.names.map((name): Dimension => ({ name, domain: domains[name]!, when: [] }));
    const { logDensity } = estimate(dimensions, points(7, each.observed));
    for (const [at, point] of points(11, 8).entries()) {
      expect(logDensity(point)).toBeCloseTo(each.log[at]!, 9);
    }
  });

  it('draws as its densities say', () => {
    const dimensions: Dimension[] = [{ name: 'whole', domain: domains['whole']!, when: [] }];
    const estimator = estimate(dimensions, points(7, 10));
    const source = randomOfTrial(1, 1);
    const counts = new Map<number, number>();
    for (let draw = 0; draw < 20_000; draw++) {
      const value = estimator.draw(source)['whole'] as number;
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    for (let value = 1; value <= 9; value++)
      expect((counts.get(value) ?? 0) / 20_000).toBeCloseTo(
        Math.exp(estimator.logDensity({ whole: value })),
        1.5,
      );
  });
});

it('has a median', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
});
