// What a sweep tries from the start: for grid and random all of it, for TPE nothing yet.
import { type Failure, failure, MlopsError } from '../core/failure.ts';
import { countPoints, withoutGrid } from '../search/grid.ts';
import { planGrid, planRandom } from '../search/plan.ts';
import type { Point } from '../search/space.ts';
import type { SweepRequest } from './sweep.ts';

/** More combinations than this nobody means without saying so. */
const MANY = 10_000;
/** No sweep is larger, whatever is said: its record is one file. */
const MOST = 1_000_000;

/** @throws MlopsError (usage) */
export function planSweep(request: SweepRequest): readonly Point[] {
  const failures = problemsOf(request);
  if (failures.length > 0) throw new MlopsError(failures);
  const { dimensions, search, limit, seed } = request;
  if (search === 'grid') return planGrid(dimensions, limit);
  return search === 'random' ? planRandom(dimensions, limit!, seed) : [];
}

function problemsOf({ dimensions, search, limit, objective }: SweepRequest): Failure[] {
  if (dimensions.length === 0)
    return [failure('usage', 'there is nothing to try', { help: 'give several values: -S lr=0.1,0.01' })];
  if (limit !== null && !(Number.isInteger(limit) && limit >= 1 && limit <= MOST))
    return [failure('usage', `${limit} trials cannot be tried`, { help: `from 1 to ${MOST}` })];
  if (search === 'grid') return problemsOfGrid(dimensions, limit);
  if (limit === null) return [failure('usage', 'this search has no end', { help: 'say how many to try' })];
  if (search === 'tpe' && objective === null)
    return [failure('usage', 'tpe needs an objective', { help: '--objective metrics.json:accuracy' })];
  return [];
}

function problemsOfGrid(dimensions: SweepRequest['dimensions'], limit: number | null): Failure[] {
  const endless = withoutGrid(dimensions);
  if (endless.length > 0)
    return endless.map(({ name, domain }) => {
      const ends = domain.kind === 'numbers' ? `${domain.low},${domain.high}` : '';
      const form = domain.kind === 'numbers' && domain.scale === 'log' ? 'loguniform' : 'uniform';
      return failure('usage', `${name} has no end of values, so there is no grid`, {
        help: `give it a step: ${form}(${ends},STEP); or draw from it: --sample 20`,
      });
    });
  const count = countPoints(dimensions);
  if (limit !== null || count <= MANY) return [];
  const words = Number.isFinite(count) ? String(count) : 'too many to count';
  return [
    failure('usage', `this grid has ${words} combinations`, {
      help: 'draw some of them: --sample 100; or say how many to try, from the first on: --trials N',
    }),
  ];
}
