// The numbers of one line, in two flat arrays: a million points are 16 MB.

export type XY = readonly [x: number, y: number];

export interface Track {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
}

/** All points, or those at `places`. */
export function pointsOf({ xs, ys }: Track, places?: readonly number[]): XY[] {
  if (places) return places.map((at): XY => [xs[at]!, ys[at]!]);
  return Array.from(xs, (x, at): XY => [x, ys[at]!]);
}

/** A history that was continued may go back a step; lines go from left to right. What stood first stays first. */
export function inOrder(track: Track): Track {
  const { xs, ys } = track;
  if (xs.every((x, at) => at === 0 || xs[at - 1]! <= x)) return track;
  const order = Uint32Array.from(xs, (_, at) => at).sort((a, b) => xs[a]! - xs[b]! || a - b);
  return { xs: Float64Array.from(order, (at) => xs[at]!), ys: Float64Array.from(order, (at) => ys[at]!) };
}

/** By the trapezoidal rule, over points in order. */
export function areaBelow({ xs, ys }: Track): number {
  let sum = 0;
  for (let at = 1; at < xs.length; at++) sum += ((xs[at]! - xs[at - 1]!) * (ys[at - 1]! + ys[at]!)) / 2;
  return sum;
}

/** The mean y of each of `count` stretches of the axis, over points in order; null where no point lies. */
export function courseOf({ xs, ys }: Track, count: number): (number | null)[] {
  const [from, to] = [xs[0] ?? 0, xs.at(-1) ?? 0];
  const sums = new Float64Array(count);
  const counts = new Float64Array(count);
  for (const [row, x] of xs.entries()) {
    const at = to > from ? Math.min(count - 1, Math.floor(((x - from) / (to - from)) * count)) : 0;
    sums[at]! += ys[row]!;
    counts[at]!++;
  }
  return Array.from(sums, (sum, at) => (counts[at]! > 0 ? sum / counts[at]! : null));
}
