// How two numbers for the same metric differ, beyond chance.
import { intervalOf } from '../metrics/interval.ts';
import type { Replicates } from '../metrics/replicates.ts';
import type { Metric } from '../metrics/table.ts';
import type { Difference, MetricDifferences, MetricValues } from './report.ts';

interface Side {
  readonly values: MetricValues;
  readonly replicates: Replicates;
}

/**
 * `one` − `other` for every metric that both have, replicate by replicate: of the same rows where the sides were drawn
 * together. Of a metric that is best at 0 the sizes are compared.
 */
export function differencesOf(
  metrics: readonly Metric[],
  one: Side,
  other: Side,
  level: number,
): MetricDifferences {
  return Object.fromEntries(
    metrics.flatMap((metric): [string, Difference][] => {
      const [a, b] = [one.values[metric.name], other.values[metric.name]];
      if (typeof a !== 'number' || typeof b !== 'number') return [];
      const size = (each: number): number => (metric.better === 'zero' ? Math.abs(each) : each);
      const value = size(a) - size(b);
      const left = one.replicates.get(metric.name);
      const right = other.replicates.get(metric.name);
      if (!left || !right) return [[metric.name, { value, interval: null, probability_better: null }]];
      // Of data of other sizes there may be fewer replicates.
      const both = left.subarray(0, right.length);
      const differences = both.map((sample, at) => size(sample) - size(right[at]!));
      return [[metric.name, differenceOf(value, differences, metric.better, level)]];
    }),
  );
}

function differenceOf(
  value: number,
  differences: Float64Array,
  better: Metric['better'],
  level: number,
): Difference {
  const interval = intervalOf(differences, value, level);
  if (differences.some(Number.isNaN)) return { value, interval: null, probability_better: null };
  const sign = better === 'max' ? 1 : -1;
  // A replicate in which both are equal speaks for neither.
  const inHalves = differences.reduce((sum, each) => sum + 1 + Math.sign(sign * each), 0);
  return {
    value,
    interval: typeof interval === 'string' ? sameEverywhere(differences) : interval,
    probability_better: inHalves / (2 * differences.length),
  };
}

/** Models that answer alike differ by exactly nothing, whatever the rows. */
function sameEverywhere(differences: Float64Array): readonly [number, number] | null {
  return differences.every((each) => each === 0) ? [0, 0] : null;
}
