// From options to a model that can be asked: the table of all rows, and which number of its answers is explained.
import { fail } from '../../core/failure.ts';
import { suggest } from '../../util/suggest.ts';
import type { DataRecord, InputMapping, Label } from '../evaluate/report.ts';
import { kindOfTarget, largestWhole } from '../evaluate/target.ts';
import { type Frame, isNull, rowsWhere, takeRows } from '../frame/frame.ts';
import { requireColumn, requireColumnsOf, type Table, withTables } from '../frame/read.ts';
import { stackFrames } from '../frame/stack.ts';
import { columnsOf, parseWhere } from '../frame/where.ts';
import { readScores, refuseInfinity, refuseNaN } from '../predict/classes.ts';
import { mapFeatures } from '../predict/features.ts';
import { interpret, type Predictions, valuesOf } from '../predict/interpret.ts';
import { modelLabels } from '../predict/labels.ts';
import { type ModelFile, openModel, type Scorer, withScorer } from '../predict/model.ts';
import { chooseOutputs } from '../predict/outputs.ts';
import type { Patch } from '../predict/patch.ts';
import type { RawPredictions } from '../predict/score.ts';
import type { ExplainOptions } from './options.ts';
import type { Explained, ExplainReport } from './report.ts';

export interface LoadContext {
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
}

/** A model with its rows. Every row number below is of `frame`: first the data, then the reference. */
export interface Asked {
  readonly frame: Frame;
  /** Rows of the data. */
  readonly rows: number;
  /** Rows that unknown values are drawn from. */
  readonly reference: Int32Array;
  readonly referenceFrom: 'reference' | 'data';
  readonly features: readonly string[];
  readonly mapped: readonly InputMapping[];
  readonly inputs: ExplainReport['inputs'];
  readonly uses: Scorer['uses'];
  /** All that the model says of rows put together out of the table. */
  predict(patches: readonly Patch[]): Promise<Predictions>;
  /** As `predict`, over another table with the same columns. */
  over(frame: Frame): (patches: readonly Patch[]) => Promise<RawPredictions>;
  /** The scores, or values, that `patches` get, without labels: the cheapest way to ask. */
  raw(patches: readonly Patch[]): Promise<RawPredictions>;
}

/** Opens everything for as long as `use` takes. */
export async function withAsked<T>(
  options: ExplainOptions,
  context: LoadContext,
  use: (asked: Asked) => Promise<T>,
): Promise<T> {
  const model = openModel(options.model, context.cwd);
  const sources = [options.data, ...(options.reference ? [options.reference] : [])];
  return withTables(
    sources,
    { cwd: context.cwd, overrides: options.columns, ...(context.signal ? { signal: context.signal } : {}) },
    async ({ tables, read }) => {
      const table = tables[0]!;
      if (options.target !== null) requireColumn(table, options.target, 'target');
      const reserved = new Set(options.target === null ? [] : [options.target]);
      const mapped = mapFeatures(model.model, table.names, reserved, options.predict, model.path);
      const features = [...new Set(mapped.flatMap(({ columns }) => columns))];
      const filter = options.rows.kind === 'where' ? parseWhere(options.rows.where) : null;
      if (filter) requireColumnsOf(filter, table);
      const where = filter ? columnsOf(filter) : [];
      const frames = await read((_, index) => [...features, ...(index === 0 ? [...reserved, ...where] : [])]);
      const data = withTruth(frames[0]!, table, options.target);
      const reference = frames[1];
      const frame = reference ? stackFrames(data.frame, reference, features) : data.frame;
      const inputs = {
        model: { path: model.path, sha256: model.sha256, external: model.external },
        data: data.record,
        reference: reference ? recordOf(tables[1]!, reference.rows, reference.rows) : null,
      };
      const rows = data.frame.rows;
      const from = reference ? rows : 0;
      const numbers = Int32Array.from({ length: frame.rows - from }, (_, at) => from + at);
      return withScorer(model, options.predict, (scorer) => {
        const outputs = chooseOutputs(
          scorer.model,
          options.task,
          targetKind(frame, options),
          options.predict,
          model.path,
        );
        const patcher = scorer.patcher(frame, mapped, outputs, context.signal);
        const plain = outputs.scores === null ? outputs : { ...outputs, label: null };
        return use({
          frame,
          rows,
          reference: numbers,
          referenceFrom: reference ? 'reference' : 'data',
          features,
          mapped,
          inputs,
          uses: scorer.uses,
          predict: async (patches) => interpreted(await patcher(patches), patches, { model, frame, options }),
          over: (other) => scorer.patcher(other, mapped, plain, context.signal),
          raw: scorer.patcher(frame, mapped, plain, context.signal),
        });
      });
    },
  );
}

function targetKind(frame: Frame, { target }: ExplainOptions): Parameters<typeof chooseOutputs>[2] {
  return target === null ? 'unknown' : kindOfTarget(frame.columns.get(target)!);
}

/** Rows without a true answer cannot be judged; where there is a target they are left out, and counted. */
function withTruth(
  frame: Frame,
  table: Table,
  target: string | null,
): { readonly frame: Frame; readonly record: DataRecord } {
  if (target === null) return { frame, record: recordOf(table, frame.rows, frame.rows) };
  const column = frame.columns.get(target)!;
  const kept = rowsWhere(frame.rows, (row) => !isNull(column, row));
  if (kept.length === 0) fail('config', `target "${target}" has no value in any row of ${table.path}`);
  return {
    frame: kept.length === frame.rows ? frame : takeRows(frame, kept),
    record: recordOf(table, frame.rows, kept.length),
  };
}

function recordOf(table: Table, rows: number, used: number): DataRecord {
  return {
    path: table.path,
    sha256: table.sha256,
    ...(table.where === null ? {} : { where: table.where }),
    rows,
    used,
    dropped: { missing_target: rows - used, missing_feature: 0 },
  };
}

interface Meaning {
  readonly model: ModelFile;
  readonly frame: Frame;
  readonly options: ExplainOptions;
}

function interpreted(
  raw: RawPredictions,
  patches: readonly Patch[],
  { model, frame, options }: Meaning,
): Predictions {
  const rows = patches.reduce((sum, patch) => sum + patch.rows.length, 0);
  const target = options.target === null ? null : frame.columns.get(options.target)!;
  return interpret(raw, rows, {
    task: options.task,
    predict: options.predict,
    threshold: null,
    named: modelLabels(model.model, model.path),
    wholeTarget: target === null ? null : largestWhole(target),
    path: model.path,
  });
}

/** Which number is explained, and how it comes out of what the model says. */
export interface Explanandum {
  readonly explained: Omit<Explained, 'mean'>;
  of(raw: RawPredictions): Float64Array;
  /** The same of predictions that were read already. */
  ofAll(predictions: Predictions): Float64Array;
}

/** @param predictions of the data, which say what the scores mean and which class is met most */
export function explanandumOf(predictions: Predictions, options: ExplainOptions): Explanandum {
  if (predictions.task === 'regression') {
    if (options.class !== null || options.output === 'logit')
      fail('config', `${options.model} is a regression: class: and output: are of classifiers`);
    return {
      explained: { kind: 'value', class: null, class_from: null },
      of: ({ value }) => {
        refuseNaN(value!.values, value!.width, options.model);
        refuseInfinity(value!.values, value!.width, options.model);
        return valuesOf(value!, { predict: options.predict, path: options.model }).values;
      },
      ofAll: (all) => (all as typeof predictions).values,
    };
  }
  const { known, positive, classes } = predictions;
  if (classes.scores === null)
    return fail(
      'config',
      `${options.model} gives labels only, and a label is no number that could be explained`,
      {
        help: 'export it with its probabilities',
      },
    );
  const { index, from } = classOf(predictions, options);
  const width = known.labels.length;
  const kind = classes.kind === 'unknown' || classes.kind === null ? 'margin' : classes.kind;
  if (options.output === 'logit' && !classes.probabilities)
    fail('config', `output: logit needs probabilities, and ${options.model} gives other scores`);
  const answersIn = (scores: Float64Array): Float64Array => {
    const answers = new Float64Array(scores.length / width);
    for (let row = 0; row < answers.length; row++) answers[row] = scores[row * width + index]!;
    return options.output === 'logit' ? answers.map(logit) : answers;
  };
  const reading = {
    labels: known.labels,
    spelled: known.labels,
    positive: positive?.index ?? null,
    threshold: null,
    kind,
    path: options.model,
  };
  return {
    explained: {
      kind: classes.probabilities ? options.output : 'score',
      class: known.labels[index]!,
      class_from: from,
    },
    of: ({ scores }) => {
      const { values, width: given } = scores!;
      refuseNaN(values, given, options.model);
      return answersIn(readScores(values, given, values.length / given, reading).scores);
    },
    ofAll: (all) => answersIn((all as typeof predictions).classes.scores!),
  };
}

/** Probabilities of 0 and 1, which forests give, have no finite logit: they count as one in a million. */
const LEAST = 1e-6;

function logit(p: number): number {
  const held = Math.min(Math.max(p, LEAST), 1 - LEAST);
  return Math.log(held / (1 - held));
}

function classOf(
  { known, positive, classes }: Exclude<Predictions, { readonly task: 'regression' }>,
  options: ExplainOptions,
): { readonly index: number; readonly from: NonNullable<Explained['class_from']> } {
  if (options.class !== null) {
    const texts = known.labels.map((each: Label) => String(each));
    const index = texts.indexOf(String(options.class));
    if (index < 0) {
      const near = suggest(String(options.class), texts);
      fail('config', `class: "${options.class}" is not one of the labels`, {
        help: near ? `did you mean "${near}"?` : `labels: ${texts.join(', ')}`,
      });
    }
    return { index, from: 'option' };
  }
  if (positive !== null)
    return { index: positive.index, from: positive.from === 'guess' ? 'guess' : 'positive' };
  const counts = known.labels.map(() => 0);
  for (const k of classes.predicted) counts[k]!++;
  return { index: counts.indexOf(Math.max(...counts)), from: 'most-predicted' };
}
