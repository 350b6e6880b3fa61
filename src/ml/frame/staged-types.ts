// The type of each column, decided once over all files that are read together.
//
// A column whose cells are all whole numbers (1.0 is one) is int64; numbers, float64; true and false, bool; ISO dates,
// datetime; anything else is a string; a column without any cell is float64. One word among numbers makes the column
// text, it is never dropped. The words in `NULL_WORDS` count as "no value" only where every other cell is a number.
import { type Database, literal } from './duckdb.ts';
import type { CellType } from './frame.ts';
import { NULL_WORDS } from './reading.ts';
import type { Relation } from './relation.ts';
import type { ColumnOverrides } from './source.ts';

/** What one file is queried through: a view with a column c<i> for each, and n<i>, its number, where only the text can tell. */
export interface Viewed {
  readonly relation: Relation;
  readonly table: string;
  /** Column → i. */
  readonly at: ReadonlyMap<string, number>;
}

export async function decideTypes(
  database: Database,
  loaded: readonly Viewed[],
  names: readonly string[],
  overrides: ColumnOverrides,
): Promise<ReadonlyMap<string, CellType>> {
  const found = new Map<string, (CellType | undefined)[]>(names.map((name) => [name, []]));
  const inferred = new Map<string, Tally[]>();
  for (const each of loaded) {
    const open: string[] = [];
    for (const name of each.at.keys()) {
      const native = each.relation.columns.get(name)!;
      if (native === 'infer') open.push(name);
      else found.get(name)!.push(native);
    }
    const tallies = await tallyCells(database, each, open);
    open.forEach((name, index) => {
      inferred.set(name, [...(inferred.get(name) ?? []), tallies[index]!]);
    });
  }
  return new Map(
    names.map((name) => {
      const declared = declaredType(name, overrides);
      const tallies = inferred.get(name);
      const types = [...found.get(name)!, ...(tallies ? [typeOfCells(sumOf(tallies))] : [])];
      return [name, declared ?? types.reduce(widest, undefined) ?? 'float64'];
    }),
  );
}

/** `type`, or the type that `kind` implies; undefined leaves it to the cells. */
function declaredType(name: string, overrides: ColumnOverrides): CellType | undefined {
  const override = overrides[name];
  if (override?.type) return override.type;
  if (override?.kind === 'numeric') return 'float64';
  if (override?.kind === 'datetime') return 'datetime';
  return override?.kind === 'text' || override?.kind === 'id' ? 'string' : undefined;
}

/** `undefined` is a column without any cell: it agrees with every type. */
function widest(a: CellType | undefined, b: CellType | undefined): CellType | undefined {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  const pair = [a, b];
  return pair.includes('int64') && pair.includes('float64') ? 'float64' : 'string';
}

/** How many cells there are, and how many can be read as each type. */
interface Tally {
  readonly cells: number;
  readonly numbers: number;
  readonly nullWords: number;
  readonly booleans: number;
  readonly datetimes: number;
}

/** Whether numbers are whole is another question. */
function typeOfCells(tally: Tally): CellType | undefined {
  if (tally.cells === tally.nullWords) return undefined;
  if (tally.numbers + tally.nullWords === tally.cells) return 'float64';
  if (tally.booleans === tally.cells) return 'bool';
  return tally.datetimes === tally.cells ? 'datetime' : 'string';
}

function sumOf(tallies: readonly Tally[]): Tally {
  return tallies.reduce((a, b) => ({
    cells: a.cells + b.cells,
    numbers: a.numbers + b.numbers,
    nullWords: a.nullWords + b.nullWords,
    booleans: a.booleans + b.booleans,
    datetimes: a.datetimes + b.datetimes,
  }));
}

/**
 * Most columns are numbers without a null word; only the others are looked at more closely, and for booleans and
 * dates only when their first cell is one: TRY_CAST of text to a time is the slowest test of all.
 */
async function tallyCells(database: Database, loaded: Viewed, names: readonly string[]): Promise<Tally[]> {
  const first = await countAll(database, loaded, names, (at) => [`count(c${at})`, `count(n${at})`]);
  const other = names.filter((_, index) => first[index]![0] !== first[index]![1]);
  const samples = await firstCells(database, loaded, other);
  const words = [...NULL_WORDS].map(literal).join(', ');
  const second = await countAll(database, loaded, other, (at, index) => [
    `count(*) FILTER (n${at} IS NULL AND c${at} IN (${words}))`,
    /^(true|false)$/i.test(samples[index]!) ? `count(*) FILTER (lower(c${at}) IN ('true', 'false'))` : '0',
    /^\s*\d{1,4}[-/]\d/.test(samples[index]!) ? `count(TRY_CAST(c${at} AS TIMESTAMP))` : '0',
  ]);
  return names.map((name, index) => {
    const [cells, numbers] = first[index] as [number, number];
    const [nullWords, booleans, datetimes] = (second[other.indexOf(name)] ?? [0, 0, 0]) as [
      number,
      number,
      number,
    ];
    return { cells, numbers, nullWords, booleans, datetimes };
  });
}

async function firstCells(
  database: Database,
  { table, at }: Viewed,
  names: readonly string[],
): Promise<string[]> {
  if (names.length === 0) return [];
  const select = names.map((name) => `any_value(c${at.get(name)})`);
  return (await database.rows(`SELECT ${select.join(', ')} FROM ${table}`))[0] as string[];
}

/** One query for the counts of all columns. */
async function countAll(
  database: Database,
  { table, at }: Viewed,
  names: readonly string[],
  countsOf: (at: number, index: number) => readonly string[],
): Promise<number[][]> {
  if (names.length === 0) return [];
  const counts = names.map((name, index) => countsOf(at.get(name)!, index));
  const flat = counts.flat().map((each) => `(${each})::DOUBLE`);
  const row = (await database.rows(`SELECT ${flat.join(', ')} FROM ${table}`))[0] as number[];
  let start = 0;
  return counts.map((each) => {
    start += each.length;
    return row.slice(start - each.length, start);
  });
}
