// Which params and metrics there are, and what to call them: `trees`, as long as that can mean one thing only.
import { FIXED, type ValueColumn } from '../core/experiment-table.ts';
import type { Json } from '../core/json.ts';
import { metricFor } from '../ml/metrics/table.ts';
import type { Value } from '../run/values.ts';
import { endsOf } from './table-cells.ts';

type ColumnId = Pick<ValueColumn, 'kind' | 'file' | 'key'>;

/** Of one row. */
export interface RowValues {
  readonly params: readonly Value[];
  readonly metrics: readonly Value[];
}

export interface Tabulated {
  readonly columns: readonly ValueColumn[];
  /** One list a row, one value a column. */
  readonly values: readonly (readonly (Json | undefined)[])[];
}

/** Params before metrics, as they first come; `overridden`: `file\0key` of params that somebody set. */
export function tabulate(rows: readonly RowValues[], overridden: ReadonlySet<string>): Tabulated {
  const known = new Map<string, ColumnId>();
  for (const kind of ['param', 'metric'] as const)
    for (const row of rows)
      for (const { file, key } of kind === 'param' ? row.params : row.metrics) {
        const id = idOf({ kind, file, key });
        if (!known.has(id)) known.set(id, { kind, file, key });
      }
  const at = new Map([...known.keys()].map((id, index) => [id, index]));
  const values = rows.map(({ params, metrics }) => {
    const row = new Array<Json | undefined>(at.size).fill(undefined);
    for (const { file, key, value } of params) row[at.get(idOf({ kind: 'param', file, key }))!] = value;
    for (const { file, key, value } of metrics) row[at.get(idOf({ kind: 'metric', file, key }))!] = value;
    return row;
  });
  const names = shortNames([...known.values()]);
  const columns = [...known.values()].map(
    (column, index): ValueColumn => ({
      ...column,
      name: names[index]!,
      better: column.kind === 'metric' ? (metricFor(lastPart(column.key))?.better ?? null) : null,
      differs: overridden.has(`${column.file}\0${column.key}`) || differs(values, index),
    }),
  );
  return { columns, values };
}

function idOf({ kind, file, key }: ColumnId): string {
  return `${kind}\0${file}\0${key}`;
}

/** A row that has none differs from one that has, unless none can have it: a metric before its stage ran. */
function differs(values: readonly (readonly (Json | undefined)[])[], at: number): boolean {
  const seen = new Set(values.map((row) => JSON.stringify(row[at])));
  return seen.size > 1;
}

function shortNames(columns: readonly ColumnId[]): string[] {
  const claimed = new Map<string, number>(FIXED.map((name) => [name, 1]));
  for (const column of columns)
    for (const end of endsOf(column)) claimed.set(end, (claimed.get(end) ?? 0) + 1);
  return columns.map((column) => {
    const ends = endsOf(column);
    // A param and a metric of one file and key are told apart by where they are shown.
    return ends.find((end) => claimed.get(end) === 1) ?? ends.at(-1)!;
  });
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}
