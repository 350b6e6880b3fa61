// How each metric of predicted numbers is found from labels, chunk by chunk. Sampling errors as NannyML has them.
import type { Computed } from '../metrics/data.ts';
import { mean, standardDeviation } from '../stats/moments.ts';
import type { Estimator } from './estimate.ts';
import type { Pair } from './report.ts';

/** Truth is NaN where it is not known. */
export interface NumberRows {
  readonly truth: Float64Array;
  readonly predicted: Float64Array;
}

/** A metric that is a function of the mean loss of a row. */
export interface LossMetric {
  readonly name: string;
  loss(truth: number, predicted: number): number;
  ofMean(loss: number): number;
  /** V of the standard error √(V / n) over n rows, from the losses of the reference. */
  variance(losses: Float64Array): number;
}

const absolute = (truth: number, predicted: number) => Math.abs(predicted - truth);
/** One function for a loss, so that what learns it is trained once for all metrics of it. */
const squared = (truth: number, predicted: number) => (predicted - truth) ** 2;
const logged = (truth: number, predicted: number) =>
  truth < 0 || predicted < 0 ? Number.POSITIVE_INFINITY : (Math.log1p(predicted) - Math.log1p(truth)) ** 2;
const ofLosses = (losses: Float64Array) => standardDeviation(losses) ** 2;

export const LOSS_METRICS: readonly LossMetric[] = [
  { name: 'mean_absolute_error', loss: absolute, ofMean: (loss) => loss, variance: ofLosses },
  { name: 'mean_squared_error', loss: squared, ofMean: (loss) => loss, variance: ofLosses },
  {
    name: 'root_mean_squared_error',
    loss: squared,
    ofMean: Math.sqrt,
    // The delta method: the root's slope at the mean is 1 / (2 √mean).
    variance: (losses) => ofLosses(losses) / (4 * mean(losses)),
  },
  {
    name: 'mean_absolute_percentage_error',
    // Infinite where the truth is zero: then there is no such metric.
    loss: (truth, predicted) =>
      truth === 0 ? Number.POSITIVE_INFINITY : absolute(truth, predicted) / Math.abs(truth),
    ofMean: (loss) => loss,
    variance: ofLosses,
  },
  // Infinite below zero, as NannyML has none then.
  { name: 'mean_squared_log_error', loss: logged, ofMean: (loss) => loss, variance: ofLosses },
  {
    name: 'root_mean_squared_log_error',
    loss: logged,
    ofMean: Math.sqrt,
    variance: (losses) => ofLosses(losses) / (4 * mean(losses)),
  },
];

export function realisedNumberEstimators(sides: Pair<NumberRows>): readonly Estimator[] {
  return LOSS_METRICS.map((metric) => {
    const losses = { reference: lossesOf(metric, sides.reference), current: lossesOf(metric, sides.current) };
    const usable = (side: 'reference' | 'current', rows: Int32Array) =>
      rows.filter((row) => !Number.isNaN(losses[side][row]!));
    const value = (side: 'reference' | 'current', rows: Int32Array): Computed =>
      rows.length === 0
        ? { unavailable: 'no row has truth and prediction' }
        : metric.ofMean(mean(at(losses[side], rows)));
    const all = usable('reference', Int32Array.from(losses.reference.keys()));
    const variance = metric.variance(at(losses.reference, all));
    return {
      metric: metric.name,
      basis: 'labels',
      range: [0, Number.POSITIVE_INFINITY],
      usable,
      value,
      realised: (rows) => value('reference', usable('reference', rows)),
      samplingError: (rows) => Math.sqrt(variance / rows),
    };
  });
}

export function lossesOf({ loss }: LossMetric, { truth, predicted }: NumberRows): Float64Array {
  return predicted.map((value, row) => loss(truth[row]!, value));
}

function at(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row]!);
}
