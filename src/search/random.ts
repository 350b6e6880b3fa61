// Random search (Bergstra and Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 13, 2012): each dimension
// by itself, evenly on its line.
import type { Json } from '../core/json.ts';
import { type Random, randomFrom } from '../util/random.ts';
import { lineOf, nearest } from './domain.ts';
import { countPoints, gridPoints, withValue } from './grid.ts';
import { type Domain, isThere, type Point, pointKey, type Space } from './space.ts';

/** Chance of one trial: it depends on the seed and the trial's number, not on what was drawn before. */
export function randomOfTrial(seed: number, trial: number): Random {
  return randomFrom(randomFrom(seed).uint32() ^ Math.imul(trial + 1, 0x85ebca6b));
}

export function drawPoint(space: Space, random: Random): Point {
  let point = Object.create(null) as Point;
  for (const dimension of space)
    if (isThere(dimension, point))
      point = withValue(point, dimension.name, drawValue(dimension.domain, random));
  return point;
}

export function drawValue(domain: Domain, random: Random): Json {
  if (domain.kind === 'choice') return domain.values[random.below(domain.values.length)]!;
  const { from, to } = lineOf(domain);
  return nearest(domain, from + random.unit() * (to - from));
}

/** So many draws that were there already, and what is left is looked up. */
const MAX_DRAWS = 100;
/** A grid larger than this is never used up by draws. */
const MAX_LOOKED_UP = 100_000;

/** A point whose key is not in `seen`; undefined when there is none. */
export function drawUnseen(space: Space, random: Random, seen: ReadonlySet<string>): Point | undefined {
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const point = drawPoint(space, random);
    if (!seen.has(pointKey(space, point))) return point;
  }
  if (countPoints(space) > MAX_LOOKED_UP) return drawPoint(space, random);
  const left = [...gridPoints(space)].filter((point) => !seen.has(pointKey(space, point)));
  return left[random.below(left.length)];
}
