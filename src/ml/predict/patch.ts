// A model asked "what if": rows that are put together out of the cells of one table. Permuted columns, coalitions over a
// background, grids of one column are all rows of the table in which some columns come from other rows.
//
// The table becomes tensors once; a patch copies their cells. So a million such rows cost little but the model's own time.
import type { InputMapping } from '../evaluate/report.ts';
import type { Frame } from '../frame/frame.ts';
import type { Feed, OnnxSession } from '../onnx/session.ts';
import { checkTypes, feedsOf } from './feeds.ts';
import type { ChosenOutputs } from './outputs.ts';
import { type Batch, type RawPredictions, type ScoreOptions, scoreBatches } from './score.ts';

/** Rows of the table, in this order, after `changes` from first to last. */
export interface Patch {
  readonly rows: Int32Array;
  readonly changes: readonly Change[];
}

export interface Change {
  /** By name, as the model's inputs are mapped to them; a column that feeds no input changes nothing. */
  readonly columns: readonly string[];
  /** The row of the table whose values they take: one for each row of the patch, or one for all of them. */
  readonly from: Int32Array | number;
}

/** The model's answers for every row of every patch, one below the other. */
export type Patcher = (patches: readonly Patch[]) => Promise<RawPredictions>;

export function patcherOf(
  session: OnnxSession,
  inputs: readonly InputMapping[],
  outputs: ChosenOutputs,
  frame: Frame,
  options: ScoreOptions,
): Patcher {
  checkTypes(inputs, frame, options.path);
  const whole = feedsOf(session.model, inputs, frame, 0, frame.rows);
  const tables = inputs.map(({ name, columns }): Tensor => {
    const feed = whole.get(name)!;
    return { name, feed, width: columns.length, rank: feed.shape.length, at: placesOf(columns) };
  });
  return (patches) => {
    const rows = patches.reduce((sum, patch) => sum + patch.rows.length, 0);
    return scoreBatches(session, outputs, rows, batchesOf(tables, patches, rows, options.batch), options);
  };
}

interface Tensor {
  readonly name: string;
  readonly feed: Feed;
  readonly width: number;
  readonly rank: number;
  /** Column → where it stands in a row. */
  readonly at: ReadonlyMap<string, readonly number[]>;
}

function placesOf(columns: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [at, column] of columns.entries()) places.set(column, [...(places.get(column) ?? []), at]);
  return places;
}

/** Full batches: patches are split and joined as it comes. */
function* batchesOf(
  tables: readonly Tensor[],
  patches: readonly Patch[],
  rows: number,
  size: number,
): Generator<Batch> {
  let patch = 0;
  let done = 0;
  for (let start = 0; start < rows; start += size) {
    const length = Math.min(size, rows - start);
    const data = tables.map(({ feed, width }) => emptyLike(feed.data, length * width));
    for (let filled = 0; filled < length; ) {
      const current = patches[patch]!;
      const end = Math.min(current.rows.length, done + length - filled);
      for (const [index, table] of tables.entries())
        copyPatch(table, current, done, end, data[index]! as unknown as number[], filled);
      filled += end - done;
      done = end;
      if (done === current.rows.length) {
        patch++;
        done = 0;
      }
    }
    yield { rows: length, feeds: feedsFrom(tables, data, length) };
  }
}

function feedsFrom(
  tables: readonly Tensor[],
  data: readonly Feed['data'][],
  rows: number,
): ReadonlyMap<string, Feed> {
  return new Map(
    tables.map(({ name, feed, width, rank }, index) => [
      name,
      { dtype: feed.dtype, data: data[index]!, shape: rank === 1 ? [rows] : [rows, width] },
    ]),
  );
}

/** Rows `start` to `end` of the patch, written from row `at` of `out`. Whatever the type of the cells, they are copied. */
function copyPatch(
  { feed, width, at: places }: Tensor,
  { rows, changes }: Patch,
  start: number,
  end: number,
  out: number[],
  at: number,
): void {
  const cells = feed.data as unknown as ArrayLike<number>;
  for (let row = start; row < end; row++) {
    const from = rows[row]! * width;
    const to = (at + row - start) * width;
    for (let k = 0; k < width; k++) out[to + k] = cells[from + k]!;
  }
  for (const { columns, from } of changes)
    for (const column of columns)
      for (const place of places.get(column) ?? []) {
        let to = at * width + place;
        if (typeof from === 'number') {
          const cell = cells[from * width + place]!;
          for (let row = start; row < end; row++, to += width) out[to] = cell;
        } else
          for (let row = start; row < end; row++, to += width) out[to] = cells[from[row]! * width + place]!;
      }
}

function emptyLike(data: Feed['data'], length: number): Feed['data'] {
  if (data instanceof Float32Array) return new Float32Array(length);
  if (data instanceof Float64Array) return new Float64Array(length);
  if (data instanceof Int32Array) return new Int32Array(length);
  if (data instanceof BigInt64Array) return new BigInt64Array(length);
  if (data instanceof Uint8Array) return new Uint8Array(length);
  return new Array<string>(length);
}
