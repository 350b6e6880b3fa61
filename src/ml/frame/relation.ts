// One file as a DuckDB relation. Cells of text formats stay text until the types of all files are decided together.
import { failure, MlopsError } from '../../core/failure.ts';
import { type Database, identifier, literal } from './duckdb.ts';
import type { TableFile } from './files.ts';
import type { CellType } from './frame.ts';
import { headOf } from './head.ts';
import { headerOf } from './header.ts';
import { refuseCut } from './intact.ts';
import type { ColumnOverrides } from './source.ts';

/** `infer`: the cells are text without a type of their own. */
export type NativeType = CellType | 'infer';

export interface Relation {
  readonly file: TableFile;
  /** What stands behind FROM. */
  readonly source: string;
  readonly columns: ReadonlyMap<string, NativeType>;
}

export async function openRelation(database: Database, file: TableFile): Promise<Relation> {
  await refuseCut(file);
  try {
    return await (file.format === 'csv' || file.format === 'tsv'
      ? openDelimited(database, file)
      : openTyped(database, file));
  } catch (error) {
    throw asFailure(error, file);
  }
}

/** SQL of a cell; null values of `overrides` are NULL. */
export function cellSql(column: string, overrides: ColumnOverrides): string {
  const nulls = overrides[column]?.null_values;
  if (!nulls?.length) return identifier(column);
  const text = `CAST(${identifier(column)} AS VARCHAR)`;
  return `CASE WHEN ${text} IN (${nulls.map(literal).join(', ')}) THEN NULL ELSE ${identifier(column)} END`;
}

async function openDelimited(database: Database, file: TableFile): Promise<Relation> {
  const { names, separator } = headerOf(file, await headOf(database, file));
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
    `compression='${file.compression}'`,
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
      : `read_json(${literal(file.absolute)}, format='newline_delimited', records=true, sample_size=-1, compression='${file.compression === 'none' ? 'uncompressed' : file.compression}')`;
  const described = await database.rows(`DESCRIBE SELECT * FROM ${reader}`);
  const types = described.map(([column, type]) => [String(column), String(type)] as const);
  const select = types.map(
    ([column, type]) => `${asCell(identifier(column), type)} AS ${identifier(column)}`,
  );
  return {
    file,
    source: `(SELECT ${select.join(', ')} FROM ${reader})`,
    columns: new Map(types.map(([column, type]) => [column, nativeType(type)])),
  };
}

/** What no kind of column holds (lists, structures, bytes) is text, as DuckDB writes it. */
function asCell(column: string, type: string): string {
  // A JSON column holds more than one type of value: as text, without the quotes.
  if (type === 'JSON') return `${column} ->> '$'`;
  return nativeType(type) === 'string' && type !== 'VARCHAR' ? `CAST(${column} AS VARCHAR)` : column;
}

function nativeType(type: string): NativeType {
  if (type === 'JSON') return 'infer';
  if (type === 'BOOLEAN') return 'bool';
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type)) return 'int64';
  if (/^(FLOAT|DOUBLE|DECIMAL)/.test(type)) return 'float64';
  return /^(DATE|TIMESTAMP)/.test(type) ? 'datetime' : 'string';
}

/** A small answer from the cells of a relation. @throws MlopsError when its file cannot be read */
export async function queryRows(database: Database, relation: Relation, sql: string): Promise<unknown[][]> {
  try {
    return await database.rows(sql);
  } catch (error) {
    throw asFailure(error, relation.file);
  }
}

/**
 * What DuckDB says of the contents of `files`: it names the file, or there is one. Anything else is returned as it is.
 * Its internal errors count: it fails so where a column beside the broken one is asked for.
 */
export function asFailureOf(error: unknown, files: readonly TableFile[]): unknown {
  if (!(error instanceof Error) || !/^(Invalid Input|Conversion|IO|INTERNAL) Error:/.test(error.message))
    return error;
  return asFailure(error, files.find(({ absolute }) => error.message.includes(absolute)) ?? files[0]!);
}

/** DuckDB says what is wrong in one of its first lines; what follows is advice about SQL that nobody here can set. */
export function asFailure(error: unknown, file: TableFile): unknown {
  if (!(error instanceof Error) || error instanceof MlopsError) return error;
  const lines = error.message.split('\n').map((each) => each.trim());
  const line = /(?:CSV Error on Line|in line|at line):? (\d+)/.exec(error.message)?.[1];
  // Before its fixes stands what is wrong; before that, the line itself, which belongs in no log.
  const fixes = lines.indexOf('Possible fixes:');
  const told =
    (fixes > 0
      ? lines.slice(0, fixes).findLast((each) => each !== '')
      : lines.find((each) => each !== '' && !/^LINE \d/.test(each))) ?? error.message;
  const where = line === undefined ? {} : { where: { file: file.path, line: Number(line) } };
  if (/not utf-8 encoded|unicode/i.test(error.message)) {
    const place = line === undefined ? file.path : `${file.path}, line ${line},`;
    const help = `convert it once: iconv -f LATIN1 -t UTF-8 ${file.path} > utf8.csv (or the encoding that it was written in)`;
    return new MlopsError(failure('config', `${place} is not UTF-8 text`, { ...where, help }), {
      cause: error,
    });
  }
  const reason = told.replace(/^([A-Z][a-z]+ )+Error: */, '').replaceAll(file.absolute, file.path);
  return new MlopsError(failure('config', `cannot read ${file.path} as ${file.format}: ${reason}`, where), {
    cause: error,
  });
}
