// From options to what metrics need: true values, predictions, weights, and the columns that slices ask for.
import { fail } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { plural } from '../../util/units.ts';
import { type Column, type Frame, isNull, rowsWhere, takeRows, textAt } from '../frame/frame.ts';
import { requireColumn, type Table, withTables } from '../frame/read.ts';
import type { DataSource } from '../frame/source.ts';
import { mapFeatures } from '../predict/features.ts';
import { joinOn, predictionColumns, rawFromColumns, scoreLabels } from '../predict/from-columns.ts';
import { interpret, type Predictions } from '../predict/interpret.ts';
import { type KnownLabels, modelLabels } from '../predict/labels.ts';
import { type ModelFile, openModel, withScorer } from '../predict/model.ts';
import { type ChosenOutputs, chooseOutputs } from '../predict/outputs.ts';
import type { RawPredictions } from '../predict/score.ts';
import type { EvaluateOptions } from './options.ts';
import type { DataRecord, EvaluateReport, InputMapping, Label } from './report.ts';

/** Where the inputs lie, and how a long run is stopped. */
export interface LoadContext {
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
}

/** One data set with its predictions; rows without a target are gone. */
export interface Judged {
  readonly record: DataRecord;
  readonly frame: Frame;
  readonly predictions: Predictions;
  readonly truth:
    | { readonly kind: 'classes'; readonly classes: Int32Array }
    | { readonly kind: 'numbers'; readonly values: Float64Array };
  readonly weights: Float64Array | null;
}

export interface Loaded {
  readonly data: Judged;
  readonly compare: Judged | null;
  readonly inputs: EvaluateReport['inputs'];
  readonly mapped: readonly InputMapping[];
  readonly outputs: ChosenOutputs | null;
  readonly uses: JsonObject;
}

export async function load(options: EvaluateOptions, context: LoadContext): Promise<Loaded> {
  const model = options.model === null ? null : openModel(options.model, context.cwd);
  const joined = options.predictions?.path ?? null;
  const sources: DataSource[] = [
    options.data,
    ...(options.compare ? [options.compare] : []),
    ...(joined === null ? [] : [{ paths: [joined], where: null, format: 'auto' as const }]),
  ];
  return withTables(
    sources,
    { cwd: context.cwd, overrides: options.columns, ...(context.signal ? { signal: context.signal } : {}) },
    async (tables) => {
      const table = tables.tables[0]!;
      requireColumn(table, options.target, 'target');
      if (options.weight !== null) requireColumn(table, options.weight, 'weight');
      const mapped = model
        ? mapFeatures(model.model, table.names, reservedIn(options), options.predict, model.path)
        : [];
      const last = joined === null ? -1 : sources.length - 1;
      const frames = await tables.read((_, index) =>
        index === last ? joinedColumns(options) : wantedColumns(options, mapped),
      );
      const sets = frames.slice(0, joined === null ? undefined : -1);
      const rows = sets.map((frame, index) => usableRows(frame, tables.tables[index]!, options, mapped));
      const predictions = frames[last];
      const scored = await scoreAll(model, rows, predictions, options, mapped, context);
      const judged = rows.map((each, index) => judge(each, scored.raw[index]!, scored.named, options));
      return {
        data: judged[0]!,
        compare: judged[1] ?? null,
        inputs: {
          model: model && { path: model.path, sha256: model.sha256, external: model.external },
          predictions: options.predictions && {
            path: joined,
            sha256: joined === null ? null : tables.tables[last]!.sha256,
          },
          data: judged[0]!.record,
        },
        mapped,
        outputs: scored.outputs,
        uses: scored.uses,
      };
    },
  );
}

function reservedIn(options: EvaluateOptions): ReadonlySet<string> {
  return new Set([options.target, ...(options.weight === null ? [] : [options.weight])]);
}

function wantedColumns(options: EvaluateOptions, mapped: readonly InputMapping[]): readonly string[] {
  const { predictions } = options;
  const here =
    predictions === null
      ? []
      : predictions.path === null
        ? predictionColumns(predictions)
        : [predictions.key!];
  return [
    ...reservedIn(options),
    ...options.slices.flat(),
    ...mapped.flatMap(({ columns }) => columns),
    ...here,
  ];
}

function joinedColumns({ predictions }: EvaluateOptions): readonly string[] {
  return [predictions!.key!, ...predictionColumns(predictions!)];
}

interface UsableRows {
  readonly record: DataRecord;
  readonly frame: Frame;
}

/** The rows that count, by `on_missing`. */
function usableRows(
  frame: Frame,
  table: Table,
  options: EvaluateOptions,
  mapped: readonly InputMapping[],
): UsableRows {
  const target = frame.columns.get(options.target)!;
  const features = mapped.flatMap(({ columns }) => columns.map((name) => frame.columns.get(name)!));
  const hasTarget = rowsWhere(frame.rows, (row) => !isNull(target, row));
  const withoutTarget = frame.rows - hasTarget.length;
  if (withoutTarget > 0 && (options.on_missing.target === 'fail' || hasTarget.length === 0))
    fail(
      'config',
      `target "${options.target}" has no value in ${plural(withoutTarget, 'row')} of ${table.path}`,
      {
        ...(hasTarget.length === 0 ? {} : { help: 'leave such rows out: on_missing: {target: drop}' }),
      },
    );
  const whole = rowsWhere(
    frame.rows,
    (row) => !isNull(target, row) && features.every((column) => !isNull(column, row)),
  );
  const incomplete = hasTarget.length - whole.length;
  if (incomplete > 0 && options.on_missing.feature === 'fail')
    fail('config', `a feature has no value in ${plural(incomplete, 'row')} of ${table.path}`, {
      help: `first: "${features.find((column) => column.nulls > 0)?.name}". Leave such rows out: on_missing: {feature: drop}`,
    });
  const kept = options.on_missing.feature === 'drop' ? whole : hasTarget;
  if (kept.length === 0)
    fail('config', `no row of ${table.path} has a value in every feature`, {
      help: 'a column without any value: see columns and exclude',
    });
  return {
    record: {
      path: table.path,
      sha256: table.sha256,
      ...(table.where === null ? {} : { where: table.where }),
      rows: frame.rows,
      used: kept.length,
      dropped: { missing_target: withoutTarget, missing_feature: hasTarget.length - kept.length },
    },
    frame: kept.length === frame.rows ? frame : takeRows(frame, kept),
  };
}

interface Scored {
  readonly raw: readonly RawPredictions[];
  readonly named: KnownLabels | undefined;
  readonly outputs: ChosenOutputs | null;
  readonly uses: JsonObject;
}

async function scoreAll(
  model: ModelFile | null,
  rows: readonly UsableRows[],
  joined: Frame | undefined,
  options: EvaluateOptions,
  mapped: readonly InputMapping[],
  context: LoadContext,
): Promise<Scored> {
  if (model === null) return scoreFromColumns(rows, joined, options);
  const target = rows[0]!.frame.columns.get(options.target)!;
  return withScorer(model, options.predict, async (scorer) => {
    const named = modelLabels(model.model, model.path);
    const outputs = chooseOutputs(
      scorer.model,
      options.task,
      kindOfTarget(target),
      options.predict,
      model.path,
    );
    const raw: RawPredictions[] = [];
    for (const { frame } of rows) raw.push(await scorer.score(frame, mapped, outputs, context.signal));
    return { raw, named, outputs, uses: scorer.uses };
  });
}

function scoreFromColumns(
  rows: readonly UsableRows[],
  joined: Frame | undefined,
  options: EvaluateOptions,
): Scored {
  const predictions = options.predictions!;
  const listed = scoreLabels(predictions);
  const labels = options.predict.labels === 'auto' ? (listed ?? null) : options.predict.labels;
  const raw = rows.map(({ frame }) => {
    const holder = joined ? joinOn(predictions.key!, frame, joined, predictions.path!) : frame;
    return rawFromColumns(holder, predictions, labels);
  });
  return { raw, named: listed && { labels: listed, from: 'predictions' }, outputs: null, uses: {} };
}

/** How messages name where predictions come from. */
export function sourceName(options: EvaluateOptions): string {
  return options.model ?? options.predictions?.path ?? options.data.paths.join(', ');
}

function judge(
  { record, frame }: UsableRows,
  raw: RawPredictions,
  named: KnownLabels | undefined,
  options: EvaluateOptions,
): Judged {
  const target = frame.columns.get(options.target)!;
  const predictions = interpret(raw, frame.rows, {
    task: options.task,
    predict: options.predict,
    threshold: options.threshold,
    named,
    wholeTarget: largestWhole(target),
    path: sourceName(options),
  });
  const truth =
    predictions.task === 'regression'
      ? { kind: 'numbers' as const, values: numbersOf(target) }
      : { kind: 'classes' as const, classes: classesOfTarget(target, predictions.known.labels, record.path) };
  return { record, frame, predictions, truth, weights: weightsOf(frame, options) };
}

function kindOfTarget(target: Column): 'text' | 'whole' | 'fractions' {
  if (target.kind === 'categorical' || target.kind === 'boolean') return 'text';
  return target.type === 'int64' ? 'whole' : 'fractions';
}

/** Only of whole numbers from 0 up. */
function largestWhole(target: Column): number | null {
  if (target.kind !== 'numeric' || target.type !== 'int64') return null;
  let most = 0;
  for (const value of target.values) {
    if (value < 0) return null;
    if (value > most) most = value;
  }
  return most;
}

function numbersOf(target: Column): Float64Array {
  if (target.kind === 'numeric') return target.values;
  return fail('config', `a regression needs a target of numbers, "${target.name}" is ${target.kind}`);
}

/** Booleans also match the labels 0 and 1, as frameworks write them. */
function classesOfTarget(target: Column, labels: readonly Label[], path: string): Int32Array {
  const index = new Map(labels.map((label, at) => [String(label), at]));
  if (target.kind === 'boolean' && !index.has('true') && index.has('1') && index.has('0')) {
    index.set('true', index.get('1')!);
    index.set('false', index.get('0')!);
  }
  const rows = target.kind === 'categorical' ? target.codes.length : target.values.length;
  return Int32Array.from({ length: rows }, (_, row) => {
    const text = textAt(target, row)!;
    const at = index.get(text) ?? index.get(text.toLowerCase());
    if (at === undefined)
      fail('config', `target "${target.name}" of ${path} holds "${text}", which is not one of the labels`, {
        help: `labels: ${labels.join(', ')}`,
      });
    return at;
  });
}

function weightsOf(frame: Frame, { weight }: EvaluateOptions): Float64Array | null {
  if (weight === null) return null;
  const column = frame.columns.get(weight)!;
  if (column.kind !== 'numeric') return fail('config', `weight "${weight}" does not hold numbers`);
  const bad = column.values.findIndex((value) => !(value >= 0 && Number.isFinite(value)));
  if (bad >= 0)
    fail(
      'config',
      `weight "${weight}" is ${column.values[bad]} in row ${bad + 1}; weights are numbers from 0 up`,
    );
  if (column.values.every((value) => value === 0)) fail('config', `weight "${weight}" is 0 in every row`);
  return column.values;
}
