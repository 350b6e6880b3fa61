// Tables from files: opens every file, decides each column's type once over all of them, loads the columns asked for.
import { fail } from '../../core/failure.ts';
import type { Digest } from '../../core/ids.ts';
import { suggest } from '../../util/suggest.ts';
import { type CellLimits, CellStore, IN_MEMORY } from './cells.ts';
import { type Database, withDatabase } from './duckdb.ts';
import { digestOfFiles, filesOf, type TableFile } from './files.ts';
import { type Column, type Frame, takeRows } from './frame.ts';
import { loadFrames } from './load.ts';
import { openRelation, type Relation } from './relation.ts';
import type { ColumnOverrides, DataSource } from './source.ts';
import { columnsOf, parseWhere, type Where, whereRows } from './where.ts';

export interface ReadOptions {
  /** Absolute folder that the sources' paths are relative to. */
  readonly cwd: string;
  readonly overrides?: ColumnOverrides;
  readonly signal?: AbortSignal;
  /** How many bytes of cells may lie in memory: by default all. Results do not depend on it. */
  readonly limits?: CellLimits;
}

/** A data source that is open: what it is, before its cells are loaded. */
export interface Table {
  /** The paths as written, joined with a comma and a space. */
  readonly path: string;
  readonly files: readonly TableFile[];
  /** One file: of its bytes; several: of the list of their paths and digests. */
  readonly sha256: Digest;
  /** The filter as written. */
  readonly where: string | null;
  /** In the order of the file, without those to ignore. */
  readonly names: readonly string[];
}

export interface Tables {
  /** As many as sources, in their order. */
  readonly tables: readonly Table[];
  /**
   * A frame for each source: the columns that `select` wants of it, in the order of the file, rows by `where`. A wanted
   * name that the source lacks is a failure that lists near names. To be called once. The cells of a large table lie in
   * a file that is there as long as `use` runs.
   */
  read(select: (table: Table, index: number) => readonly string[]): Promise<readonly Frame[]>;
}

/** Opens `sources` together, runs `use`, and lets go of them. An empty data set is a failure. */
export async function withTables<T>(
  sources: readonly DataSource[],
  options: ReadOptions,
  use: (tables: Tables) => Promise<T>,
): Promise<T> {
  const wheres = sources.map(({ where }) => (where === null ? undefined : parseWhere(where)));
  const files = sources.map((source) => filesOf(source, options.cwd));
  const store = new CellStore(options.limits ?? IN_MEMORY);
  const paths = files.flat().map(({ absolute }) => absolute);
  const work = async (database: Database): Promise<T> => {
    const opened: Source[] = [];
    for (const [index, source] of sources.entries()) {
      options.signal?.throwIfAborted();
      const relations = await openAll(database, files[index]!);
      opened.push({ table: tableOf(source, relations, options), relations, where: wheres[index] });
    }
    const reading = { database, store, sources: opened, options };
    return use({
      tables: opened.map(({ table }) => table),
      read: (select) => readAll(reading, select),
    });
  };
  try {
    return await withDatabase(paths, work);
  } finally {
    store.close();
  }
}

/** `withTables` for who wants all columns, or knows which; all of it in memory. */
export async function readFrames(
  sources: readonly DataSource[],
  options: Omit<ReadOptions, 'limits'> & { readonly columns?: readonly string[] },
): Promise<readonly (Frame & { readonly table: Table })[]> {
  const { columns } = options;
  return withTables(sources, options, async (tables) => {
    const frames = await tables.read((table) => columns ?? table.names);
    return frames.map((frame, index) => ({ ...frame, table: tables.tables[index]! }));
  });
}

/** Fails when `table` lacks `name`, naming what was probably meant. */
export function requireColumn(table: Pick<Table, 'names' | 'path'>, name: string, use = 'column'): void {
  if (table.names.includes(name)) return;
  const near = suggest(name, table.names);
  fail('config', `${use} "${name}" is not in ${table.path}`, {
    help: `${near ? `did you mean "${near}"? ` : ''}its columns: ${listed(table.names)}`,
  });
}

/** Fails when an expression names a column that `table` lacks: often a text without its quotes. */
export function requireColumnsOf(where: Where, table: Pick<Table, 'names' | 'path'>): void {
  const missing = columnsOf(where).find((name) => !table.names.includes(name));
  if (missing === undefined) return;
  const near = suggest(missing, table.names);
  fail('config', `where: column "${missing}" is not in ${table.path}`, {
    help: `${near ? `did you mean "${near}"? ` : ''}a text stands in single quotes, '${missing}'; its columns: ${listed(table.names)}`,
  });
}

/** What to say of excluded names that no column has but one nearly has: `Region` leaves `region` in. */
export function misspelt(excluded: readonly string[], names: readonly string[]): readonly string[] {
  return excluded.flatMap((name) => {
    const near = names.includes(name) ? undefined : suggest(name, names);
    return near === undefined ? [] : [`exclude: no column is called "${name}"; did you mean "${near}"?`];
  });
}

function listed(names: readonly string[]): string {
  return names.length <= 30
    ? names.join(', ')
    : `${names.slice(0, 30).join(', ')} … (${names.length} in all)`;
}

interface Reading {
  readonly database: Database;
  readonly store: CellStore;
  readonly sources: readonly Source[];
  readonly options: ReadOptions;
}

interface Source {
  readonly table: Table;
  readonly relations: readonly Relation[];
  readonly where: Where | undefined;
}

async function openAll(database: Database, files: readonly TableFile[]): Promise<Relation[]> {
  const relations: Relation[] = [];
  for (const file of files) {
    const relation = await openRelation(database, file);
    if (relations.length > 0) refuseOtherColumns(relations[0]!, relation);
    relations.push(relation);
  }
  return relations;
}

/** Files of one data set are parts of one table; their columns may stand in another order. */
function refuseOtherColumns(first: Relation, other: Relation): void {
  const lacks = (a: Relation, b: Relation): string | undefined =>
    [...b.columns.keys()].find((name) => !a.columns.has(name));
  const missing = lacks(other, first);
  const extra = lacks(first, other);
  if (missing !== undefined)
    fail('config', `${other.file.path} has no column "${missing}", which ${first.file.path} has`);
  if (extra !== undefined)
    fail('config', `${other.file.path} has a column "${extra}", which ${first.file.path} lacks`);
}

function tableOf(source: DataSource, relations: readonly Relation[], options: ReadOptions): Table {
  const path = source.paths.join(', ');
  const files = relations.map(({ file }) => file);
  const names = [...relations[0]!.columns.keys()].filter(
    (name) => options.overrides?.[name]?.kind !== 'ignore',
  );
  return { path, files, sha256: digestOfFiles(files), where: source.where, names };
}

async function readAll(
  { database, store, sources, options }: Reading,
  select: (table: Table, index: number) => readonly string[],
): Promise<readonly Frame[]> {
  const wanted = sources.map(({ table, where }, index) => {
    const filter = new Set(where ? columnsOf(where) : []);
    if (where) requireColumnsOf(where, table);
    const chosen = new Set(select(table, index));
    for (const name of chosen) requireColumn(table, name);
    return { chosen, load: table.names.filter((name) => chosen.has(name) || filter.has(name)) };
  });
  const loads = sources.map((source, index) => ({ ...source, names: wanted[index]!.load }));
  const frames = await loadFrames(database, store, loads, options);
  return frames.map((frame, index) => narrow(frame, sources[index]!, wanted[index]!.chosen));
}

function narrow(frame: Frame, { table, where }: Source, chosen: ReadonlySet<string>): Frame {
  const columns = new Map<string, Column>([...frame.columns].filter(([name]) => chosen.has(name)));
  const narrowed = { ...frame, columns };
  if (!where) return narrowed;
  const kept = whereRows(where, frame);
  if (kept.length === 0) fail('config', `data set is empty: no row of ${table.path} has ${where.text}`);
  return { ...takeRows(narrowed, kept), origin: { ...frame.origin!, kept } };
}
