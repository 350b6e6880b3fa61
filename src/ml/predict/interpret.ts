// Raw predictions → what they are predictions of: classes with their labels, or numbers.
import { fail } from '../../core/failure.ts';
import type { Label } from '../evaluate/report.ts';
import type { Quantiles } from '../metrics/data.ts';
import { type ClassPredictions, classesOf, refuseInfinity, refuseNaN } from './classes.ts';
import { type KnownLabels, knownLabels, type Positive, positiveOf } from './labels.ts';
import type { PredictOptions } from './options.ts';
import type { PredictTask } from './outputs.ts';
import type { RawPredictions, Rows } from './score.ts';

export type Predictions =
  | {
      readonly task: 'binary' | 'multiclass';
      readonly known: KnownLabels;
      /** Only of two classes. */
      readonly positive: Positive | null;
      readonly classes: ClassPredictions;
    }
  | {
      readonly task: 'regression';
      /** Of quantiles the median, else the one in the middle. */
      readonly values: Float64Array;
      readonly quantiles: Quantiles | null;
    };

export interface InterpretOptions {
  readonly task: PredictTask;
  readonly predict: PredictOptions;
  readonly threshold: number | null;
  /** Labels that the model, or the map of scores, names. */
  readonly named: KnownLabels | undefined;
  /** The largest value of a target of whole numbers from 0 up; null for any other target, or none. */
  readonly wholeTarget: number | null;
  /** How messages name where the predictions come from. */
  readonly path: string;
}

/** @throws MlopsError when labels, task and answers do not fit each other. */
export function interpret(raw: RawPredictions, rows: number, options: InterpretOptions): Predictions {
  if (raw.value !== null) {
    const { values, width } = raw.value;
    refuseNaN(values, width, options.path);
    refuseInfinity(values, width, options.path);
    return { task: 'regression', ...valuesOf(raw.value, options) };
  }
  const { labels, from } = knownLabels(
    options.named,
    options.predict,
    raw.scores?.width ?? labelCount(raw.labels, options.wholeTarget),
    options.wholeTarget !== null,
    raw.labels !== null,
    options.path,
  );
  const task = labels.length === 2 ? 'binary' : 'multiclass';
  if (options.task === 'binary' && task !== 'binary')
    fail('config', `task is binary, but there are ${labels.length} labels: ${labels.join(', ')}`);
  const positive = task === 'binary' ? positiveOf(labels, options.predict.positive) : null;
  const classes = classesOf(raw, rows, {
    labels,
    spelled: ownSpelling(options.named, labels),
    positive: positive?.index ?? null,
    threshold: options.threshold,
    kind: options.predict.scores.kind,
    path: options.path,
  });
  return { task, known: { labels, from }, positive, classes };
}

/** One number a row, or the quantiles that are declared, from the lowest to the highest. */
export function valuesOf(
  { values, width }: Rows,
  { predict, path }: Pick<InterpretOptions, 'predict' | 'path'>,
): { readonly values: Float64Array; readonly quantiles: Quantiles | null } {
  const { column, quantiles: levels } = predict.value;
  if (levels === null) {
    if (column === null && width > 1)
      fail('config', `${path} gives ${width} numbers a row, and one is judged at a time`, {
        help: 'say which, counted from 0: value: {column: 0}; or what they are quantiles of: value: {quantiles: [0.1, 0.5, 0.9]}',
      });
    if (column !== null && column >= width)
      fail('config', `value: column ${column} is not there: ${path} gives ${width} a row, counted from 0`);
    return { values: columnOf(values, width, column ?? 0), quantiles: null };
  }
  if (levels.length !== width)
    fail('config', `${path} gives ${width} numbers a row, and value names ${levels.length} quantiles`);
  const order = [...levels.keys()].sort((a, b) => levels[a]! - levels[b]!);
  const sorted = order.map((at) => levels[at]!);
  const ascending = order.every((at, place) => at === place);
  const median = sorted.indexOf(0.5);
  return {
    values: columnOf(values, width, order[median < 0 ? Math.floor(width / 2) : median]!),
    quantiles: {
      levels: sorted,
      values: ascending ? values : values.map((_, at) => values[at - (at % width) + order[at % width]!]!),
      hasMedian: median >= 0,
    },
  };
}

function columnOf(values: Float64Array, width: number, column: number): Float64Array {
  if (width === 1) return values;
  return Float64Array.from({ length: values.length / width }, (_, row) => values[row * width + column]!);
}

/**
 * A model's own names where it has as many others; a file of predictions is spelled as the labels are, and so is a model
 * whose names are the same in another order.
 */
function ownSpelling(named: KnownLabels | undefined, labels: readonly Label[]): readonly Label[] {
  if (!named || named.from === 'predictions' || named.labels.length !== labels.length) return labels;
  const own = new Set(named.labels.map(String));
  return labels.every((label) => own.has(String(label))) ? labels : named.labels;
}

/** Of label-only predictions for whole numbers from 0 up: one more than the largest. null: nothing can be said. */
function labelCount(labels: readonly string[] | null, wholeTarget: number | null): number | null {
  if (labels === null || wholeTarget === null || !labels.every((label) => /^\d+$/.test(label))) return null;
  return 1 + labels.reduce((most, label) => Math.max(most, Number(label)), wholeTarget);
}
