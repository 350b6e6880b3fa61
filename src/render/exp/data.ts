// The table of experiments for programs: JSON with every value by file and key, CSV as RFC 4180 has it.
import { type Cell, cellOf, type ExperimentRow, type ExperimentTable } from '../../core/experiment-table.ts';
import type { Json } from '../../core/json.ts';
import { titleOf } from './cells.ts';

export function experimentsAsData(
  table: ExperimentTable,
  rows: readonly ExperimentRow[],
  cells: readonly Cell[],
): object {
  return {
    columns: cells.map((cell) => (cell.kind === 'value' ? table.columns[cell.at] : { kind: cell.kind })),
    baselines: table.groups,
    rows: rows.map(({ values, group, baseline, ...row }) => ({
      ...row,
      baseline: table.groups[group]?.commit ?? null,
      params: nested(table, values, 'param'),
      metrics: nested(table, values, 'metric'),
    })),
  };
}

/** File → key → value, of all columns: what is shown is a matter of the screen. */
function nested(
  { columns }: ExperimentTable,
  values: ExperimentRow['values'],
  kind: 'param' | 'metric',
): { readonly [file: string]: { readonly [key: string]: Json } } {
  const files: { [file: string]: { [key: string]: Json } } = {};
  for (const [at, column] of columns.entries()) {
    const value = values[at];
    if (column.kind !== kind || value === undefined) continue;
    files[column.file] ??= {};
    files[column.file]![column.key] = value;
  }
  return files;
}

/** Values unrounded, times ISO, durations in milliseconds. */
export function experimentsAsCsv(
  { columns }: ExperimentTable,
  rows: readonly ExperimentRow[],
  cells: readonly Cell[],
): string {
  const lines = [
    cells.map((cell) => (cell.kind === 'duration' ? 'duration_ms' : titleOf(cell, columns))),
    ...rows.map((row) => cells.map((cell) => plain(cellOf(row, cell)))),
  ];
  return lines.map((line) => `${line.map(csvField).join(',')}\r\n`).join('');
}

function plain(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function csvField(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
