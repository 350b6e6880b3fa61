// The options of `evaluate`: their shape, their defaults, what the shape cannot say.
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import {
  between,
  bool,
  count,
  either,
  elsewhere,
  list,
  number,
  object,
  orNothing,
  type Problem,
  type Shape,
  text,
  word,
} from '../../core/shape.ts';
import {
  type ColumnOverrides,
  type DataSource,
  optionalSourceOf,
  optionalSourceShape,
  overridesShape,
  sourceOf,
  sourceShape,
} from '../frame/source.ts';
import { gatesShape } from '../gates-options.ts';
import { givenIn } from '../given.ts';
import type { Binning } from '../metrics/data.ts';
import { TEN_OF_EQUAL_WIDTH } from '../metrics/reliability.ts';
import { metricFor, metricHelp } from '../metrics/table.ts';
import { FOR_EVALUATE } from '../other-tools.ts';
import {
  type PredictionsOptions,
  type PredictOptions,
  predictionsOf,
  predictionsShape,
  predictKeys,
  predictOptionsOf,
  taskShape,
} from '../predict/options.ts';
import type { PredictTask } from '../predict/outputs.ts';
import { type DecideRule, decideOf, decideProblems, decideShape } from './decide-options.ts';
import { type FairnessOptions, fairnessOf, fairnessShape } from './fairness-options.ts';
import { type SliceWanted, sliceProblems, slicesOf, slicesShape } from './slice-options.ts';
import { type WeakSegmentsOptions, weakSegmentsOf, weakSegmentsShape } from './weak-segments-options.ts';

const baselineShape: Shape = either(
  'auto, a revision, channel:NAME, {report: PATH} or {model: PATH}',
  text,
  object({ report: text }, ['report']),
  object({ model: text }, ['model']),
);

export const evaluateShape: Shape = elsewhere(
  FOR_EVALUATE,
  object(
    {
      model: orNothing('text', text),
      predictions: predictionsShape,
      data: sourceShape,
      target: text,
      task: taskShape,
      weight: orNothing('text', text),
      columns: overridesShape,
      on_missing: object({ target: word('fail', 'drop'), feature: word('pass', 'drop', 'fail') }),
      ...predictKeys,
      threshold: orNothing('a number', number),
      metrics: either('default or a list of metrics', word('default'), list(text, 1)),
      slices: slicesShape,
      min_slice_rows: count(1),
      max_slices: count(0),
      calibration: object({ bins: count(1, 1000), by: word('width', 'count') }),
      decide: decideShape,
      weak_segments: weakSegmentsShape,
      fairness: fairnessShape,
      compare: optionalSourceShape,
      intervals: object({ replicates: count(0, 100_000), level: between(0.5, 0.999) }),
      seed: count(0),
      privacy: object({ min_count: count(1) }),
      report: text,
      save_predictions: bool,
      baseline: baselineShape,
      on_data_change: word('rescore', 'fail', 'skip'),
      gates: gatesShape,
    },
    ['data', 'target'],
  ),
);

export interface EvaluateOptions {
  readonly model: string | null;
  readonly predictions: PredictionsOptions | null;
  readonly data: DataSource;
  readonly target: string;
  readonly task: PredictTask;
  readonly weight: string | null;
  readonly columns: ColumnOverrides;
  readonly on_missing: { readonly target: 'fail' | 'drop'; readonly feature: 'pass' | 'drop' | 'fail' };
  readonly predict: PredictOptions;
  readonly threshold: number | null;
  readonly metrics: 'default' | readonly string[];
  readonly slices: readonly SliceWanted[];
  readonly min_slice_rows: number;
  readonly max_slices: number;
  readonly calibration: Binning;
  readonly decide: DecideRule | null;
  /** null: not searched. */
  readonly weak_segments: WeakSegmentsOptions | null;
  readonly fairness: FairnessOptions | null;
  readonly compare: DataSource | null;
  readonly intervals: { readonly replicates: number; readonly level: number };
  readonly seed: number;
  readonly privacy: { readonly min_count: number };
  readonly save_predictions: boolean;
  /** Of `baseline: {model}`: judged on the same rows. */
  readonly baseline_model: string | null;
}

/** Parses what `evaluateShape` has checked and `evaluateProblems` found nothing wrong with. */
export function evaluateOptionsOf(given: JsonObject): EvaluateOptions {
  const { get, part } = givenIn(given);
  const predictions = given['predictions'];
  const baseline = part('baseline');
  return {
    model: get<string | null>('model', null),
    predictions: isJsonObject(predictions) ? predictionsOf(predictions) : null,
    data: sourceOf(given['data']!),
    target: given['target'] as string,
    task: get<PredictTask>('task', 'auto'),
    weight: get<string | null>('weight', null),
    columns: part('columns') as ColumnOverrides,
    on_missing: { target: 'fail', feature: 'pass', ...part('on_missing') },
    predict: predictOptionsOf(given),
    threshold: get<number | null>('threshold', null),
    metrics: get<'default' | readonly string[]>('metrics', 'default'),
    slices: slicesOf(given['slices']),
    min_slice_rows: get('min_slice_rows', 30),
    max_slices: get('max_slices', 100),
    calibration: { ...TEN_OF_EQUAL_WIDTH, ...part('calibration') },
    decide: decideOf(given['decide']),
    weak_segments: weakSegmentsOf(given['weak_segments']),
    fairness: fairnessOf(given['fairness']),
    compare: optionalSourceOf(given['compare']),
    intervals: { replicates: 1000, level: 0.95, ...part('intervals') },
    seed: get('seed', 0),
    privacy: { min_count: 10, ...part('privacy') },
    save_predictions: get('save_predictions', false),
    baseline_model: (baseline['model'] as string | undefined) ?? null,
  };
}

/** Beyond the shape: what contradicts itself. Paths lead from the options. */
export function evaluateProblems(given: JsonObject): readonly Problem[] {
  const problems: Problem[] = [];
  const has = (key: string): boolean => given[key] !== undefined && given[key] !== null;
  if (has('model') === has('predictions'))
    problems.push(
      has('model')
        ? { path: ['predictions'], key: true, message: 'evaluate takes "model" or "predictions", not both' }
        : { path: [], message: '"model" or "predictions" is missing' },
    );
  const task = given['task'] as PredictTask | undefined;
  const metrics = Array.isArray(given['metrics']) ? (given['metrics'] as readonly string[]) : [];
  metrics.forEach((name, index) => {
    const of = task === undefined || task === 'auto' ? undefined : task;
    if (!metricFor(name, of))
      problems.push({
        path: ['metrics', index],
        message: `unknown metric "${name}"${of ? ` for ${of}` : ''}`,
        help: metricHelp(name, of),
      });
  });
  problems.push(...sliceProblems(given['slices']), ...decideProblems(given['decide']));
  const predictions = given['predictions'];
  if (isJsonObject(predictions)) problems.push(...predictionProblems(predictions));
  problems.push(...quantileProblems(given));
  return problems;
}

function predictionProblems(predictions: JsonObject): Problem[] {
  const { path, key, label, scores, value } = predictionsOf(predictions);
  const problems: Problem[] = [];
  if (label === null && scores === null && value === null)
    problems.push({ path: ['predictions'], message: 'name a column: label, scores or value' });
  if (value !== null && (label !== null || scores !== null))
    problems.push({
      path: ['predictions', 'value'],
      key: true,
      message: 'value is of a regression, label and scores are of classes',
    });
  if (path !== null && key === null)
    problems.push({
      path: ['predictions'],
      message: '"key" is missing',
      help: 'the column that both files share',
    });
  return problems;
}

function quantileProblems(given: JsonObject): Problem[] {
  const { quantiles, column } = predictOptionsOf(given).value;
  if (quantiles === null) return [];
  const problems: Problem[] = [];
  const path = ['value', 'quantiles'];
  if (quantiles.some((p) => p <= 0 || p >= 1))
    problems.push({ path, message: 'a quantile lies between 0 and 1: 0.5 is the median' });
  if (new Set(quantiles).size < quantiles.length) problems.push({ path, message: 'a quantile stands twice' });
  if (column !== null)
    problems.push({
      path: ['value', 'column'],
      key: true,
      message: 'column names one value; quantiles say what every column is',
    });
  return problems;
}
