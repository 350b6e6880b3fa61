// Predictions of both sides, from a model or from columns that any framework wrote.

import type { ActionContext } from '../../core/action.ts';
import { fail, MlopsError } from '../../core/failure.ts';
import type { Finding } from '../../core/finding.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Frame } from '../frame/frame.ts';
import { readFrames } from '../frame/read.ts';
import { mapFeatures } from '../predict/features.ts';
import { joinOn, predictionColumns, rawFromColumns, scoreLabels } from '../predict/from-columns.ts';
import { type InterpretOptions, interpret, type Predictions } from '../predict/interpret.ts';
import { type KnownLabels, modelLabels } from '../predict/labels.ts';
import { openModel, withScorer } from '../predict/model.ts';
import { type PredictionsOptions, predictionsOf, predictOptionsOf } from '../predict/options.ts';
import { chooseOutputs, type PredictTask } from '../predict/outputs.ts';
import type { RawPredictions } from '../predict/score.ts';
import type { Predicted } from './predicted.ts';
import type { DriftInput, DriftReport, Pair } from './report.ts';

export interface BothPredicted {
  readonly predicted: Pair<Predicted>;
  /** Columns of the data that hold predictions: no features. */
  readonly columns: readonly string[];
  readonly model: DriftReport['inputs']['model'];
  readonly file: DriftInput | null;
  readonly uses: JsonObject;
  /** A model that can be asked about other rows, and the columns it reads; null where predictions came as columns. */
  readonly asked: {
    readonly features: readonly string[];
    predict(frame: Frame): Promise<Predicted>;
  } | null;
}

/** What the model made of both sides, or why it cannot read the current one. */
export type PredictedOrBlocked = BothPredicted | { readonly blocked: Finding };

type Asked = Omit<InterpretOptions, 'named' | 'path'> & {
  readonly sort: 'text' | 'whole' | 'fractions' | 'unknown';
  /** Target and time: never features. */
  readonly reserved: ReadonlySet<string>;
};

/**
 * What both sides are predicted to be, for as long as `use` takes: null where the options name neither a model nor
 * predictions.
 * @throws MlopsError where model and reference do not fit: that is a mistake in the options, not a change in the data.
 */
export async function withPredictions<T>(
  json: JsonObject,
  target: string | null,
  reserved: ReadonlySet<string>,
  sides: Pair<Frame>,
  io: ActionContext,
  use: (made: PredictedOrBlocked | null) => Promise<T>,
): Promise<T> {
  const asked: Asked = {
    predict: predictOptionsOf(json),
    task: (json['task'] ?? 'auto') as PredictTask,
    threshold: (json['threshold'] ?? null) as number | null,
    ...targetOf(sides.reference, target),
    reserved,
  };
  if (typeof json['model'] === 'string') return fromModel(json['model'], asked, sides, io, use);
  const { predictions } = json;
  return use(
    isJsonObject(predictions) ? await fromColumns(predictionsOf(predictions), asked, sides, io) : null,
  );
}

/** What the truth looks like tells a probability from a value, and classes 0…n−1 from names. */
function targetOf(frame: Frame, target: string | null): Pick<Asked, 'sort' | 'wholeTarget'> {
  const column = target === null ? undefined : frame.columns.get(target);
  if (!column) return { sort: 'unknown', wholeTarget: null };
  if (column.kind !== 'numeric') return { sort: 'text', wholeTarget: null };
  if (column.type !== 'int64') return { sort: 'fractions', wholeTarget: null };
  let most = 0;
  for (const value of column.values) {
    if (!Number.isFinite(value)) continue;
    if (value < 0) return { sort: 'whole', wholeTarget: null };
    if (value > most) most = value;
  }
  return { sort: 'whole', wholeTarget: most };
}

async function fromModel<T>(
  path: string,
  asked: Asked,
  sides: Pair<Frame>,
  io: ActionContext,
  use: (made: PredictedOrBlocked) => Promise<T>,
): Promise<T> {
  const file = openModel(path, io.cwd);
  const names = [...sides.reference.columns.keys()];
  const inputs = mapFeatures(file.model, names, asked.reserved, asked.predict, path);
  const named = modelLabels(file.model, path);
  return withScorer(file, asked.predict, async (scorer) => {
    // Of the model as it runs: a ZipMap hides the scores.
    const outputs = chooseOutputs(scorer.model, asked.task, asked.sort, asked.predict, path);
    const read = async (frame: Frame) =>
      predictedOf(await scorer.score(frame, inputs, outputs, io.signal), frame, asked, named, path);
    const reference = await read(sides.reference);
    const current = await orBlocked(path, () => read(sides.current));
    if ('blocked' in current) return use(current);
    const model = { path, sha256: file.sha256, external: file.external };
    const features = [...new Set(inputs.flatMap(({ columns }) => columns))];
    return use({
      predicted: { reference, current },
      columns: [],
      model,
      file: null,
      uses: scorer.uses,
      asked: { features, predict: read },
    });
  });
}

async function fromColumns(
  options: PredictionsOptions,
  asked: Asked,
  sides: Pair<Frame>,
  io: ActionContext,
): Promise<BothPredicted> {
  const names = predictionColumns(options);
  const labels = scoreLabels(options);
  const named: KnownLabels | undefined = labels && { labels, from: 'predictions' };
  const read = (rows: Frame, from: string): Predicted => {
    const lacking = names.find((name) => !rows.columns.has(name));
    if (lacking !== undefined) fail('config', `predictions: column "${lacking}" is not in ${from}`);
    const known = named ?? labelsSeen(options, asked, sides);
    const order = asked.predict.labels === 'auto' ? (known?.labels ?? null) : asked.predict.labels;
    return predictedOf(rawFromColumns(rows, options, order), rows, asked, known, from);
  };
  if (options.path === null) {
    const predicted = {
      reference: read(sides.reference, 'the reference data'),
      current: read(sides.current, 'the current data'),
    };
    return { predicted, columns: names, model: null, file: null, uses: {}, asked: null };
  }
  const { path, key } = options;
  if (key === null)
    return fail('config', `predictions: ${path} needs a key, the column that joins it to the data`);
  const source = { paths: [path], where: null, format: 'auto' as const };
  const reading = { cwd: io.cwd, signal: io.signal, columns: [key, ...names] };
  const [frame] = await readFrames([source], reading);
  const predicted = {
    reference: read(joinOn(key, sides.reference, frame!, path), path),
    current: read(joinOn(key, sides.current, frame!, path), path),
  };
  return {
    predicted,
    columns: [key],
    model: null,
    file: { path, sha256: frame!.table.sha256 },
    uses: {},
    asked: null,
  };
}

/** Labels without scores have no order to get wrong: those that occur will do. */
function labelsSeen(
  { label, scores }: PredictionsOptions,
  asked: Asked,
  sides: Pair<Frame>,
): KnownLabels | undefined {
  if (label === null || scores !== null || asked.wholeTarget !== null) return undefined;
  const seen = new Set<string>();
  for (const frame of [sides.reference, sides.current]) {
    const column = frame.columns.get(label);
    if (column?.kind === 'categorical') for (const text of column.dictionary) seen.add(text);
  }
  return seen.size < 2 ? undefined : { labels: [...seen].sort(), from: 'predictions' };
}

function predictedOf(
  raw: RawPredictions,
  { rows }: Frame,
  asked: Asked,
  named: KnownLabels | undefined,
  path: string,
): Predicted {
  const made: Predictions = interpret(raw, rows, { ...asked, named, path });
  if (made.task === 'regression') return made;
  const texts = made.known.labels.map(String);
  const { scores, predicted } = made.classes;
  const index = made.positive?.index;
  return {
    task: 'classification',
    known: texts,
    labels: Array.from(predicted, (each) => texts[each]!),
    answers: {
      classes: texts.length,
      positive: index ?? null,
      predicted,
      scores,
      probabilities: made.classes.probabilities,
    },
    positive:
      index === undefined || scores === null
        ? null
        : {
            label: texts[index]!,
            score: everySecond(scores, index, rows),
          },
  };
}

function everySecond(scores: Float64Array, first: number, rows: number): Float64Array {
  const found = new Float64Array(rows);
  for (let row = 0; row < rows; row++) found[row] = scores[2 * row + first]!;
  return found;
}

async function orBlocked(
  path: string,
  read: () => Promise<Predicted>,
): Promise<Predicted | { readonly blocked: Finding }> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof MlopsError) || error.failures.some(({ exit }) => exit !== 'config')) throw error;
    const message = `cannot read the current data: ${error.failures.map((each) => each.message).join('; ')}`;
    return { blocked: { check: 'model', subject: path, status: 'fail', message, value: null, limit: null } };
  }
}
