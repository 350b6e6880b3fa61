// Columns → a Parquet file, through DuckDB.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { identifier, literal, withDatabase } from './duckdb.ts';

export interface ParquetColumn {
  readonly name: string;
  /** NaN and null are written as no value. All columns of a file have one length. */
  readonly values: Float64Array | readonly (string | null)[];
}

/** Writes `absolute`; equal columns give equal bytes. */
export async function writeParquet(absolute: string, columns: readonly ParquetColumn[]): Promise<void> {
  mkdirSync(dirname(absolute), { recursive: true });
  await withDatabase([absolute], async (database) => {
    const types = columns.map(({ values }) => (values instanceof Float64Array ? 'DOUBLE' : 'VARCHAR'));
    const declared = columns.map(({ name }, index) => `${identifier(name)} ${types[index]}`);
    await database.run(`CREATE TEMP TABLE saved (${declared.join(', ')})`);
    await database.append(
      'saved',
      columns.map(({ values }) => values),
    );
    await database.run(`COPY saved TO ${literal(absolute)} (FORMAT parquet)`);
  });
}
