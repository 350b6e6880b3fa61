// Isotonic regression: the non-decreasing function nearest to the points in weighted squares, by pooling adjacent violators
// (Barlow et al. 1972). Agrees with sklearn.isotonic.IsotonicRegression(out_of_bounds='clip').
import { ascending } from './order.ts';

/** Straight lines between the points; constant beyond them. `x` ascends strictly, `y` does not descend. */
export interface Isotonic {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** `weights` > 0; null = all the same. At least one point, all finite. */
export function fitIsotonic(x: Float64Array, y: Float64Array, weights: Float64Array | null): Isotonic {
  const order = ascending(x);
  return fitSorted(
    Float64Array.from(order, (at) => x[at]!),
    Float64Array.from(order, (at) => y[at]!),
    weights && Float64Array.from(order, (at) => weights[at]!),
  );
}

/** As `fitIsotonic`, for `x` that ascends. */
export function fitSorted(x: Float64Array, y: Float64Array, weights: Float64Array | null): Isotonic {
  const points = joinTies(x, y, weights);
  const pools = poolViolators(points);
  const xs: number[] = [];
  const ys: number[] = [];
  for (const { first, last, value } of pools) {
    xs.push(points.x[first]!);
    ys.push(value);
    // Within a pool the function is flat: its ends say all of it.
    if (last === first) continue;
    xs.push(points.x[last]!);
    ys.push(value);
  }
  return { x: Float64Array.from(xs), y: Float64Array.from(ys) };
}

export function isotonicAt({ x, y }: Isotonic, at: number): number {
  const end = x.length - 1;
  if (at <= x[0]!) return y[0]!;
  if (at >= x[end]!) return y[end]!;
  let low = 0;
  let high = end;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= at) low = middle;
    else high = middle;
  }
  const slope = (y[high]! - y[low]!) / (x[high]! - x[low]!);
  return y[low]! + slope * (at - x[low]!);
}

interface Points {
  readonly x: number[];
  readonly y: number[];
  readonly weight: number[];
}

/** One point for each x: the weighted mean of those that share it. */
function joinTies(x: Float64Array, y: Float64Array, weights: Float64Array | null): Points {
  const points: Points = { x: [], y: [], weight: [] };
  for (let start = 0; start < x.length; ) {
    let end = start;
    let weight = 0;
    let sum = 0;
    for (; end < x.length && x[end] === x[start]; end++) {
      const each = weights === null ? 1 : weights[end]!;
      weight += each;
      sum += each * y[end]!;
    }
    points.x.push(x[start]!);
    points.y.push(sum / weight);
    points.weight.push(weight);
    start = end;
  }
  return points;
}

interface Pool {
  readonly first: number;
  readonly last: number;
  readonly value: number;
  readonly weight: number;
}

function poolViolators({ x, y, weight }: Points): Pool[] {
  const pools: Pool[] = [];
  for (let at = 0; at < x.length; at++) {
    let pool: Pool = { first: at, last: at, value: y[at]!, weight: weight[at]! };
    for (let before = pools.at(-1); before && before.value >= pool.value; before = pools.at(-1)) {
      pools.pop();
      const both = before.weight + pool.weight;
      const value = (before.value * before.weight + pool.value * pool.weight) / both;
      pool = { first: before.first, last: pool.last, value, weight: both };
    }
    pools.push(pool);
  }
  return pools;
}
