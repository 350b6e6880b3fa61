import { quantile } from './quantile.ts';

/** The share `level` of the replicates in the middle; null when there are none, or some could not be measured (null). */
export function percentileInterval(
  replicates: readonly (number | null | undefined)[],
  level: number,
): readonly [number, number] | null {
  if (replicates.length === 0 || replicates.some((each) => each === null || each === undefined)) return null;
  const sorted = Float64Array.from(replicates as readonly number[]).sort();
  const tail = (1 - level) / 2;
  return [quantile(sorted, tail), quantile(sorted, 1 - tail)];
}
