// A table: one typed array for each column. No DuckDB, no files: `read.ts` makes frames.
//
// Of a large table the arrays are read from a file when they are asked for, each time `values` or `codes` is: take them
// once before a loop over rows, and go through a table column by column, or part by part with `partOf`.

/**
 * `numeric` values are float64; `datetime` values are milliseconds since 1970 UTC; `boolean` values are 0 and 1. A null is NaN.
 * `categorical` values are codes into `dictionary` (sorted by code unit); a null is −1.
 */
export type Column = ValueColumn | CategoricalColumn;
export type ValueColumn = NumericColumn | DatetimeColumn | BooleanColumn;

/** What the cells were written as: says whether 3 is a whole number or text, whatever `kind` it is read as. */
export type CellType = 'int64' | 'float64' | 'bool' | 'datetime' | 'string';

interface Named {
  readonly name: string;
  readonly type: CellType;
  readonly nulls: number;
  /** Why the cells were read otherwise than they look. */
  readonly note?: string;
  /** Only where cells lie in a file: some of them. A copy of the column, `{...column}`, has it no more. */
  readonly part?: (start: number, end: number) => Float64Array | Int32Array;
}
export interface NumericColumn extends Named {
  readonly kind: 'numeric';
  readonly values: Float64Array;
}
export interface DatetimeColumn extends Named {
  readonly kind: 'datetime';
  readonly values: Float64Array;
}
export interface BooleanColumn extends Named {
  readonly kind: 'boolean';
  readonly values: Float64Array;
}
export interface CategoricalColumn extends Named {
  readonly kind: 'categorical';
  readonly codes: Int32Array;
  readonly dictionary: readonly string[];
  /** There are more different texts than can be told apart: asking for `codes` fails. */
  readonly tooMany?: true;
}

export interface Frame {
  readonly rows: number;
  /** In the order of the file. */
  readonly columns: ReadonlyMap<string, Column>;
  /** Only of a table whose cells do not all lie in memory: its rows at `indexes`, stored in their turn. */
  readonly take?: (frame: Frame, indexes: Int32Array) => Frame;
  /** Only of a frame as it was read: rows that are taken from it have none. */
  readonly origin?: Origin;
}

/** Which row of which file each row was. */
export interface Origin {
  readonly files: readonly string[];
  /** How many rows there are up to the end of each file, before any filter. */
  readonly ends: readonly number[];
  /** The rows that a filter kept; null where there was none. */
  readonly kept: Int32Array | null;
}

/** The same column with its cells in memory for as long as it is in use: for loops over rows that read several columns. */
export function held<C extends Column>(column: C): C {
  return { ...column };
}

/** Rows `start` to `end` of some columns, as a frame in memory. */
export function partOf(frame: Frame, names: readonly string[], start: number, end: number): Frame {
  const columns = new Map<string, Column>();
  for (const name of names) {
    const column = frame.columns.get(name)!;
    columns.set(name, withCells(column, column.part?.(start, end) ?? cellsOf(column, start, end)));
  }
  return { rows: end - start, columns };
}

function cellsOf(column: Column, start: number, end: number): Float64Array | Int32Array {
  return column.kind === 'categorical'
    ? column.codes.subarray(start, end)
    : column.values.subarray(start, end);
}

/** A column like `column` with these cells: its own are not read for it, as copying all its properties would. */
function withCells(column: Column, cells: Float64Array | Int32Array): Column {
  const { name, type, note } = column;
  let nulls = 0;
  for (const cell of cells) if (column.kind === 'categorical' ? cell < 0 : Number.isNaN(cell)) nulls++;
  const named = { name, type, nulls, ...(note === undefined ? {} : { note }) };
  if (column.kind !== 'categorical') return { ...named, kind: column.kind, values: cells as Float64Array };
  return { ...named, kind: 'categorical', codes: cells as Int32Array, dictionary: column.dictionary };
}

/** The text of a cell as slices, labels and join keys show it; null for a null. Whole numbers have no point. */
export function textAt(column: Column, row: number): string | null {
  if (column.kind === 'categorical') {
    const code = column.codes[row]!;
    return code < 0 ? null : column.dictionary[code]!;
  }
  const value = column.values[row]!;
  if (Number.isNaN(value)) return null;
  if (column.kind === 'boolean') return value === 1 ? 'true' : 'false';
  return column.kind === 'datetime' ? new Date(value).toISOString() : String(value);
}

export function isNull(column: Column, row: number): boolean {
  return column.kind === 'categorical' ? column.codes[row]! < 0 : Number.isNaN(column.values[row]!);
}

/** The rows at `indexes`, in that order. Dictionaries are kept whole. */
export function takeRows(frame: Frame, indexes: Int32Array): Frame {
  if (frame.take) return frame.take(frame, indexes);
  const columns = new Map<string, Column>();
  for (const [name, column] of frame.columns)
    columns.set(name, withCells(column, takeCells(column, indexes)));
  return { rows: indexes.length, columns };
}

function takeCells(column: Column, indexes: Int32Array): Float64Array | Int32Array {
  const [from, to] =
    column.kind === 'categorical'
      ? [column.codes, new Int32Array(indexes.length)]
      : [column.values, new Float64Array(indexes.length)];
  for (let i = 0; i < indexes.length; i++) to[i] = from[indexes[i]!]!;
  return to;
}

/** Indexes of the rows for which `keep` holds. */
export function rowsWhere(rows: number, keep: (row: number) => boolean): Int32Array {
  const found = new Int32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) if (keep(row)) found[count++] = row;
  return found.slice(0, count);
}
