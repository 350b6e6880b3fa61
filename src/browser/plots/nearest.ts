// Which points are meant by a place in a picture.
import type { Plotted, Point, Series } from './plotted.ts';

export interface Meant {
  readonly series: Series;
  readonly point: Point;
}

/** A series that ends so many pixels before has nothing to say. */
const NEAR = 12;
/** A dot is meant from so many pixels off. */
const REACH = 20;

/** Of each line the point at `value` of x. */
export function pointsAt({ x, series }: Plotted, value: number): Meant[] {
  const found = series.flatMap((each): Meant[] =>
    each.points.length === 0 ? [] : [{ series: each, point: nearestIn(each.points, value) }],
  );
  const nearest = Math.min(...found.map(({ point }) => Math.abs(point[0] - value)));
  const next = found.find(({ point }) => Math.abs(point[0] - value) === nearest);
  return next ? found.filter(({ point }) => Math.abs(x.to(point[0]) - x.to(next.point[0])) < NEAR) : [];
}

/** Points are in the order of x. */
function nearestIn(points: readonly Point[], value: number): Point {
  let [low, high] = [0, points.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle]![0] <= value) low = middle;
    else high = middle;
  }
  const [before, after] = [points[low]!, points[high]!];
  return value - before[0] <= after[0] - value ? before : after;
}

export function dotAt({ x, y, series }: Plotted, left: number, top: number): Meant | undefined {
  let best: Meant | undefined;
  let least = REACH ** 2;
  for (const each of series)
    for (const point of each.points) {
      const far = (x.to(point[0]) - left) ** 2 + (y.to(point[1]) - top) ** 2;
      if (far >= least) continue;
      least = far;
      best = { series: each, point };
    }
  return best;
}
