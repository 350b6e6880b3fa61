// Isotonic regression: the non-decreasing function nearest to the points in weighted squares, by pooling adjacent violators
// (Barlow et al. 1972). Agrees with sklearn.isotonic.IsotonicRegression(out_of_bounds='clip').
import { gather } from './gather.ts';
import { ascending } from './order.ts';

/** Straight lines between the points; constant beyond them. `x` ascends strictly, `y` does not descend. */
export interface Isotonic {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** `weights` > 0; null = all the same. At least one point, all finite. */
export function fitIsotonic(x: Float64Array, y: Float64Array, weights: Float64Array | null): Isotonic {
  const order = ascending(x);
  return fitSorted(gather(x, order), gather(y, order), weights && gather(weights, order));
}

/** As `fitIsotonic`, for `x` that ascends. */
export function fitSorted(x: Float64Array, y: Float64Array, weights: Float64Array | null): Isotonic {
  const points = joinTies(x, y, weights);
  const pools = poolViolators(points);
  const xs: number[] = [];
  const ys: number[] = [];
  for (let pool = 0, first = 0; pool < pools.count; pool++) {
    const last = pools.last[pool]!;
    xs.push(points.x[first]!);
    ys.push(pools.value[pool]!);
    // Within a pool the function is flat: its ends say all of it.
    if (last > first) {
      xs.push(points.x[last]!);
      ys.push(pools.value[pool]!);
    }
    first = last + 1;
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
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly weight: Float64Array;
}

/** One point for each x: the weighted mean of those that share it. */
function joinTies(x: Float64Array, y: Float64Array, weights: Float64Array | null): Points {
  const points = {
    x: new Float64Array(x.length),
    y: new Float64Array(x.length),
    weight: new Float64Array(x.length),
  };
  let count = 0;
  for (let start = 0; start < x.length; ) {
    let end = start;
    let weight = 0;
    let sum = 0;
    for (; end < x.length && x[end] === x[start]; end++) {
      const each = weights === null ? 1 : weights[end]!;
      weight += each;
      sum += each * y[end]!;
    }
    points.x[count] = x[start]!;
    points.y[count] = sum / weight;
    points.weight[count++] = weight;
    start = end;
  }
  return {
    x: points.x.subarray(0, count),
    y: points.y.subarray(0, count),
    weight: points.weight.subarray(0, count),
  };
}

/** Runs of points that share a value: pool i reaches from the point after the last one of pool i − 1 to `last[i]`. */
interface Pools {
  readonly count: number;
  readonly last: Int32Array;
  readonly value: Float64Array;
}

function poolViolators({ x, y, weight }: Points): Pools {
  const last = new Int32Array(x.length);
  const value = y.slice();
  const heavy = weight.slice();
  let count = 0;
  for (let at = 0; at < x.length; at++) {
    let pooled = y[at]!;
    let both = weight[at]!;
    for (; count > 0 && value[count - 1]! >= pooled; count--) {
      const before = heavy[count - 1]!;
      pooled = (value[count - 1]! * before + pooled * both) / (before + both);
      both = before + both;
    }
    last[count] = at;
    value[count] = pooled;
    heavy[count++] = both;
  }
  return { count, last, value };
}
