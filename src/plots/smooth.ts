// LOESS (Cleveland 1979): at each place a straight line through the nearest part of the points, near ones counting more
// (tricube). Without the robust rounds, as in Vega-Lite, whose templates DVC draws with.
import { pointsOf, type Track, type XY } from './track.ts';

/** Share of the points that each line goes through; Vega-Lite's default. */
export const SPAN = 0.3;
/** Places at which the curve is worked out. */
const PLACES = 200;

/** Over a track in order. */
export function loess(track: Track, span = SPAN): readonly XY[] {
  const { xs } = track;
  const count = xs.length;
  if (count < 3) return pointsOf(track);
  const near = Math.max(2, Math.floor(span * count));
  const step = Math.max(1, (count - 1) / (PLACES - 1));
  const places = Math.floor((count - 1) / step) + 1;
  let from = 0;
  return Array.from({ length: places }, (_, at): XY => {
    const x = xs[Math.min(count - 1, Math.round(at * step))]!;
    // The window of the `near` nearest points only ever moves right.
    while (from + near < count && xs[from + near]! - x < x - xs[from]!) from++;
    return [x, fitAt(track, x, from, from + near)];
  });
}

function fitAt({ xs, ys }: Track, x: number, from: number, to: number): number {
  const reach = Math.max(x - xs[from]!, xs[to - 1]! - x) * (1 + 1e-9);
  let [weights, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
  for (let at = from; at < to; at++) {
    const dx = xs[at]! - x;
    const far = reach > 0 ? Math.abs(dx) / reach : 0;
    const left = 1 - far * far * far;
    const weight = left * left * left;
    const y = ys[at]!;
    weights += weight;
    sumX += weight * dx;
    sumY += weight * y;
    sumXX += weight * dx * dx;
    sumXY += weight * dx * y;
  }
  const spread = weights * sumXX - sumX * sumX;
  // All at one place: their mean.
  if (spread <= 1e-12 * weights * sumXX) return sumY / weights;
  return (sumXX * sumY - sumX * sumXY) / spread;
}
