// A cell that is not of the type its column was declared to have: found and named with file, line, column and value.
import { fail } from '../../core/failure.ts';
import { castSql } from './columns.ts';
import { type Database, literal } from './duckdb.ts';
import type { CellType } from './frame.ts';
import type { Loaded, Relation } from './relation.ts';
import type { ColumnOverrides } from './source.ts';
import { NULL_WORDS } from './types.ts';

/** Inferred columns cannot hold one, so only those with an override are looked at. @throws at the first. */
export async function refuseBadCells(
  database: Database,
  loaded: readonly Loaded[],
  types: ReadonlyMap<string, CellType>,
  overrides: ColumnOverrides,
): Promise<void> {
  for (const [name, type] of types) {
    if (type === 'string' || (!overrides[name]?.type && !overrides[name]?.kind)) continue;
    for (const each of loaded) if (each.at.has(name)) await refuse(database, each, name, type);
  }
}

async function refuse(database: Database, loaded: Loaded, name: string, type: CellType): Promise<void> {
  const cell = `c${loaded.at.get(name)}`;
  const nullWords = type === 'int64' || type === 'float64' ? NULL_WORDS : [];
  // DuckDB rounds 1.5 to the integer 2: a whole number must also be equal to its number.
  const number = `TRY_CAST(${cell} AS DOUBLE)`;
  const fraction = type === 'int64' ? `OR ${number} <> trunc(${number})` : '';
  const bad = await database.rows(
    `SELECT rowid::DOUBLE, CAST(${cell} AS VARCHAR) FROM ${loaded.table} WHERE ${cell} IS NOT NULL ` +
      `AND CAST(${cell} AS VARCHAR) NOT IN (${['', ...nullWords].map(literal).join(', ')}) ` +
      `AND (${castSql(cell, type)} IS NULL ${fraction}) LIMIT 1`,
  );
  if (bad.length === 0) return;
  const [row, value] = bad[0] as [number, string];
  const { path } = loaded.relation.file;
  const line = await lineOf(database, loaded.relation, row);
  fail('config', `${path}, line ${line}, column "${name}": "${value}" is not ${NAMES[type]}`, {
    where: { file: path, line },
    help: `correct the cell, or list it: columns: {${name}: {null_values: ["${value}"]}}`,
  });
}

const NAMES: { readonly [type in CellType]: string } = {
  int64: 'a whole number',
  float64: 'a number',
  bool: 'true or false',
  datetime: 'a date or time',
  string: 'text',
};

/** Of a row counted from 0. A quoted cell may hold line ends, so those of all rows before are counted. Rows of Parquet and JSON lines count from 1. */
export async function lineOf(database: Database, relation: Relation, row: number): Promise<number> {
  const { format } = relation.file;
  if (format === 'parquet' || format === 'jsonl') return row + 1;
  // Every column of the file, not only the loaded ones: the file is read once more, which an error may cost.
  const ends = `length(COLUMNS(*)) - length(replace(COLUMNS(*), chr(10), ''))`;
  const counted = await database.rows(`SELECT ${ends} FROM (SELECT * FROM ${relation.source} LIMIT ${row})`);
  return row + 2 + counted.flat().reduce<number>((sum, count) => sum + Number(count ?? 0), 0);
}
