// From options to what metrics need: true values, predictions, weights, and the columns that slices ask for.
import type { JsonObject } from '../../core/json.ts';
import { CELL_LIMITS } from '../frame/cells.ts';
import { type Frame, held } from '../frame/frame.ts';
import { requireColumn, requireColumnsOf, type Table, withTables } from '../frame/read.ts';
import type { DataSource } from '../frame/source.ts';
import type { Binning } from '../metrics/data.ts';
import { mapFeatures } from '../predict/features.ts';
import { joinOn, predictionColumns, rawFromColumns, scoreLabels } from '../predict/from-columns.ts';
import { interpret, type Predictions } from '../predict/interpret.ts';
import { type KnownLabels, modelLabels } from '../predict/labels.ts';
import { type ModelFile, openModel, withScorer } from '../predict/model.ts';
import type { PredictOptions } from '../predict/options.ts';
import { type ChosenOutputs, chooseOutputs } from '../predict/outputs.ts';
import type { RawPredictions } from '../predict/score.ts';
import { extraColumns } from './extra-columns.ts';
import type { EvaluateOptions } from './options.ts';
import type { DataRecord, EvaluateReport, InputMapping, ModelRecord } from './report.ts';
import { alignedWith, rivalLabels, rivalOptions } from './rival.ts';
import { type UsableRows, usableRows } from './rows.ts';
import { columnsOfSlices } from './slice-options.ts';
import { classesOfTarget, kindOfTarget, largestWhole, numbersOf, weightsOf } from './target.ts';

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
  readonly binning: Binning;
}

export interface Loaded {
  readonly data: Judged;
  readonly compare: Judged | null;
  /** The model of `baseline: {model}` on the rows of `data`. */
  readonly baseline: { readonly model: ModelRecord; readonly judged: Judged } | null;
  readonly inputs: EvaluateReport['inputs'];
  readonly mapped: readonly InputMapping[];
  readonly outputs: ChosenOutputs | null;
  readonly uses: JsonObject;
}

/** Runs `use` while the cells of the data can be read: those of a large table lie in a file. */
export async function withLoaded<T>(
  options: EvaluateOptions,
  context: LoadContext,
  use: (loaded: Loaded) => Promise<T>,
): Promise<T> {
  const model = options.model === null ? null : openModel(options.model, context.cwd);
  const joined = options.predictions?.path ?? null;
  const sources: DataSource[] = [
    options.data,
    ...(options.compare ? [options.compare] : []),
    ...(joined === null ? [] : [{ paths: [joined], where: null, format: 'auto' as const }]),
  ];
  return withTables(
    sources,
    {
      cwd: context.cwd,
      overrides: options.columns,
      limits: CELL_LIMITS,
      ...(context.signal ? { signal: context.signal } : {}),
    },
    async (tables) => {
      const table = tables.tables[0]!;
      requireColumn(table, options.target, 'target');
      if (options.weight !== null) requireColumn(table, options.weight, 'weight');
      for (const { where } of options.slices) if (where) requireColumnsOf(where, table);
      const mapped = model
        ? mapFeatures(model.model, table.names, reservedIn(options), options.predict, model.path)
        : [];
      const last = joined === null ? -1 : sources.length - 1;
      const rival = openRival(options, table, context);
      // Both models on the same rows: those that one of them cannot take are left out for both.
      const both = [...mapped, ...(rival?.mapped ?? [])];
      const frames = await tables.read((_, index) => {
        if (index === last) return joinedColumns(options);
        if (index > 0) return wantedColumns(options, mapped);
        return [...wantedColumns(options, both), ...extraColumns(options)];
      });
      const sets = frames.slice(0, joined === null ? undefined : -1);
      const rows = sets.map((frame, index) =>
        usableRows(frame, tables.tables[index]!, options, index === 0 ? both : mapped),
      );
      const predictions = frames[last];
      const scored = await scoreAll(model, rows, predictions, options, mapped, context);
      const judged = rows.map((each, index) => judge(each, scored.raw[index]!, scored.named, options));
      return use({
        data: judged[0]!,
        compare: judged[1] ?? null,
        baseline: rival && {
          model: recordOf(rival.file),
          judged: await judgeRival(rival, rows[0]!, judged[0]!, options, context),
        },
        inputs: {
          model: model && recordOf(model),
          predictions: options.predictions && {
            path: joined,
            sha256: joined === null ? null : tables.tables[last]!.sha256,
          },
          data: judged[0]!.record,
        },
        mapped,
        outputs: scored.outputs,
        uses: scored.uses,
      });
    },
  );
}

interface Rival {
  readonly file: ModelFile;
  readonly predict: PredictOptions;
  readonly mapped: readonly InputMapping[];
}

function openRival(options: EvaluateOptions, table: Table, { cwd }: LoadContext): Rival | null {
  if (options.baseline_model === null) return null;
  const file = openModel(options.baseline_model, cwd);
  const predict = rivalOptions(file, table.names, options.predict);
  const mapped = mapFeatures(file.model, table.names, reservedIn(options), predict, file.path);
  return { file, predict, mapped };
}

async function judgeRival(
  { file, predict, mapped }: Rival,
  rows: UsableRows,
  own: Judged,
  options: EvaluateOptions,
  context: LoadContext,
): Promise<Judged> {
  const read = { ...options, model: file.path, predict: rivalLabels(file, own.predictions, predict) };
  const { raw, named } = await scoreAll(file, [rows], undefined, read, mapped, context);
  const judged = judge(rows, raw[0]!, named, read);
  return {
    ...judged,
    truth: own.truth,
    predictions: alignedWith(own.predictions, judged.predictions, file.path, rows.frame),
  };
}

function recordOf({ path, sha256, external }: ModelFile): ModelRecord {
  return { path, sha256, external };
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
    ...columnsOfSlices(options.slices),
    ...mapped.flatMap(({ columns }) => columns),
    ...here,
  ];
}

function joinedColumns({ predictions }: EvaluateOptions): readonly string[] {
  return [predictions!.key!, ...predictionColumns(predictions!)];
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
function sourceName(options: EvaluateOptions): string {
  return options.model ?? options.predictions?.path ?? options.data.paths.join(', ');
}

function judge(
  { record, frame }: UsableRows,
  raw: RawPredictions,
  named: KnownLabels | undefined,
  options: EvaluateOptions,
): Judged {
  const target = held(frame.columns.get(options.target)!);
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
  return {
    record,
    frame,
    predictions,
    truth,
    weights: weightsOf(frame, options),
    binning: options.calibration,
  };
}
