// From relations to frames, whose columns have one type over all of them.
import { fail } from '../../core/failure.ts';
import type { CellStore } from './cells.ts';
import { type CellColumn, columnOf, planColumn, type Scanned } from './columns.ts';
import { decideTypes, type Scan } from './decide-types.ts';
import type { Database } from './duckdb.ts';
import type { Frame } from './frame.ts';
import type { Relation } from './relation.ts';
import { scanAll } from './scan.ts';
import type { ColumnOverrides } from './source.ts';
import { frameOf } from './stored.ts';

/** One data set, and the columns that are wanted of it, in their order. */
export interface Load {
  readonly table: { readonly path: string };
  readonly relations: readonly Relation[];
  readonly names: readonly string[];
}

interface LoadOptions {
  readonly overrides?: ColumnOverrides;
  readonly signal?: AbortSignal;
}

/** A data set without rows is a failure. */
export async function loadFrames(
  database: Database,
  store: CellStore,
  loads: readonly Load[],
  options: LoadOptions,
): Promise<readonly Frame[]> {
  const overrides = options.overrides ?? {};
  const relations = loads.flatMap((load) => load.relations);
  const names = [...new Set(loads.flatMap((load) => load.names))];
  const ends = new Map<Load, readonly number[]>();
  const scan: Scan<Load, Scanned> = async (pending, readings) => {
    const found = new Map(pending.map((name) => [name, new Map<Load, Scanned>()]));
    for (const load of loads) {
      const wanted = load.names.filter((name) => found.has(name));
      if (wanted.length === 0 && ends.has(load)) continue;
      const scanned = await scanAll(database, store, load.relations, {
        ...options,
        names: wanted,
        readings,
        overrides,
      });
      if (scanned.ends.at(-1) === 0) fail('config', `data set is empty: ${load.table.path} has no rows`);
      ends.set(load, scanned.ends);
      for (const [name, column] of scanned.columns) found.get(name)!.set(load, column);
    }
    return found;
  };
  const decided = await decideTypes(database, relations, names, overrides, scan);
  return loads.map((load) => {
    const columns = load.names.map((name): CellColumn => {
      const { type, note, scans } = decided.get(name)!;
      return columnOf(planColumn(name, type, overrides, note), scans.get(load)!, store);
    });
    const files = load.relations.map(({ file }) => file.path);
    const origin = { files, ends: ends.get(load)!, kept: null };
    return { ...frameOf(origin.ends.at(-1)!, columns, store), origin };
  });
}
