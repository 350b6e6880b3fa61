// One file as a DuckDB relation. Cells of text formats stay text until the types of all files are decided together.
import { failure, MlopsError } from '../../core/failure.ts';
import { type Database, identifier, literal } from './duckdb.ts';
import type { TableFile } from './files.ts';
import type { CellType } from './frame.ts';
import { headerOf } from './header.ts';
import type { ColumnOverrides } from './source.ts';

/** `infer`: the cells are text without a type of their own. */
export type NativeType = CellType | 'infer';

export interface Relation {
  readonly file: TableFile;
  /** What stands behind FROM. */
  readonly source: string;
  readonly columns: ReadonlyMap<string, NativeType>;
}

/**
 * The wanted columns of a relation in DuckDB's memory: column i as `c<i>`, and as `n<i>` what it is as a number (NULL
 * where it is none), cast while the file is read, so that deciding types and loading cost no further pass over text.
 */
export interface Loaded {
  readonly relation: Relation;
  readonly table: string;
  readonly rows: number;
  /** Column → i. */
  readonly at: ReadonlyMap<string, number>;
}

export async function openRelation(database: Database, file: TableFile): Promise<Relation> {
  try {
    return await (file.format === 'csv' || file.format === 'tsv'
      ? openDelimited(file)
      : openTyped(database, file));
  } catch (error) {
    throw asFailure(error, file);
  }
}

/** Reads the file. Null values of `overrides` become NULL here, once. */
export async function loadRelation(
  database: Database,
  relation: Relation,
  table: string,
  names: readonly string[],
  overrides: ColumnOverrides,
): Promise<Loaded> {
  const select = names.flatMap((name, index) => {
    const cell = cellSql(name, overrides);
    const number = relation.columns.get(name) === 'infer' ? [`TRY_CAST(${cell} AS DOUBLE) AS n${index}`] : [];
    return [`${cell} AS c${index}`, ...number];
  });
  try {
    await database.run(
      `CREATE TEMP TABLE ${table} AS SELECT ${select.join(', ') || '1 AS one'} FROM ${relation.source}`,
    );
  } catch (error) {
    throw asFailure(error, relation.file);
  }
  const rows = (await database.rows(`SELECT count(*)::DOUBLE FROM ${table}`))[0]![0] as number;
  return { relation, table, rows, at: new Map(names.map((name, index) => [name, index])) };
}

function cellSql(column: string, overrides: ColumnOverrides): string {
  const nulls = overrides[column]?.null_values;
  if (!nulls?.length) return identifier(column);
  const text = `CAST(${identifier(column)} AS VARCHAR)`;
  return `CASE WHEN ${text} IN (${nulls.map(literal).join(', ')}) THEN NULL ELSE ${identifier(column)} END`;
}

async function openDelimited(file: TableFile): Promise<Relation> {
  const { names, separator } = headerOf(file);
  const columns = names.map((each) => `${literal(each)}: 'VARCHAR'`).join(', ');
  const options = [
    'header=true',
    // One thread reads one buffer: small ones let a file of a few megabytes use all cores.
    'buffer_size=4000000',
    'auto_detect=false',
    `delim=${literal(separator)}`,
    `quote='"'`,
    `escape='"'`,
    `nullstr=''`,
    `compression='${file.gzip ? 'gzip' : 'none'}'`,
    `columns={${columns}}`,
  ];
  return {
    file,
    source: `read_csv(${literal(file.absolute)}, ${options.join(', ')})`,
    columns: new Map(names.map((each) => [each, 'infer'])),
  };
}

async function openTyped(database: Database, file: TableFile): Promise<Relation> {
  const reader =
    file.format === 'parquet'
      ? `read_parquet(${literal(file.absolute)})`
      : `read_json(${literal(file.absolute)}, format='newline_delimited', records=true, sample_size=-1, compression='${file.gzip ? 'gzip' : 'uncompressed'}')`;
  const described = await database.rows(`DESCRIBE SELECT * FROM ${reader}`);
  const types = described.map(([column, type]) => [String(column), String(type)] as const);
  // A JSON column holds more than one type of value: as text, without the quotes.
  const select = types.map(([column, type]) =>
    type === 'JSON' ? `${identifier(column)} ->> '$' AS ${identifier(column)}` : identifier(column),
  );
  return {
    file,
    source: `(SELECT ${select.join(', ')} FROM ${reader})`,
    columns: new Map(types.map(([column, type]) => [column, nativeType(type)])),
  };
}

function nativeType(type: string): NativeType {
  if (type === 'JSON') return 'infer';
  if (type === 'BOOLEAN') return 'bool';
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type)) return 'int64';
  if (/^(FLOAT|DOUBLE|DECIMAL)/.test(type)) return 'float64';
  return /^(DATE|TIMESTAMP)/.test(type) ? 'datetime' : 'string';
}

/** DuckDB says what is wrong in one of its first lines; what follows is advice about SQL that nobody here can set. */
function asFailure(error: unknown, file: TableFile): unknown {
  if (!(error instanceof Error) || error instanceof MlopsError) return error;
  const lines = error.message.split('\n').map((each) => each.trim());
  const line = /(?:CSV Error on Line|in line|at line):? (\d+)/.exec(error.message)?.[1];
  // Before its fixes stands what is wrong; before that, the line itself, which belongs in no log.
  const fixes = lines.indexOf('Possible fixes:');
  const told =
    (fixes > 0 ? lines[fixes - 1] : lines.find((each) => each !== '' && !/^LINE \d/.test(each))) ??
    error.message;
  const reason = told.replace(/^([A-Z][a-z]+ )+Error: */, '').replaceAll(file.absolute, file.path);
  return new MlopsError(
    failure(
      'config',
      `cannot read ${file.path} as ${file.format}: ${reason}`,
      line === undefined ? {} : { where: { file: file.path, line: Number(line) } },
    ),
    { cause: error },
  );
}
