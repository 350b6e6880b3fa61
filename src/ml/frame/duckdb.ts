// The one door to DuckDB: loaded when a table is read, locked to the files it was opened for.
// Nothing is ever downloaded or installed, and no other file can be reached, whatever a query says.
import { totalmem } from 'node:os';
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { fail } from '../../core/failure.ts';
import { youngCollector } from './collect.ts';
import { spillFolder } from './spill.ts';

export interface Database {
  run(sql: string): Promise<void>;
  /** The result as DuckDB's own column chunks of up to 2,048 rows, in the order of the rows, while they are made. */
  stream(sql: string): AsyncIterable<DuckDBDataChunk>;
  /** The whole result as rows of plain values: for small answers. */
  rows(sql: string): Promise<unknown[][]>;
  /** Adds rows to a table of DOUBLE and VARCHAR columns; NaN and null become NULL. */
  append(table: string, columns: readonly (Float64Array | readonly (string | null)[])[]): Promise<void>;
}

/** Runs `use` with a database that can read and write `files` (absolute) and nothing else. */
export async function withDatabase<T>(
  files: readonly string[],
  use: (database: Database) => Promise<T>,
): Promise<T> {
  const { DuckDBInstance } = await loadDuckDb();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(
      [
        'SET autoinstall_known_extensions=false',
        'SET autoload_known_extensions=false',
        `SET memory_limit='${memoryLimit()}B'`,
        'SET enable_external_file_cache=false',
        `SET temp_directory=${literal(spillFolder())}`,
        `SET allowed_paths=[${files.map(literal).join(',')}]`,
        'SET enable_external_access=false',
        'SET lock_configuration=true',
      ].join(';'),
    );
    return await use(databaseOf(connection));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** That may wait in memory to be freed: 33,000 rows. */
const CHUNKS_AT_ONCE = 16;

const MIB = 1 << 20;

/** Half of what there is: a limit, not a need. Wide tables need some for each column and thread; what is more is spilled. */
function memoryLimit(): number {
  return Math.floor(Math.max(128 * MIB, availableMemory() / 2));
}

/** Of a container, where one limits it. */
function availableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

function databaseOf(connection: DuckDBConnection): Database {
  return {
    run: async (sql) => {
      await connection.run(sql);
    },
    async *stream(sql) {
      const result = await connection.stream(sql);
      const collect = youngCollector();
      for (let count = 1; ; count++) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        yield chunk;
        if (count % CHUNKS_AT_ONCE === 0) collect();
      }
    },
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowsJS(),
    append: async (table, columns) => {
      const appender = await connection.createAppender(table);
      const rows = columns[0]?.length ?? 0;
      for (let row = 0; row < rows; row++) {
        for (const values of columns) {
          const value = values[row]!;
          if (value === null || Number.isNaN(value)) appender.appendNull();
          else if (typeof value === 'number') appender.appendDouble(value);
          else appender.appendVarchar(value);
        }
        appender.endRow();
      }
      appender.closeSync();
    },
  };
}

async function loadDuckDb(): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    fail(
      'missing',
      'tables are read with DuckDB, which is not installed',
      { help: 'npm install @duckdb/node-api' },
      error,
    );
  }
}

/** A name in SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in SQL. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
