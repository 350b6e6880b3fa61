// Some of the rows of a data set, as columns in memory: every n-th of them, so that equal data give equal samples.
import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { Database } from '../frame/duckdb.ts';
import type { Staged, StagedColumn } from '../frame/staged.ts';
import type { TreeFeature } from '../trees/tree.ts';

/** At most about `most` of `rows` rows. A cell that is not of its column's type counts as missing. */
export async function sampleOf(
  database: Database,
  table: Staged,
  columns: readonly StagedColumn[],
  rows: number,
  most: number,
): Promise<readonly TreeFeature[]> {
  if (columns.length === 0) return [];
  const select = columns.map(({ kind, text, number }) => (kind === 'categorical' ? text : number));
  const step = Math.max(1, Math.ceil(rows / most));
  const from = step === 1 ? table.from : `${table.located} WHERE p % ${step} = 0`;
  const chunks: DuckDBDataChunk[] = [];
  for await (const chunk of database.stream(`SELECT ${select.join(', ')} FROM ${from}`)) chunks.push(chunk);
  const count = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  return columns.map((column, at) => {
    const cells: unknown[] = [];
    for (const chunk of chunks) {
      const vector = chunk.getColumnVector(at);
      for (let row = 0; row < chunk.rowCount; row++) cells.push(vector.getItem(row));
    }
    return column.kind === 'categorical'
      ? categories(column.name, cells as (string | null)[], count)
      : {
          kind: 'numeric',
          name: column.name,
          values: Float64Array.from(cells, (cell) => (cell as number | null) ?? Number.NaN),
        };
  });
}

function categories(name: string, cells: readonly (string | null)[], count: number): TreeFeature {
  const dictionary = [...new Set(cells.filter((cell) => cell !== null))].sort();
  const codeOf = new Map(dictionary.map((text, code) => [text, code]));
  const codes = new Int32Array(count);
  cells.forEach((cell, row) => {
    codes[row] = cell === null ? -1 : codeOf.get(cell)!;
  });
  return { kind: 'categorical', name, codes, dictionary };
}
