// A Parzen estimator over one or several dimensions together: every observed point is a kernel, the product of one
// distribution for each dimension; one more kernel, the prior, covers everything. As Bergstra et al., "Algorithms for
// Hyper-Parameter Optimization", NIPS 2011, section 4, with the widths and weights of Optuna's TPESampler (5.0,
// _tpe/parzen_estimator.py and probability_distributions.py), whose defaults these are.
import type { Json } from '../core/json.ts';
import type { Random } from '../util/random.ts';
import { cellOf, lineOf, nearest, onLine, type Stretch } from './domain.ts';
import { withValue } from './grid.ts';
import { normalBetween, normalCdf } from './normal.ts';
import type { Choice, Dimension, Numbers, Point } from './space.ts';

export interface Estimator {
  draw(random: Random): Point;
  /** Of a point that has all the dimensions. */
  logDensity(point: Point): number;
}

/** What all kernels say of one dimension. */
interface Kernels {
  draw(kernel: number, random: Random): Json;
  /** Asked for all kernels at once. */
  logDensities(value: Json): readonly number[];
}

/** `observed`: points that have all of `dimensions`, the oldest first. */
export function estimate(dimensions: readonly Dimension[], observed: readonly Point[]): Estimator {
  const weights = shares([...weightsByAge(observed.length), 1]);
  const parts = dimensions.map(({ name, domain }) => {
    const values = observed.map((point) => point[name]!);
    return { name, kernels: domain.kind === 'choice' ? choices(domain, values) : normals(domain, values) };
  });
  return {
    draw: (random) => {
      const kernel = drawIndex(weights, random);
      return parts.reduce(
        (point, { name, kernels }) => withValue(point, name, kernels.draw(kernel, random)),
        Object.create(null) as Point,
      );
    },
    logDensity: (point) => {
      const sums = weights.map(Math.log);
      for (const { name, kernels } of parts)
        for (const [kernel, density] of kernels.logDensities(point[name]!).entries())
          sums[kernel]! += density;
      const most = Math.max(...sums);
      return most + Math.log(sums.reduce((total, sum) => total + Math.exp(sum - most), 0));
    },
  };
}

/** The 25 newest count fully; older ones less, the oldest of n 1/n. */
function weightsByAge(n: number): number[] {
  const older = Math.max(0, n - 25);
  return Array.from({ length: n }, (_, at) => {
    if (at >= older) return 1;
    return older === 1 ? 1 / n : 1 / n + ((1 - 1 / n) * at) / (older - 1);
  });
}

/** A kernel gives its own value one more than the others' share of the prior. */
function choices({ values }: Choice, observed: readonly Json[]): Kernels {
  const index = new Map(values.map((value, at) => [JSON.stringify(value), at]));
  const even = values.map(() => 1 / values.length);
  const prior = 1 / (observed.length + 1);
  const rows = observed.map((value) => {
    const own = index.get(JSON.stringify(value));
    return shares(values.map((_, at) => prior + (at === own ? 1 : 0)));
  });
  const table = [...rows, even];
  return {
    draw: (kernel, random) => values[drawIndex(table[kernel]!, random)]!,
    logDensities: (value) => {
      const at = index.get(JSON.stringify(value))!;
      return table.map((row) => Math.log(row[at]!));
    },
  };
}

const ROOT_2_PI = Math.sqrt(2 * Math.PI);

/** Normal distributions, cut off at the ends of the line; where there are steps, what of each lies in a cell. */
function normals(domain: Numbers, observed: readonly Json[]): Kernels {
  const line = lineOf(domain);
  const means = observed.map((value) => onLine(domain, value as number));
  const widths = [...kernelWidths(means, line), line.to - line.from];
  means.push((line.from + line.to) / 2);
  const from = means.map((mean, at) => (line.from - mean) / widths[at]!);
  const to = means.map((mean, at) => (line.to - mean) / widths[at]!);
  const mass = means.map((_, at) => normalCdf(to[at]!) - normalCdf(from[at]!));
  return {
    draw: (kernel, random) => {
      const z = normalBetween(from[kernel]!, to[kernel]!, random.unit());
      return nearest(domain, means[kernel]! + z * widths[kernel]!);
    },
    logDensities: (value) => {
      const cell = cellOf(domain, value as number);
      return means.map((mean, at) => {
        const width = widths[at]!;
        const left = (cell.from - mean) / width;
        if (domain.step === null) return -0.5 * left * left - Math.log(ROOT_2_PI * width * mass[at]!);
        return Math.log((normalCdf((cell.to - mean) / width) - normalCdf(left)) / mass[at]!);
      });
    },
  };
}

/** Each as wide as the distance to its farther neighbour, but never so narrow that search would not leave it. */
function kernelWidths(means: readonly number[], { from, to }: Stretch): number[] {
  const order = means.map((_, at) => at).sort((a, b) => means[a]! - means[b]!);
  const places = [from, ...order.map((at) => means[at]!), to];
  const narrowest = (to - from) / Math.min(100, means.length + 2);
  const widths = new Array<number>(means.length);
  for (const [rank, at] of order.entries()) {
    const before = places[rank + 1]! - places[rank]!;
    const behind = places[rank + 2]! - places[rank + 1]!;
    // The ends of the line are no neighbours, except of one that has no other.
    const alone = means.length === 1;
    const left = rank === 0 && !alone ? 0 : before;
    const right = rank === order.length - 1 && !alone ? 0 : behind;
    widths[at] = Math.min(to - from, Math.max(narrowest, left, right));
  }
  return widths;
}

function shares(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function drawIndex(weights: readonly number[], random: Random): number {
  let left = random.unit();
  const found = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return found < 0 ? weights.length - 1 : found;
}
