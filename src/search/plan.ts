// All the points of a search that needs no answers in between: grid and random.
import { countPoints, gridPoints } from './grid.ts';
import { drawUnseen, randomOfTrial } from './random.ts';
import { type Point, pointKey, type Space } from './space.ts';

/** Every combination, or the first `limit`. The space has a size. */
export function planGrid(space: Space, limit: number | null): readonly Point[] {
  const wanted = Math.min(limit ?? Number.POSITIVE_INFINITY, countPoints(space));
  const points: Point[] = [];
  for (const point of gridPoints(space)) {
    if (points.length >= wanted) break;
    points.push(point);
  }
  return points;
}

/** `limit` points, no two alike; fewer where there are fewer. */
export function planRandom(space: Space, limit: number, seed: number): readonly Point[] {
  const seen = new Set<string>();
  const points: Point[] = [];
  while (points.length < limit) {
    const point = drawUnseen(space, randomOfTrial(seed, points.length), seen);
    if (!point) break;
    points.push(point);
    seen.add(pointKey(space, point));
  }
  return points;
}
