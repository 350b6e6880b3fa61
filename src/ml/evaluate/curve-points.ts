// Few points of a curve of many: those that show its shape.
import type { Ranking } from '../metrics/ranking.ts';

const MAX_POINTS = 200;

/**
 * Indexes of a ranking, evenly spread along its ROC curve, whose length in steps to the right and up is the sum of both
 * rates. Evenly spread rows would give a rare class all its curve in the first few points.
 */
export function curvePoints(
  { truePositives, falsePositives }: Ranking,
  most = MAX_POINTS,
): readonly number[] {
  const length = truePositives.length;
  if (length <= most) return Array.from({ length }, (_, at) => at);
  const positives = truePositives.at(-1)! || 1;
  const others = falsePositives.at(-1)! || 1;
  const along = (at: number): number => truePositives[at]! / positives + falsePositives[at]! / others;
  const [start, end] = [along(0), along(length - 1)];
  const points = [0];
  for (let at = 1; at < length - 1 && points.length < most - 1; at++)
    if (along(at) >= start + ((end - start) * points.length) / (most - 1)) points.push(at);
  return [...points, length - 1];
}
