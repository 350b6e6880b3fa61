// A cell that is not of the type its column was declared to have: found and named with file, line, column and value.
import { fail } from '../../core/failure.ts';
import type { Database } from './duckdb.ts';
import type { CellType } from './frame.ts';
import { strangeSql } from './reading.ts';
import { cellSql, type Relation } from './relation.ts';
import type { ColumnOverrides } from './source.ts';

/** Looks for it in `relations`, which costs another pass over them: only asked when there is one. @throws at the first. */
export async function refuseBadCell(
  database: Database,
  relations: readonly Relation[],
  name: string,
  type: CellType,
  overrides: ColumnOverrides,
): Promise<void> {
  for (const relation of relations.filter(({ columns }) => columns.has(name))) {
    const bad = await database.rows(
      `SELECT row_at::DOUBLE, CAST(${cellSql(name, overrides)} AS VARCHAR) ` +
        `FROM (SELECT *, row_number() OVER () - 1 AS row_at FROM ${relation.source}) ` +
        `WHERE ${strangeSql(name, relation, type, overrides)} ORDER BY row_at LIMIT 1`,
    );
    if (bad.length === 0) continue;
    const [row, value] = bad[0] as [number, string];
    const { path } = relation.file;
    const line = await lineOf(database, relation, row);
    const far = type === 'int64' && /^\s*[+-]?\d+\s*$/.test(value);
    fail(
      'config',
      `${path}, line ${line}, column "${name}": "${value}" is not ${far ? 'a whole number within ±2^53' : NAMES[type]}`,
      {
        where: { file: path, line },
        help: far
          ? `beyond that, numbers are rounded and two ids may become one: columns: {${name}: {type: string}}, or float64 where rounding does not matter`
          : `correct the cell, or list it: columns: {${name}: {null_values: ["${value}"]}}`,
      },
    );
  }
}

const NAMES: { readonly [type in CellType]: string } = {
  int64: 'a whole number',
  float64: 'a number',
  bool: 'true or false',
  datetime: 'a date or time',
  string: 'text',
};

/** Of a row counted from 0. A quoted cell may hold line ends, so those of all rows before are counted. Rows of Parquet and JSON lines count from 1. */
export async function lineOf(database: Database, { file, source }: Relation, row: number): Promise<number> {
  if (file.format === 'parquet' || file.format === 'jsonl') return row + 1;
  // Every column of the file, not only those that are read: another pass, which an error may cost.
  const ends = `length(COLUMNS(*)) - length(replace(COLUMNS(*), chr(10), ''))`;
  const counted = await database.rows(
    `SELECT sum(COLUMNS(*))::DOUBLE FROM (SELECT ${ends} FROM (SELECT * FROM ${source} LIMIT ${row}))`,
  );
  return row + 2 + counted.flat().reduce<number>((sum, count) => sum + Number(count ?? 0), 0);
}
