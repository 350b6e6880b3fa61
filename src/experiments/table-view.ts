// Which columns of a table are shown.
import type { Cell, ExperimentRow, ExperimentTable, ValueColumn } from '../core/experiment-table.ts';
import { fail } from '../core/failure.ts';
import { endsOf, findColumn } from './table-cells.ts';

export interface ColumnWish {
  /** Just these, by name, in this order. */
  readonly only?: readonly string[];
  /** Also params and metrics that are equal everywhere. */
  readonly all: boolean;
  /** Regular expressions over `file:key`: never shown, always shown. */
  readonly drop?: string;
  readonly keep?: string;
}

/** The name first. @throws MlopsError `usage` for a column that is not there, or a pattern that is none */
export function chooseColumns(
  table: ExperimentTable,
  rows: readonly ExperimentRow[],
  wish: ColumnWish,
): Cell[] {
  const name: Cell = { kind: 'name' };
  if (wish.only) {
    const cells = wish.only.map((typed) => findColumn(table.columns, typed));
    return [name, ...cells.filter(({ kind }) => kind !== 'name')];
  }
  const about: Cell[] = [{ kind: 'created' }, { kind: 'duration' }];
  if (rows.some(({ state }) => !QUIET.has(state))) about.unshift({ kind: 'state' });
  return [name, ...about, ...chosen(table, wish).map((at): Cell => ({ kind: 'value', at }))];
}

/** Nothing has to be said of these. */
const QUIET: ReadonlySet<string> = new Set(['workspace', 'baseline', 'done']);

/** Metrics that are equal too, as long as nothing was tried that could differ. */
function chosen({ columns, rows }: ExperimentTable, { all, drop, keep }: ColumnWish): number[] {
  const dropped = matcher('--drop', drop);
  const kept = matcher('--keep', keep);
  const untried = rows.every(({ state }) => state === 'workspace' || state === 'baseline');
  const worth = (column: ValueColumn): boolean =>
    kept(column) || (!dropped(column) && (all || column.differs || (untried && column.kind === 'metric')));
  return columns.flatMap((column, at) => (worth(column) ? [at] : []));
}

function matcher(flag: string, pattern: string | undefined): (column: ValueColumn) => boolean {
  if (pattern === undefined) return () => false;
  try {
    const regex = new RegExp(pattern);
    return (column) => endsOf(column).some((end) => regex.test(end)) || regex.test(column.name);
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: /, '');
    return fail('usage', `${flag} is no regular expression: ${why}`);
  }
}
