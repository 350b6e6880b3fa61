// How the cells of a column are read before its type is certain. A reading is a guess from the first rows; what does not
// fit it is kept beside it as text, so that a wrong guess is noticed on any row and costs another pass, never a cell.
import { type Database, literal } from './duckdb.ts';
import type { CellType } from './frame.ts';
import { cellSql, type NativeType, queryRows, type Relation } from './relation.ts';
import type { ColumnOverride, ColumnOverrides } from './source.ts';

export type Reading = 'number' | 'bool' | 'date' | 'text';

/** Cells that mean "no value" in a column whose other cells are all numbers. */
export const NULL_WORDS: ReadonlySet<string> = new Set(['NA', 'NaN', 'null', 'None']);

export const READING_OF: { readonly [type in CellType]: Reading } = {
  int64: 'number',
  float64: 'number',
  bool: 'bool',
  datetime: 'date',
  string: 'text',
};

/** `type`, or the type that `kind` implies; undefined leaves it to the cells. */
export function declaredType(override: ColumnOverride | undefined): CellType | undefined {
  if (override?.type) return override.type;
  if (override?.kind === 'numeric') return 'float64';
  if (override?.kind === 'datetime') return 'datetime';
  return override?.kind === 'text' || override?.kind === 'id' ? 'string' : undefined;
}

const SAMPLE_ROWS = 1000;

/** The first reading of each of `names`: declared, or of the type that files give it, or by the first rows. */
export async function guessReadings(
  database: Database,
  relations: readonly Relation[],
  names: readonly string[],
  overrides: ColumnOverrides,
): Promise<Map<string, Reading>> {
  const readings = new Map<string, Reading>();
  for (const name of names) {
    const known = knownReading(relations, name, overrides);
    if (known) readings.set(name, known);
  }
  const open = names.filter((name) => !readings.has(name));
  for (const relation of relations) {
    const here = open.filter((name) => relation.columns.get(name) === 'infer' && !readings.has(name));
    const found = await sampleReadings(database, relation, here, overrides);
    for (const [name, reading] of found) readings.set(name, reading);
  }
  for (const name of open) {
    const native = new Set(relations.flatMap((each) => nativeReading(each.columns.get(name))));
    const guess = readings.get(name) ?? 'number';
    readings.set(name, [...native].every((each) => each === guess) ? guess : 'text');
  }
  return readings;
}

/** undefined where cells must tell. */
function knownReading(
  relations: readonly Relation[],
  name: string,
  overrides: ColumnOverrides,
): Reading | undefined {
  const declared = declaredType(overrides[name]);
  if (declared) return READING_OF[declared];
  const natives = relations.flatMap((each) => each.columns.get(name) ?? []);
  const readings = new Set(natives.flatMap(nativeReading));
  // Text beside anything is text, and so are two sorts that have nothing in common.
  if (readings.has('text') || readings.size > 1) return 'text';
  return natives.includes('infer') ? undefined : [...readings][0];
}

function nativeReading(native: NativeType | undefined): Reading[] {
  return native === undefined || native === 'infer' ? [] : [READING_OF[native]];
}

/** By the cells of the first rows; a column that has none there is left out. */
async function sampleReadings(
  database: Database,
  relation: Relation,
  names: readonly string[],
  overrides: ColumnOverrides,
): Promise<Map<string, Reading>> {
  if (names.length === 0) return new Map();
  const select = names.flatMap((name) => {
    const cell = cellSql(name, overrides);
    return [cell, `TRY_CAST(${cell} AS DOUBLE) IS NOT NULL`];
  });
  const rows = await queryRows(
    database,
    relation,
    `SELECT ${select.join(', ')} FROM ${relation.source} LIMIT ${SAMPLE_ROWS}`,
  );
  const found = new Map<string, Reading>();
  names.forEach((name, index) => {
    const cells = rows.flatMap((row) => {
      const [text, number] = [row[2 * index] as string | null, row[2 * index + 1] as boolean];
      return text === null || NULL_WORDS.has(text) ? [] : [{ text, number }];
    });
    if (cells.length > 0) found.set(name, sortOf(cells));
  });
  return found;
}

function sortOf(cells: readonly { readonly text: string; readonly number: boolean }[]): Reading {
  if (cells.every(({ number }) => number)) return 'number';
  const [first] = cells;
  return first!.number ? 'text' : readingOfText(first!.text);
}

/** What a cell that is no number may be. */
export function readingOfText(text: string): Reading {
  if (/^(true|false)$/i.test(text)) return 'bool';
  return /^\s*\d{1,4}[-/]\d/.test(text) ? 'date' : 'text';
}

/** SQL of a cell as DOUBLE, NULL where it does not fit the reading. */
function numberSql(cell: string, native: NativeType, reading: Reading, declared: boolean): string {
  const text = `CAST(${cell} AS VARCHAR)`;
  if (reading === 'date') return `CAST(epoch_ms(TRY_CAST(${cell} AS TIMESTAMP)) AS DOUBLE)`;
  if (reading === 'bool') {
    const value = `CAST(TRY_CAST(${cell} AS BOOLEAN) AS DOUBLE)`;
    // Cells alone make no truth of 1, t or yes.
    return native === 'infer' && !declared
      ? `CASE WHEN lower(${cell}) IN ('true', 'false') THEN ${value} END`
      : value;
  }
  return `TRY_CAST(${native === 'datetime' ? text : cell} AS DOUBLE)`;
}

/** Two columns of a scan: the cell as DOUBLE (of a text 0), NaN for none; and as text where the number does not tell all. */
export function scanSql(
  name: string,
  relation: Relation,
  reading: Reading,
  overrides: ColumnOverrides,
): readonly [value: string, text: string] {
  const native = relation.columns.get(name)!;
  const cell = cellSql(name, overrides);
  const text = `CAST(${cell} AS VARCHAR)`;
  if (reading === 'text') return [`CASE WHEN ${cell} IS NULL THEN ${NAN} ELSE 0::DOUBLE END`, text];
  const number = numberSql(cell, native, reading, declaredType(overrides[name]) !== undefined);
  const fits = native !== 'infer' && READING_OF[native] === reading;
  return [`coalesce(${number}, ${NAN})`, fits ? 'NULL' : `CASE WHEN ${number} IS NULL THEN ${text} END`];
}

const NAN = "'NaN'::DOUBLE";

/** SQL condition: the cell is there, and not what its reading takes. */
export function strangeSql(
  name: string,
  relation: Relation,
  type: CellType,
  overrides: ColumnOverrides,
): string {
  const cell = cellSql(name, overrides);
  const number = numberSql(cell, relation.columns.get(name)!, READING_OF[type], true);
  const words = READING_OF[type] === 'number' ? [...NULL_WORDS] : [];
  // Fractions, and whole numbers that float64 rounds.
  const notWhole =
    type === 'int64'
      ? `OR ${number} <> trunc(${number}) OR CAST(${number} AS HUGEINT) <> TRY_CAST(${cell} AS HUGEINT)`
      : '';
  const listed = ['', ...words].map(literal).join(', ');
  return `${cell} IS NOT NULL AND CAST(${cell} AS VARCHAR) NOT IN (${listed}) AND (${number} IS NULL ${notWhole})`;
}
