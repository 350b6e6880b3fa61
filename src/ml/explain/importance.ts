// Permutation importance on the metric that the model is judged by.
import { fail } from '../../core/failure.ts';
import { randomFrom } from '../../util/random.ts';
import type { Judged } from '../evaluate/load.ts';
import { compute, measurable } from '../evaluate/measure.ts';
import { classesOfTarget, numbersOf } from '../evaluate/target.ts';
import { takeRows } from '../frame/frame.ts';
import { type Metric, metricFor, metricHelp } from '../metrics/table.ts';
import type { Predictions } from '../predict/interpret.ts';
import { sampleRows } from '../stats/sample.ts';
import type { Asked } from './load.ts';
import type { ExplainOptions } from './options.ts';
import { type ColumnGroup, permutationImportance, permutations } from './permutation-importance.ts';
import type { ImportanceReport } from './report.ts';

/** Answers × replicates beyond this take minutes: fewer replicates are made, and the report says how many. */
const MOST_WORK = 4e7;
const FEWEST = 50;

/** Why there is none, or the importances by falling mean. */
export async function importanceOf(
  asked: Asked,
  predictions: Predictions,
  groups: readonly ColumnGroup[],
  options: ExplainOptions,
): Promise<ImportanceReport | { readonly unavailable: string }> {
  const { repeats, level } = options.importance;
  const random = randomFrom(options.seed);
  const rows = sampleRows(asked.rows, options.importance.rows, random);
  const metric = metricOf(predictions, options);
  const truth = truthOf(asked, rows, predictions, options);
  const goodness = (answers: Predictions, counts: Float64Array | null): number => {
    const value = compute([metric], measurable({ predictions: answers, truth, weights: counts })).get(
      metric.name,
    )!;
    return typeof value === 'number' ? better(metric, value) : Number.NaN;
  };
  const affordable = Math.floor(MOST_WORK / (rows.length * repeats * groups.length));
  // The ends of an interval are a few replicates from its middle: of too few they say nothing.
  const replicates = affordable < FEWEST ? 0 : Math.min(options.importance.replicates, affordable);
  const { baseline, groups: measured } = await permutationImportance<Predictions>({
    rows: rows.length,
    groups,
    orders: permutations(rows.length, repeats, random),
    predict: (change) =>
      asked.predict([
        {
          rows,
          changes:
            change === null ? [] : [{ columns: change.columns, from: change.order.map((at) => rows[at]!) }],
        },
      ]),
    goodness,
    replicates,
    level,
    random,
  });
  if (!Number.isFinite(baseline))
    return {
      unavailable: `${metric.name} cannot be computed on these rows, as when they are all of one class`,
    };
  return {
    metric: metric.name,
    baseline: metric.better === 'max' ? baseline : -baseline,
    rows: rows.length,
    repeats,
    replicates,
    level,
    seed: options.seed,
    columns: measured
      .map(({ name, mean, std, interval }) => ({ name, mean, std, interval }))
      .sort((a, b) => b.mean - a.mean),
  };
}

function better({ better: way }: Metric, value: number): number {
  return way === 'max' ? value : way === 'min' ? -value : -Math.abs(value);
}

/** The metric that says most of how rows are ranked, or how far numbers are off, unless one is named. */
function metricOf(predictions: Predictions, { importance }: ExplainOptions): Metric {
  const { task } = predictions;
  const ranks = predictions.task !== 'regression' && predictions.classes.scores !== null;
  const usual =
    task === 'regression'
      ? 'root_mean_squared_error'
      : !ranks
        ? 'accuracy'
        : task === 'binary'
          ? 'roc_auc'
          : 'roc_auc_ovr';
  const name = importance.metric === 'auto' ? usual : importance.metric;
  return (
    metricFor(name, task) ??
    fail('config', `metric "${name}" is not for a ${task} task`, { help: metricHelp(name, task) })
  );
}

function truthOf(
  { frame, inputs }: Asked,
  rows: Int32Array,
  predictions: Predictions,
  { target }: ExplainOptions,
): Judged['truth'] {
  const column = takeRows(
    { rows: frame.rows, columns: new Map([['', frame.columns.get(target!)!]]) },
    rows,
  ).columns.get('')!;
  return predictions.task === 'regression'
    ? { kind: 'numbers', values: numbersOf(column) }
    : { kind: 'classes', classes: classesOfTarget(column, predictions.known.labels, inputs.data.path) };
}
