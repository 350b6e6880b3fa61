// Which params and metrics there are, and what to call them: `trees`, as long as that can mean one thing only.
import { FIXED, type ValueColumn } from '../core/experiment-table.ts';
import type { Json } from '../core/json.ts';
import { betterWay } from '../ml/metrics/better.ts';
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
  const ids = [...known.values()];
  const measured = values.filter((_, row) => rows[row]!.metrics.length > 0);
  const differing = ids.map(
    ({ kind, file, key }, index) =>
      overridden.has(`${file}\0${key}`) || differs(kind === 'metric' ? measured : values, index),
  );
  const names = shortNames(ids, differing);
  const columns = ids.map(
    (column, index): ValueColumn => ({
      ...column,
      name: names[index]!,
      better: column.kind === 'metric' ? (betterWay(column.key) ?? null) : null,
      differs: differing[index]!,
    }),
  );
  return { columns, values };
}

function idOf({ kind, file, key }: ColumnId): string {
  return `${kind}\0${file}\0${key}`;
}

/** A row that has none differs from one that has; of metrics only rows count that have some: the others did not run yet. */
function differs(values: readonly (readonly (Json | undefined)[])[], at: number): boolean {
  const seen = new Set(values.map((row) => JSON.stringify(row[at])));
  return seen.size > 1;
}

/**
 * Columns that differ are those that are shown: hidden ones of other files make their names no longer. Those of the same file
 * do: `accuracy` for `train.accuracy` would look like that of the test, as long as that is equal everywhere.
 */
function shortNames(columns: readonly ColumnId[], differing: readonly boolean[]): string[] {
  const claimed = claims(columns);
  const shown = columns.filter((_, at) => differing[at]);
  const besides = new Map(
    [...new Set(shown.map(({ file }) => file))].map((file) => [
      file,
      claims(columns.filter((each, at) => differing[at] || each.file === file)),
    ]),
  );
  return columns.map((column, at) => {
    const ends = endsOf(column);
    const meant = differing[at] ? besides.get(column.file)! : claimed;
    // A param and a metric of one file and key are told apart by where they are shown.
    return ends.find((end) => meant.get(end) === 1) ?? ends.at(-1)!;
  });
}

/** How many columns could be meant by each end. */
function claims(columns: readonly ColumnId[]): Map<string, number> {
  const claimed = new Map<string, number>(FIXED.map((name) => [name, 1]));
  for (const column of columns)
    for (const end of endsOf(column)) claimed.set(end, (claimed.get(end) ?? 0) + 1);
  return claimed;
}
