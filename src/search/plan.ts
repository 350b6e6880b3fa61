// All the points of a search that needs no answers in between: grid and random.
import { fail, failure, MlopsError } from '../core/failure.ts';
import { countPoints, gridPoints, withoutGrid } from './grid.ts';
import { drawUnseen, randomOfTrial } from './random.ts';
import { type Dimension, type Point, pointKey, type Space } from './space.ts';

/** More combinations than this nobody means without saying so. */
const MANY = 10_000;
/** No search is larger, whatever is said. */
const MOST = 1_000_000;

/**
 * Every combination, or the first `limit`.
 * @throws MlopsError (usage) when a dimension has no end, or there are more than anybody means
 */
export function planGrid(space: Space, limit: number | null): readonly Point[] {
  const endless = withoutGrid(space);
  if (endless.length > 0) throw new MlopsError(endless.map(noGrid));
  if (limit !== null) refuseTooMany(limit);
  const count = countPoints(space);
  if (limit === null && count > MANY)
    fail('usage', `this grid has ${Number.isFinite(count) ? count : 'countless'} combinations`, {
      help: 'draw some of them: --sample 100; or say how many to try, from the first on: --trials N',
    });
  const points: Point[] = [];
  for (const point of gridPoints(space)) {
    if (points.length === limit) break;
    points.push(point);
  }
  return points;
}

/** `limit` points, no two alike; fewer where there are fewer. @throws MlopsError (usage) */
export function planRandom(space: Space, limit: number, seed: number): readonly Point[] {
  refuseTooMany(limit);
  // Draws that are nearly all repeats would take for ever.
  if (limit > countPoints(space) / 2) return shuffled([...gridPoints(space)], seed).slice(0, limit);
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

/** Fisher and Yates' shuffle, as in Knuth, The Art of Computer Programming 2, Algorithm P. */
function shuffled(points: Point[], seed: number): Point[] {
  const random = randomOfTrial(seed, 0);
  for (let last = points.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [points[last], points[other]] = [points[other]!, points[last]!];
  }
  return points;
}

/** @throws MlopsError (usage) */
export function refuseTooMany(trials: number): void {
  if (trials > MOST) fail('usage', `${trials} trials are too many`, { help: `${MOST} at most` });
}

function noGrid({ name, domain }: Dimension): ReturnType<typeof failure> {
  const form = domain.kind === 'numbers' && domain.scale === 'log' ? 'loguniform' : 'uniform';
  return failure('usage', `${name} has values without end, so there is no grid of them`, {
    help: `give it a step: ${form}(low,high,step); or draw from it: --sample 20`,
  });
}
