// Rows by a column: numbers before words, what a row lacks last whichever way it goes; ties as they were.
import { type Cell, cellOf, type ExperimentRow, type ValueColumn } from '../core/experiment-table.ts';
import type { Json } from '../core/json.ts';
import { byCodeUnit } from '../util/compare.ts';

export type Direction = 'asc' | 'desc';

/** The best first, as far as it is known which that is; the newest first. */
export function usualDirection(columns: readonly ValueColumn[], cell: Cell): Direction {
  if (cell.kind === 'created') return 'desc';
  return cell.kind === 'value' && columns[cell.at]!.better === 'max' ? 'desc' : 'asc';
}

export function sortRows(
  rows: readonly ExperimentRow[],
  columns: readonly ValueColumn[],
  cell: Cell,
  direction: Direction,
): ExperimentRow[] {
  const toZero = cell.kind === 'value' && columns[cell.at]!.better === 'zero';
  const keyed = rows.map((row) => {
    const value = cellOf(row, cell);
    return { row, key: toZero && typeof value === 'number' ? Math.abs(value) : value };
  });
  const sign = direction === 'asc' ? 1 : -1;
  return keyed
    .sort((a, b) => lacking(a.key) - lacking(b.key) || sign * inOrder(a.key, b.key))
    .map(({ row }) => row);
}

function lacking(value: Json | undefined): number {
  return value === undefined || value === null ? 1 : 0;
}

function inOrder(a: Json | undefined, b: Json | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1;
  return byCodeUnit(asText(a), asText(b));
}

function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
