// The rows that stand for "a value of this column that tells nothing": a sample of the reference, the same in every run.
import type { Random } from '../../util/random.ts';
import { sampleRows } from '../stats/sample.ts';

export interface BackgroundOptions {
  readonly rows: number;
  /** `medoids`: the rows nearest to all others by partitioning around medoids, for a background of few rows. */
  readonly method: 'sample' | 'medoids';
}

/** More rows than this make the distances of medoids too many. */
const MEDOID_CANDIDATES = 1000;
const MEDOID_ROUNDS = 10;

/**
 * Rows out of 0…n−1, ascending. `vectors`: the numeric cells of a row, for distances; columns are scaled by their spread.
 */
export function backgroundRows(
  n: number,
  { rows, method }: BackgroundOptions,
  vectors: readonly Float64Array[],
  random: Random,
): Int32Array {
  if (method === 'sample' || rows >= n) return sampleRows(n, rows, random);
  const candidates = sampleRows(n, MEDOID_CANDIDATES, random);
  const points = scaled(candidates, vectors);
  return Int32Array.from(
    medoids(points, Math.min(rows, candidates.length), random),
    (at) => candidates[at]!,
  ).sort();
}

/** candidates × columns, each column with spread 1; a missing value stands at the middle. */
function scaled(candidates: Int32Array, vectors: readonly Float64Array[]): readonly Float64Array[] {
  const columns = vectors.map((values) => {
    const cells = Float64Array.from(candidates, (row) => values[row]!);
    const known = cells.filter(Number.isFinite);
    const middle = known.reduce((sum, value) => sum + value, 0) / (known.length || 1);
    const spread =
      Math.sqrt(known.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (known.length || 1)) || 1;
    return cells.map((value) => (Number.isFinite(value) ? (value - middle) / spread : 0));
  });
  return Array.from(candidates, (_, at) => Float64Array.from(columns, (column) => column[at]!));
}

/** Assign to the nearest medoid, then take each cluster's most central point (Park and Jun 2009), from spread-out starts. */
function medoids(points: readonly Float64Array[], k: number, random: Random): readonly number[] {
  let chosen = spreadOut(points, k, random);
  for (let round = 0; round < MEDOID_ROUNDS; round++) {
    const clusters = chosen.map((): number[] => []);
    for (const [at, point] of points.entries()) clusters[nearest(points, chosen, point)]!.push(at);
    const next = clusters.map((members, index) => central(points, members) ?? chosen[index]!);
    if (next.every((each, index) => each === chosen[index])) break;
    chosen = next;
  }
  return [...new Set(chosen)];
}

/** The first at random, each further one far from those before (k-means++ without its chance). */
function spreadOut(points: readonly Float64Array[], k: number, random: Random): number[] {
  const chosen = [random.below(points.length)];
  const distances = Float64Array.from(points, (point) => distance(point, points[chosen[0]!]!));
  while (chosen.length < k) {
    const far = distances.indexOf(distances.reduce((a, b) => Math.max(a, b), -1));
    chosen.push(far);
    for (const [at, point] of points.entries())
      distances[at] = Math.min(distances[at]!, distance(point, points[far]!));
  }
  return chosen;
}

function nearest(points: readonly Float64Array[], chosen: readonly number[], point: Float64Array): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, at] of chosen.entries()) {
    const far = distance(point, points[at]!);
    if (far < least) [best, least] = [index, far];
  }
  return best;
}

function central(points: readonly Float64Array[], members: readonly number[]): number | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const at of members) {
    const sum = members.reduce((total, other) => total + distance(points[at]!, points[other]!), 0);
    if (sum < least) [best, least] = [at, sum];
  }
  return best;
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k]! - b[k]!) ** 2;
  return Math.sqrt(sum);
}
