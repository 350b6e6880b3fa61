// A table in memory: one typed array for each column. No DuckDB, no files: `read.ts` makes frames.

/**
 * `numeric` values are float64; `datetime` values are milliseconds since 1970 UTC; `boolean` values are 0 and 1. A null is NaN.
 * `categorical` values are codes into `dictionary` (sorted by code unit); a null is −1.
 */
export type Column = NumericColumn | DatetimeColumn | BooleanColumn | CategoricalColumn;

/** What the cells were written as: says whether 3 is a whole number or text, whatever `kind` it is read as. */
export type CellType = 'int64' | 'float64' | 'bool' | 'datetime' | 'string';

interface Named {
  readonly name: string;
  readonly type: CellType;
  readonly nulls: number;
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
}

export interface Frame {
  readonly rows: number;
  /** In the order of the file. */
  readonly columns: ReadonlyMap<string, Column>;
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
  const columns = new Map<string, Column>();
  for (const [name, column] of frame.columns) columns.set(name, takeColumn(column, indexes));
  return { rows: indexes.length, columns };
}

function takeColumn(column: Column, indexes: Int32Array): Column {
  let nulls = 0;
  if (column.kind === 'categorical') {
    const codes = new Int32Array(indexes.length);
    for (let i = 0; i < indexes.length; i++) {
      codes[i] = column.codes[indexes[i]!]!;
      if (codes[i]! < 0) nulls++;
    }
    return { ...column, codes, nulls };
  }
  const values = new Float64Array(indexes.length);
  for (let i = 0; i < indexes.length; i++) {
    values[i] = column.values[indexes[i]!]!;
    if (Number.isNaN(values[i]!)) nulls++;
  }
  return { ...column, values, nulls };
}

/** Indexes of the rows for which `keep` holds. */
export function rowsWhere(rows: number, keep: (row: number) => boolean): Int32Array {
  const found = new Int32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) if (keep(row)) found[count++] = row;
  return found.slice(0, count);
}
