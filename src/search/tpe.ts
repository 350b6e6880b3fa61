// Tree-structured Parzen Estimator: Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NIPS 2011. Where
// good trials lie is one density, where the others lie another; the next point is the likeliest of the first against
// the second. Numbers and the treatment of dimensions as in Optuna's TPESampler 5.0: those that are always there are
// searched together, one under a condition by itself, from the trials that had it.

import type { Random } from '../util/random.ts';
import { sizeOf } from './domain.ts';
import { withValue } from './grid.ts';
import { estimate } from './parzen.ts';
import { drawUnseen, drawValue, randomOfTrial } from './random.ts';
import { type Dimension, isThere, type Point, pointKey, type Space } from './space.ts';
import type { Study, Trial } from './study.ts';

/** So many values are awaited from points drawn at random. */
const STARTUP = 10;
/** So many points are drawn where the good ones lie, to take the best of. */
const CANDIDATES = 24;

/** How many of n values count as good. */
function goodOf(n: number): number {
  return Math.min(Math.ceil(0.1 * n), 25);
}

/** The next point to try; undefined when all there are were tried: a point is never asked twice. */
export function nextPoint({ space, seed, direction, trials }: Study): Point | undefined {
  const random = randomOfTrial(seed, trials.length);
  const seen = new Set(trials.map(({ point }) => pointKey(space, point)));
  const valued = trials.filter(({ outcome }) => outcome?.kind === 'value');
  if (valued.length < STARTUP) return drawUnseen(space, random, seen);
  const sides = split(trials, direction, goodOf(valued.length));
  for (const candidate of together(space, sides, random)) {
    const point = completed(space, candidate, sides, random);
    if (!seen.has(pointKey(space, point))) return point;
  }
  return drawUnseen(space, random, seen);
}

interface Sides {
  readonly good: readonly Point[];
  readonly others: readonly Point[];
}

/** Trials under way count among the others, so that those running beside each other are not alike; failed ones not at all. */
function split(trials: readonly Trial[], direction: 'min' | 'max', good: number): Sides {
  const sign = direction === 'min' ? 1 : -1;
  const loss = ({ outcome }: Trial): number =>
    outcome?.kind === 'value' ? sign * outcome.value : Number.POSITIVE_INFINITY;
  const counted = trials.filter(({ outcome }) => outcome?.kind !== 'failed');
  const ranked = counted.map((trial) => ({ trial, loss: loss(trial) }));
  ranked.sort((a, b) => (a.loss < b.loss ? -1 : a.loss > b.loss ? 1 : 0));
  const best = new Set(ranked.slice(0, good).map(({ trial }) => trial));
  return {
    good: counted.filter((trial) => best.has(trial)).map(({ point }) => point),
    others: counted.filter((trial) => !best.has(trial)).map(({ point }) => point),
  };
}

/** Points of the dimensions that are always there, the most promising first. */
function together(space: Space, sides: Sides, random: Random): readonly Point[] {
  const always = space.filter((each) => each.when.length === 0 && sizeOf(each.domain) !== 1);
  return always.length === 0 ? [Object.create(null) as Point] : proposals(always, sides, random);
}

/** With the values that are lacking: the only one there is, or the most promising for itself. */
function completed(space: Space, candidate: Point, sides: Sides, random: Random): Point {
  let point = candidate;
  for (const dimension of space) {
    const { name, domain } = dimension;
    if (Object.hasOwn(point, name) || !isThere(dimension, point)) continue;
    point = withValue(
      point,
      name,
      sizeOf(domain) === 1 ? drawValue(domain, random) : proposals([dimension], sides, random)[0]![name]!,
    );
  }
  return point;
}

/** Points of `dimensions`, drawn where the good ones lie, the likeliest against the others first. */
function proposals(dimensions: readonly Dimension[], sides: Sides, random: Random): readonly Point[] {
  const having = (points: readonly Point[]): readonly Point[] =>
    points.filter((point) => dimensions.every(({ name }) => Object.hasOwn(point, name)));
  const good = estimate(dimensions, having(sides.good));
  const others = estimate(dimensions, having(sides.others));
  const drawn = Array.from({ length: CANDIDATES }, () => {
    const point = good.draw(random);
    return { point, gain: good.logDensity(point) - others.logDensity(point) };
  });
  return drawn.sort((a, b) => b.gain - a.gain).map(({ point }) => point);
}
