// Rows as a check of the user's own gets them: plain values, so many at a time.
import { type Column, type Frame, textAt } from '../frame/frame.ts';

export type Cell = number | string | boolean | null;

export interface CheckBatch {
  /** The table they are of, as written under `data`. */
  readonly path: string;
  /** Index of the first row, from 0. */
  readonly start: number;
  readonly rows: number;
  /** By name, in the order of the file; null where there is no value, a date as ISO text. */
  readonly columns: { readonly [name: string]: readonly Cell[] };
}

export function* batchesOf(path: string, frame: Frame, size: number): Generator<CheckBatch> {
  for (let start = 0; start < frame.rows; start += size) {
    const rows = Math.min(size, frame.rows - start);
    const columns: { [name: string]: readonly Cell[] } = Object.create(null);
    for (const [name, column] of frame.columns)
      columns[name] = Array.from({ length: rows }, (_, row) => cellAt(column, start + row));
    yield { path, start, rows, columns };
  }
}

function cellAt(column: Column, row: number): Cell {
  if (column.kind === 'categorical' || column.kind === 'datetime') return textAt(column, row);
  const value = column.values[row]!;
  if (Number.isNaN(value)) return null;
  return column.kind === 'boolean' ? value === 1 : value;
}
