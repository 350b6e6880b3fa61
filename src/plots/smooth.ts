// LOESS (Cleveland 1979): at each place a straight line through the nearest part of the points, near ones counting more
// (tricube). Without the robust rounds, as in Vega-Lite, whose templates DVC draws with.
import type { XY } from './downsample.ts';

/** Share of the points that each line goes through; Vega-Lite's default. */
export const SPAN = 0.3;
/** Places at which the curve is worked out. */
const PLACES = 200;

/** `points` rise in x. */
export function loess(points: readonly XY[], span = SPAN): readonly XY[] {
  if (points.length < 3) return points;
  const near = Math.max(2, Math.floor(span * points.length));
  const step = Math.max(1, (points.length - 1) / (PLACES - 1));
  const places = Math.floor((points.length - 1) / step) + 1;
  let from = 0;
  return Array.from({ length: places }, (_, at): XY => {
    const x = points[Math.min(points.length - 1, Math.round(at * step))]![0];
    // The window of the `near` nearest points only ever moves right.
    while (from + near < points.length && points[from + near]![0] - x < x - points[from]![0]) from++;
    return [x, fitAt(points, x, from, from + near)];
  });
}

function fitAt(points: readonly XY[], x: number, from: number, to: number): number {
  const reach = Math.max(x - points[from]![0], points[to - 1]![0] - x) * (1 + 1e-9);
  let [weights, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
  for (let at = from; at < to; at++) {
    const [px, py] = points[at]!;
    const far = reach > 0 ? Math.abs(px - x) / reach : 0;
    const weight = (1 - far ** 3) ** 3;
    const dx = px - x;
    weights += weight;
    sumX += weight * dx;
    sumY += weight * py;
    sumXX += weight * dx * dx;
    sumXY += weight * dx * py;
  }
  const spread = weights * sumXX - sumX * sumX;
  // All at one place: their mean.
  if (spread <= 1e-12 * weights * sumXX) return sumY / weights;
  return (sumXX * sumY - sumX * sumXY) / spread;
}
