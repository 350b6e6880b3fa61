// Data sets as SQL, for questions about all rows of data that need not fit in memory: nothing is loaded, each query reads
// the files once. Every column i of a data set is
//
//   x<i>  VARCHAR, the cell as text; NULL where the row has no value
//   v<i>  DOUBLE, the cell as a number: booleans 0 and 1, times as milliseconds since 1970 UTC; NULL where it is none
//   b<i>  BOOLEAN, whether there is a cell and it is not of the column's type
import { statSync } from 'node:fs';
import type { Digest } from '../../core/ids.ts';
import { decideTypes, type Scan } from './decide-types.ts';
import { type Database, identifier, literal, withDatabase } from './duckdb.ts';
import { digestOfFiles, filesOf, type TableFile } from './files.ts';
import type { CellType, Column } from './frame.ts';
import { requireColumn } from './read.ts';
import { NULL_WORDS } from './reading.ts';
import { asFailureOf, type NativeType, openRelation, type Relation } from './relation.ts';
import { seeColumns, seenTogether } from './see.ts';
import type { ColumnOverrides, DataSource } from './source.ts';
import type { Seen } from './types.ts';
import { parseWhere } from './where.ts';
import { type SqlColumn, whereSql } from './where-sql.ts';

/** What is known of a column before its cells are looked at. */
export interface TypeHint {
  readonly type?: CellType | undefined;
  /** Cells that mean "no value", besides empty ones. */
  readonly nullValues?: readonly string[] | undefined;
}

export interface StagedColumn extends SqlColumn {
  readonly type: CellType;
  /** Whether the cell is not of the type. */
  readonly bad: string;
}

export interface Staged {
  /** The paths as written, joined with a comma and a space. */
  readonly path: string;
  readonly relations: readonly Relation[];
  readonly sha256: Digest;
  readonly where: string | null;
  /** In the order of the file. */
  readonly names: readonly string[];
  /** In the order of `names`. */
  readonly columns: readonly StagedColumn[];
  /** Behind FROM: the rows. */
  readonly from: string;
  /** Behind FROM: the rows with `p`, which tells where each stands; see `placeOf`. Slower. */
  readonly located: string;
}

export interface StageOptions {
  readonly cwd: string;
  readonly hints?: ReadonlyMap<string, TypeHint>;
  readonly signal?: AbortSignal | undefined;
  /** Data of fewer bytes are read once and kept in memory; others are read anew by each question. */
  readonly heldBytes?: number;
}

const HELD_BYTES = 64_000_000;

/** Opens `sources` together: a column of several has one type in all. A data set may have no row. */
export async function withStaged<T>(
  sources: readonly DataSource[],
  { cwd, hints = new Map(), signal, heldBytes = HELD_BYTES }: StageOptions,
  use: (tables: readonly Staged[], database: Database) => Promise<T>,
): Promise<T> {
  const files = sources.map((source) => filesOf(source, cwd));
  return withDatabase(
    files.flat().map(({ absolute }) => absolute),
    async (database) => {
      try {
        const opened: Relation[][] = [];
        for (const each of files) opened.push(await openAll(database, each));
        signal?.throwIfAborted();
        const types = await typesOf(database, opened, hints);
        const tables: Staged[] = [];
        for (const [at, source] of sources.entries())
          tables.push(await stage(database, source, opened[at]!, `s${at}`, { types, hints, heldBytes }));
        return await use(tables, database);
      } catch (error) {
        throw asFailureOf(error, files.flat()); // files are read by any question
      }
    },
  );
}

async function openAll(database: Database, files: readonly TableFile[]): Promise<Relation[]> {
  const relations: Relation[] = [];
  for (const file of files) relations.push(await openRelation(database, file));
  return relations;
}

interface Staging {
  readonly types: ReadonlyMap<string, CellType>;
  readonly hints: ReadonlyMap<string, TypeHint>;
  readonly heldBytes: number;
}

async function stage(
  database: Database,
  source: DataSource,
  relations: readonly Relation[],
  table: string,
  { types, hints, heldBytes }: Staging,
): Promise<Staged> {
  const path = source.paths.join(', ');
  const names = namesOf(relations);
  const columns = names.map((name, at) => columnAt(name, at, types.get(name)!));
  const part = (relation: Relation, file: number, placed: boolean): string => {
    const cells = columns.flatMap(({ name, type }, at) =>
      cellsSql(at, type, relation.columns.get(name), hints.get(name)),
    );
    const place = placed ? [`${file * FILE} + r AS p`] : [];
    return `SELECT ${[...cells, ...place].join(', ')} FROM ${numbered(relation, names, placed)}`;
  };
  const all = (placed: boolean): string =>
    relations.map((relation, file) => part(relation, file, placed)).join(' UNION ALL ');
  const filter = source.where === null ? '' : ` WHERE ${filterSql(source.where, path, columns)}`;
  const bytes = relations.reduce((sum, { file }) => sum + statSync(file.absolute).size, 0);
  const held = bytes < heldBytes;
  const located = held ? table : `${table}_located`;
  await database.run(
    `CREATE TEMP ${held ? 'TABLE' : 'VIEW'} ${located} AS SELECT * FROM (${all(true)})${filter}`,
  );
  if (!held) await database.run(`CREATE TEMP VIEW ${table} AS SELECT * FROM (${all(false)})${filter}`);
  return {
    path,
    relations,
    sha256: digestOfFiles(relations.map(({ file }) => file)),
    where: source.where,
    names,
    columns,
    from: table,
    located,
  };
}

/** Rows of one file: 2⁴⁰ are more than there will be. */
const FILE = 2 ** 40;

/** Which file of the data set, and which of its rows, counted from 0. */
export function placeOf(position: number): { readonly file: number; readonly row: number } {
  return { file: Math.floor(position / FILE), row: (position % FILE) - 1 };
}

/** Columns of any of the files: one that a file lacks has no value there. */
function namesOf(relations: readonly Relation[]): string[] {
  return [...new Set(relations.flatMap(({ columns }) => [...columns.keys()]))];
}

/** The raw cells `c<i>`, what they are as numbers where only the text can tell, and the number of the row. */
function numbered(relation: Relation, names: readonly string[], located: boolean): string {
  const cells = names.flatMap((name, at) => {
    const native = relation.columns.get(name);
    if (native === undefined) return [];
    const cell = identifier(name);
    return [`${cell} AS c${at}`, ...(native === 'infer' ? [`TRY_CAST(${cell} AS DOUBLE) AS n${at}`] : [])];
  });
  const row = located ? ['row_number() OVER () AS r'] : [];
  return `(SELECT ${[...cells, ...row].join(', ') || '1 AS one'} FROM ${relation.source})`;
}

const KINDS: { readonly [type in CellType]: Column['kind'] } = {
  int64: 'numeric',
  float64: 'numeric',
  bool: 'boolean',
  datetime: 'datetime',
  string: 'categorical',
};

function columnAt(name: string, at: number, type: CellType): StagedColumn {
  return { name, type, kind: KINDS[type], text: `x${at}`, number: `v${at}`, bad: `b${at}` };
}

function filterSql(where: string, path: string, columns: readonly StagedColumn[]): string {
  const table = { path, columns, names: columns.map(({ name }) => name) };
  return whereSql(parseWhere(where).expression, (name) => stagedColumn(table, name, 'where: column'));
}

/** `x<i>`, `v<i>` and `b<i>` of a column in one file. */
function cellsSql(
  at: number,
  type: CellType,
  native: NativeType | undefined,
  hint: TypeHint | undefined,
): string[] {
  if (native === undefined) return [`NULL::VARCHAR AS x${at}`, `NULL::DOUBLE AS v${at}`, `false AS b${at}`];
  const { text, number, bad } = cellOf(native, type, `c${at}`, `n${at}`, hint?.nullValues ?? []);
  return [`${text} AS x${at}`, `${number} AS v${at}`, `${bad} AS b${at}`];
}

interface Cell {
  readonly text: string;
  readonly number: string;
  readonly bad: string;
}

function cellOf(native: NativeType, type: CellType, c: string, n: string, nulls: readonly string[]): Cell {
  if (native === 'infer') return textCell(type, c, n, nulls);
  const varchar = native === 'string' ? c : `CAST(${c} AS VARCHAR)`;
  const text = present(varchar, varchar, nulls, native === 'float64' ? `isnan(${c})` : undefined);
  const fits = type === native || (type === 'float64' && native === 'int64');
  if (type === 'int64' && native === 'float64') {
    const number = `nullif(CAST(${c} AS DOUBLE), 'nan'::DOUBLE)`;
    return { text, number, bad: `coalesce(${notWhole(number)}, false)` };
  }
  if (!fits) return { text, number: 'NULL::DOUBLE', bad: `(${text}) IS NOT NULL` };
  return { text, number: NUMBERS[native](c), bad: 'false' };
}

const NUMBERS: { readonly [native in CellType]: (cell: string) => string } = {
  int64: (cell) => `CAST(${cell} AS DOUBLE)`,
  float64: (cell) => `nullif(CAST(${cell} AS DOUBLE), 'nan'::DOUBLE)`,
  bool: (cell) => `CAST(CAST(${cell} AS INTEGER) AS DOUBLE)`,
  datetime: (cell) => milliseconds(`CAST(${cell} AS TIMESTAMP)`),
  string: () => 'NULL::DOUBLE',
};

/** A cell of a text format, which is what it can be read as. */
function textCell(type: CellType, c: string, n: string, nulls: readonly string[]): Cell {
  const numeric = type === 'int64' || type === 'float64';
  const text = present(
    c,
    c,
    numeric ? [...NULL_WORDS, ...nulls] : nulls,
    numeric ? `coalesce(isnan(${n}), false)` : undefined,
  );
  if (type === 'string') return { text, number: 'NULL::DOUBLE', bad: 'false' };
  const number = numeric
    ? `nullif(${n}, 'nan'::DOUBLE)`
    : type === 'bool'
      ? `CASE lower(${c}) WHEN 'true' THEN 1.0::DOUBLE WHEN 'false' THEN 0.0::DOUBLE END`
      : milliseconds(`TRY_CAST(${c} AS TIMESTAMP)`);
  const unread = `(${text}) IS NOT NULL AND (${number}) IS NULL`;
  const bad = type === 'int64' ? `(${unread}) OR coalesce(${notWhole(number)}, false)` : unread;
  return {
    text,
    number: nulls.length > 0 ? `CASE WHEN (${text}) IS NOT NULL THEN ${number} END` : number,
    bad,
  };
}

function present(cell: string, text: string, nulls: readonly string[], missing: string | undefined): string {
  const tests = [
    ...(nulls.length > 0 ? [`${text} IN (${nulls.map(literal).join(', ')})`] : []),
    ...(missing === undefined ? [] : [missing]),
  ];
  return tests.length === 0
    ? text
    : `CASE WHEN ${cell} IS NULL OR ${tests.join(' OR ')} THEN NULL ELSE ${text} END`;
}

/** Neither infinite, nor with a fraction, nor beyond 64 bits. */
function notWhole(number: string): string {
  return `(NOT isfinite(${number}) OR ${number} <> trunc(${number}) OR abs(${number}) > 9223372036854775807::DOUBLE)`;
}

function milliseconds(time: string): string {
  return `CASE WHEN isfinite(${time}) THEN epoch_ms(${time})::DOUBLE END`;
}

/** @throws Failure with near names where the data set has no such column */
export function stagedColumn(
  table: Pick<Staged, 'path' | 'names' | 'columns'>,
  name: string,
  use: string,
): StagedColumn {
  requireColumn(table, name, use);
  return table.columns.find((column) => column.name === name)!;
}

/** Told by a hint, else by the cells of all data sets together, as a reader of them would. */
async function typesOf(
  database: Database,
  sources: readonly (readonly Relation[])[],
  hints: ReadonlyMap<string, TypeHint>,
): Promise<ReadonlyMap<string, CellType>> {
  const names = [...new Set(sources.flatMap(namesOf))];
  const open = names.filter((name) => hints.get(name)?.type === undefined);
  const overrides: ColumnOverrides = Object.fromEntries(
    [...hints].map(([name, { nullValues }]) => [name, nullValues ? { null_values: nullValues } : {}]),
  );
  const scan: Scan<number, Seen> = async (pending, readings) => {
    const found = new Map(pending.map((name) => [name, new Map<number, Seen>()]));
    for (const [source, relations] of sources.entries())
      for (const relation of relations) {
        const here = pending.filter((name) => relation.columns.has(name));
        const seen = await seeColumns(database, relation, here, readings, overrides);
        here.forEach((name, at) => {
          const before = found.get(name)!.get(source);
          found.get(name)!.set(source, before ? seenTogether(before, seen[at]!) : seen[at]!);
        });
      }
    return found;
  };
  const decided = await decideTypes(database, sources.flat(), open, overrides, scan);
  return new Map(names.map((name) => [name, hints.get(name)?.type ?? decided.get(name)!.type]));
}
