// The metrics of a set of rows: of all, of a slice, of the data to compare with.
import { confusionOf } from '../metrics/confusion.ts';
import type { ClassificationData, Computed, Quantiles } from '../metrics/data.ts';
import type { Measurable } from '../metrics/replicates.ts';
import { computeClassification, computeRegression, type Metric } from '../metrics/table.ts';
import { gather } from '../stats/gather.ts';
import type { Judged } from './load.ts';
import type { ClassRecord, Confusion, MetricValues } from './report.ts';

export type { Measurable };

export function measurable({
  predictions,
  truth,
  weights,
  binning,
}: Pick<Judged, 'predictions' | 'truth' | 'weights'> & Partial<Pick<Judged, 'binning'>>): Measurable {
  if (predictions.task === 'regression' || truth.kind === 'numbers') {
    if (predictions.task !== 'regression' || truth.kind !== 'numbers')
      throw new Error('BUG: task and truth differ');
    const { values: predicted, quantiles } = predictions;
    return { kind: 'numbers', data: { truth: truth.values, predicted, weights, quantiles } };
  }
  const { known, positive, classes } = predictions;
  return {
    kind: 'classes',
    data: {
      truth: truth.classes,
      predicted: classes.predicted,
      classes: known.labels.length,
      positive: positive?.index ?? null,
      scores: classes.scores,
      probabilities: classes.probabilities,
      ...(binning ? { binning } : {}),
      weights,
    },
  };
}

export function subset(all: Measurable, rows: Int32Array): Measurable {
  const floats = (values: Float64Array): Float64Array => gather(values, rows);
  const weights = all.data.weights && floats(all.data.weights);
  if (all.kind === 'numbers') {
    const quantiles = all.data.quantiles && takeQuantiles(all.data.quantiles, rows);
    const { truth, predicted } = all.data;
    return {
      kind: 'numbers',
      data: { truth: floats(truth), predicted: floats(predicted), weights, quantiles: quantiles ?? null },
    };
  }
  const { data } = all;
  const scores = data.scores && takeRows(data.scores, data.classes, rows);
  return {
    kind: 'classes',
    data: {
      ...data,
      truth: rows.map((row) => data.truth[row]!),
      predicted: rows.map((row) => data.predicted[row]!),
      scores,
      weights,
    },
  };
}

function takeQuantiles(quantiles: Quantiles, rows: Int32Array): Quantiles {
  return { ...quantiles, values: takeRows(quantiles.values, quantiles.levels.length, rows) };
}

/** @param values of `width` numbers a row */
function takeRows(values: Float64Array, width: number, rows: Int32Array): Float64Array {
  const taken = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++)
    for (let at = 0; at < width; at++) taken[i * width + at] = values[rows[i]! * width + at]!;
  return taken;
}

export function compute(metrics: readonly Metric[], of: Measurable): ReadonlyMap<string, Computed> {
  return of.kind === 'classes'
    ? computeClassification(metrics, of.data)
    : computeRegression(metrics, of.data);
}

/** Numbers with null for what is unavailable, and the reasons. */
export function splitComputed(computed: ReadonlyMap<string, Computed>): {
  readonly values: MetricValues;
  readonly unavailable: { readonly [metric: string]: string };
} {
  const entries = [...computed];
  return {
    values: Object.fromEntries(
      entries.map(([name, value]) => [name, typeof value === 'number' ? value : null]),
    ),
    unavailable: Object.fromEntries(
      entries.flatMap(([name, value]) => (typeof value === 'number' ? [] : [[name, value.unavailable]])),
    ),
  };
}

export function confusionRecord(
  data: ClassificationData,
  labels: Confusion['labels'],
): { readonly confusion: Confusion; readonly classes: readonly ClassRecord[] } {
  const { cells } = confusionOf(data);
  const table = labels.map((_, k) => [...cells.subarray(k * labels.length, (k + 1) * labels.length)]);
  const classes = labels.map((label, k) => {
    const correct = table[k]![k]!;
    const support = table[k]!.reduce((sum, cell) => sum + cell, 0);
    const predicted = table.reduce((sum, row) => sum + row[k]!, 0);
    return {
      label,
      support,
      precision: predicted === 0 ? null : correct / predicted,
      recall: support === 0 ? null : correct / support,
      f1: predicted + support === 0 ? null : (2 * correct) / (predicted + support),
    };
  });
  return { confusion: { labels, true_by_predicted: table }, classes };
}
