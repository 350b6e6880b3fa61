// One pass over the rows of a data set: the cells of the wanted columns, as they are to be read, into the store.
import type { CellStore } from './cells.ts';
import { type Scanned, scannerOf } from './columns.ts';
import type { Database } from './duckdb.ts';
import { type Reading, scanSql } from './reading.ts';
import { asFailure, type Relation } from './relation.ts';
import type { ColumnOverrides } from './source.ts';

export interface ScanOptions {
  readonly names: readonly string[];
  readonly readings: ReadonlyMap<string, Reading>;
  readonly overrides: ColumnOverrides;
  readonly signal?: AbortSignal;
}

/** The rows of all `relations` one after the other; `ends`: how many there are up to the end of each. */
export async function scanAll(
  database: Database,
  store: CellStore,
  relations: readonly Relation[],
  { names, readings, overrides, signal }: ScanOptions,
): Promise<{ readonly ends: readonly number[]; readonly columns: ReadonlyMap<string, Scanned> }> {
  const scanners = names.map((name) => scannerOf(readings.get(name)!, store));
  const ends: number[] = [];
  let rows = 0;
  for (const relation of relations) {
    const select = names.flatMap((name) => scanSql(name, relation, readings.get(name)!, overrides));
    const sql = `SELECT ${select.join(', ') || '1'} FROM ${relation.source}`;
    try {
      for await (const chunk of database.stream(sql)) {
        signal?.throwIfAborted();
        rows += chunk.rowCount;
        for (const [index, scanner] of scanners.entries()) scanner.add(chunk, 2 * index);
      }
    } catch (error) {
      throw asFailure(error, relation.file);
    }
    ends.push(rows);
  }
  return { ends, columns: new Map(names.map((name, index) => [name, scanners[index]!.finish()])) };
}
