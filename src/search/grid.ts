// Every combination: the product of all values, in the order typed, the last dimension running fastest.
import type { Json } from '../core/json.ts';
import { sizeOf, valueAt } from './domain.ts';
import { type Dimension, isThere, type Point, type Space } from './space.ts';

/** Of a space in which every dimension has a size. */
export function* gridPoints(space: Space): Generator<Point> {
  yield* pointsFrom(space, 0, Object.create(null) as Point);
}

function* pointsFrom(space: Space, at: number, point: Point): Generator<Point> {
  const dimension = space[at];
  if (!dimension) yield point;
  else if (!isThere(dimension, point)) yield* pointsFrom(space, at + 1, point);
  else
    for (let index = 0; index < sizeOf(dimension.domain)!; index++)
      yield* pointsFrom(space, at + 1, withValue(point, dimension.name, valueAt(dimension.domain, index)));
}

export function withValue(point: Point, name: string, value: Json): Point {
  const more = Object.assign(Object.create(null), point) as Record<string, Json>;
  more[name] = value;
  return more;
}

/** Beyond so many combinations of what conditions name, nobody waits for the number. */
const MAX_LOOKS = 100_000;

/** How many points there are, without making them. Infinite when a dimension has no end, or nobody would wait. */
export function countPoints(space: Space): number {
  const named = new Set(space.flatMap(({ when }) => when.map(({ of }) => of)));
  let looks = 0;
  const count = (at: number, point: Point): number => {
    const dimension = space[at];
    if (!dimension) return 1;
    if (!isThere(dimension, point)) return count(at + 1, point);
    const size = sizeOf(dimension.domain) ?? Number.POSITIVE_INFINITY;
    if (!named.has(dimension.name) || size === Number.POSITIVE_INFINITY) return size * count(at + 1, point);
    let total = 0;
    for (let index = 0; index < size; index++) {
      if (++looks > MAX_LOOKS) return Number.POSITIVE_INFINITY;
      total += count(at + 1, withValue(point, dimension.name, valueAt(dimension.domain, index)));
    }
    return total;
  };
  return count(0, Object.create(null) as Point);
}

/** Those that have no grid, because there is always a value between two others. */
export function withoutGrid<D extends Dimension>(space: readonly D[]): readonly D[] {
  return space.filter(({ domain }) => sizeOf(domain) === null);
}
