// A model's answers for the rows of a frame, in batches of bounded size.
import { fail } from '../../core/failure.ts';
import type { InputMapping } from '../evaluate/report.ts';
import type { Frame } from '../frame/frame.ts';
import type { Feed, OnnxSession, Output } from '../onnx/session.ts';
import { checkTypes, feedsOf } from './feeds.ts';
import type { ChosenOutputs } from './outputs.ts';

/** What a model, or a file of predictions, said of each row, before it is read as classes or numbers. */
export interface RawPredictions {
  readonly scores: Rows | null;
  readonly labels: readonly string[] | null;
  /** One value a row, or several of which one is asked for, or quantiles. */
  readonly value: Rows | null;
}

/** Row by row, `width` numbers each, widened to float64. */
export interface Rows {
  readonly values: Float64Array;
  readonly width: number;
}

export interface ScoreOptions {
  /** Rows at a time. */
  readonly batch: number;
  /** How messages name the model. */
  readonly path: string;
  readonly signal?: AbortSignal;
}

export async function scoreRows(
  session: OnnxSession,
  inputs: readonly InputMapping[],
  outputs: ChosenOutputs,
  frame: Frame,
  options: ScoreOptions,
): Promise<RawPredictions> {
  checkTypes(inputs, frame, options.path);
  function* batches(): Generator<Batch> {
    for (let start = 0; start < frame.rows; start += options.batch) {
      const end = Math.min(start + options.batch, frame.rows);
      yield { rows: end - start, feeds: feedsOf(session.model, inputs, frame, start, end) };
    }
  }
  return scoreBatches(session, outputs, frame.rows, batches(), options);
}

/** Tensors of some rows. */
export interface Batch {
  readonly rows: number;
  readonly feeds: ReadonlyMap<string, Feed>;
}

/** The answers to `batches`, `rows` rows in all, one below the other. A batch is made when the one before is scored. */
export async function scoreBatches(
  session: OnnxSession,
  outputs: ChosenOutputs,
  rows: number,
  batches: Iterable<Batch>,
  options: ScoreOptions,
): Promise<RawPredictions> {
  const scores = outputs.scores === null ? null : new NumberSink(outputs.scores, rows, options.path);
  const values = (outputs.value ?? []).map((name) => new NumberSink(name, rows, options.path));
  const labels = outputs.label === null ? null : new LabelSink(options.path);
  const wanted = [outputs.scores, outputs.label, ...(outputs.value ?? [])].filter((name) => name !== null);
  for (const batch of batches) {
    options.signal?.throwIfAborted();
    const answers = await session.run(batch.feeds, wanted);
    scores?.add(answers.get(outputs.scores!)!, batch.rows);
    for (const sink of values) sink.add(answers.get(sink.name)!, batch.rows);
    labels?.add(answers.get(outputs.label!)!, batch.rows);
  }
  return {
    scores: scores && { values: scores.values, width: scores.width },
    labels: labels?.labels ?? null,
    value: values.length === 0 ? null : sideBySide(values),
  };
}

/** Collects an output of one or several numbers a row. */
class NumberSink {
  values = new Float64Array(0);
  width = 0;
  #at = 0;
  readonly name: string;
  readonly #rows: number;
  readonly #path: string;

  constructor(name: string, rows: number, path: string) {
    this.name = name;
    this.#rows = rows;
    this.#path = path;
  }

  add({ data, shape }: Output, rows: number): void {
    if (this.width === 0) {
      this.width = data.length / rows;
      this.values = new Float64Array(this.#rows * this.width);
    }
    if (data.length !== rows * this.width || !Number.isInteger(this.width))
      fail(
        'config',
        `output "${this.name}" of ${this.#path} has shape ${shape.join(' × ')} for ${rows} rows`,
      );
    for (let i = 0; i < data.length; i++) this.values[this.#at++] = Number(data[i]);
  }
}

/** Equal labels are one text: a million of them take no room, and are told apart by where they lie. */
class LabelSink {
  readonly labels: string[] = [];
  readonly #known = new Map<number | bigint | string, string>();
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  add({ data, shape }: Output, rows: number): void {
    if (data.length !== rows)
      fail('config', `the label output of ${this.#path} has shape ${shape.join(' × ')} for ${rows} rows`);
    for (let i = 0; i < rows; i++) this.labels.push(this.#textOf(data[i]!));
  }

  #textOf(label: number | bigint | string): string {
    const known = this.#known.get(label);
    if (known !== undefined) return known;
    const text = String(label);
    if (this.#known.size < MOST_KNOWN) this.#known.set(label, text);
    return text;
  }
}

/** Labels are few; what has more is no label, and is refused later. */
const MOST_KNOWN = 4096;

/** Several outputs of the same rows as one, their columns in the order of the outputs. */
function sideBySide(sinks: readonly Rows[]): Rows {
  if (sinks.length === 1) return sinks[0]!;
  const width = sinks.reduce((sum, each) => sum + each.width, 0);
  const rows = sinks[0]!.values.length / sinks[0]!.width;
  const values = new Float64Array(rows * width);
  let left = 0;
  for (const sink of sinks) {
    for (let i = 0; i < sink.values.length; i++)
      values[Math.floor(i / sink.width) * width + left + (i % sink.width)] = sink.values[i]!;
    left += sink.width;
  }
  return { values, width };
}
