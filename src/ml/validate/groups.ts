// Questions about rows that are alike: which stand twice, which stand in two data sets, which say different things of the
// same. Rows are compared by two 64-bit hashes of their cells, so that millions of them fit in memory.
import type { Database } from '../frame/duckdb.ts';
import type { Staged, StagedColumn } from '../frame/staged.ts';
import { LINES, type Positions, placesAt } from './locate.ts';
import type { Place } from './report.ts';

export interface Alike {
  /** Rows that are so. */
  readonly count: number;
  readonly places: readonly Place[];
}

/** Equal where all cells are equal; a missing cell equals a missing one. */
function hashSql(columns: readonly StagedColumn[]): string {
  const cells = columns.map(cellSql);
  return `hash(${cells.join(', ')}) AS h, hash('2', ${cells.join(', ')}) AS g`;
}

/** As a number where the cell is one, so that 1.0 equals 1; as text where a number could not tell two whole ones apart. */
function cellSql({ kind, text, number }: StagedColumn): string {
  return kind === 'categorical'
    ? text
    : `CASE WHEN abs(${number}) < 9007199254740992 THEN CAST(${number} AS VARCHAR) ELSE ${text} END`;
}

/** Rows that repeat an earlier one in `columns`. `among` says which rows are looked at. */
export async function repeated(
  database: Database,
  table: Staged,
  columns: readonly StagedColumn[],
  among = 'true',
): Promise<Alike> {
  const groups = (of: string, from: string): string =>
    `SELECT ${of} FROM (SELECT ${hashSql(columns)}, * FROM ${from} WHERE ${among}) GROUP BY h, g HAVING count(*) > 1`;
  const [[count]] = (await database.rows(
    `SELECT coalesce(sum(n - 1), 0)::DOUBLE FROM (${groups('count(*) AS n', table.from)})`,
  )) as [[number]];
  if (count === 0) return { count, places: [] };
  const found = await database.rows(
    `SELECT min(last, ${LINES}) FROM (${groups('max(p) AS last', table.located)})`,
  );
  return { count, places: (await placesAt(database, table, [found[0]![0] as Positions]))[0]! };
}

/** Rows of `table` that stand in `other` too, in these columns, which both have. */
export async function shared(
  database: Database,
  table: Staged,
  other: Staged,
  names: readonly string[],
): Promise<Alike> {
  const of = (side: Staged): readonly StagedColumn[] =>
    names.map((name) => side.columns.find((column) => column.name === name)!);
  const both = (what: string, from: string): string =>
    `SELECT ${what} FROM (SELECT ${hashSql(of(table))}, * FROM ${from}) SEMI JOIN (SELECT ${hashSql(of(other))} FROM ${other.from}) USING (h, g)`;
  const [[count]] = (await database.rows(both('count(*)::DOUBLE', table.from))) as [[number]];
  if (count === 0) return { count, places: [] };
  const found = await database.rows(both(`min(p, ${LINES})`, table.located));
  return { count, places: (await placesAt(database, table, [found[0]![0] as Positions]))[0]! };
}

/** Rows of `table` whose features stand elsewhere, in it or in `other`, with another target. */
export async function conflicting(
  database: Database,
  table: Staged,
  other: Staged | undefined,
  features: readonly string[],
  target: string,
): Promise<Alike> {
  const rows = (side: Staged, from: string, own: boolean): string => {
    const column = (name: string): StagedColumn => side.columns.find((each) => each.name === name)!;
    const label = cellSql(column(target));
    return `SELECT ${hashSql(features.map(column))}, ${label} AS y, ${own ? 1 : 0} AS own, ${own && from === side.located ? 'p' : 'NULL::BIGINT AS p'} FROM ${from} WHERE ${label} IS NOT NULL`;
  };
  const groups = (of: string, from: string): string =>
    `SELECT ${of} FROM (${[rows(table, from, true), ...(other ? [rows(other, other.from, false)] : [])].join(' UNION ALL ')}) GROUP BY h, g HAVING count(DISTINCT y) > 1`;
  const [[count]] = (await database.rows(
    `SELECT coalesce(sum(n), 0)::DOUBLE FROM (${groups('sum(own) AS n', table.from)})`,
  )) as [[number]];
  if (count === 0) return { count, places: [] };
  const found = await database.rows(
    `SELECT min(first, ${LINES}) FROM (${groups('min(p) AS first', table.located)})`,
  );
  return { count, places: (await placesAt(database, table, [found[0]![0] as Positions]))[0]! };
}
