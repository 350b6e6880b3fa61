// From relations to frames: cells are read as they seem to be, types decided over all sources together, and what turned
// out to be something else is read again.
import { fail } from '../../core/failure.ts';
import { refuseBadCell } from './bad-cell.ts';
import type { CellStore } from './cells.ts';
import { type CellColumn, columnOf, planColumn, type Scanned } from './columns.ts';
import type { Database } from './duckdb.ts';
import type { CellType, Frame } from './frame.ts';
import { declaredType, guessReadings } from './reading.ts';
import { cellSql, type Relation } from './relation.ts';
import { scanAll } from './scan.ts';
import type { ColumnOverrides } from './source.ts';
import { frameOf } from './stored.ts';
import { type Evidence, hasBadCell, judgeType } from './types.ts';

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

interface Typed {
  readonly type: CellType;
  readonly note: string | undefined;
  /** One for each load that has the column. */
  readonly scans: ReadonlyMap<Load, Scanned>;
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
  const readings = await guessReadings(database, relations, names, overrides);
  const ends = new Map<Load, readonly number[]>();
  const typed = new Map<string, Typed>();
  const notes = new Map<string, string>();
  let pending: readonly string[] = names;
  do {
    const scans = new Map<Load, ReadonlyMap<string, Scanned>>();
    for (const load of loads) {
      const wanted = load.names.filter((name) => pending.includes(name));
      if (wanted.length === 0 && ends.has(load)) continue;
      const scan = await scanAll(database, store, load.relations, {
        ...options,
        names: wanted,
        readings,
        overrides,
      });
      if (scan.ends.at(-1) === 0) fail('config', `data set is empty: ${load.table.path} has no rows`);
      ends.set(load, scan.ends);
      scans.set(load, scan.columns);
    }
    const again: string[] = [];
    for (const name of pending) {
      const holders = relations.filter(({ columns }) => columns.has(name));
      const found = new Map(
        [...scans].flatMap(([load, columns]) =>
          columns.has(name) ? [[load, columns.get(name)!] as const] : [],
        ),
      );
      const evidence: Evidence = {
        reading: readings.get(name)!,
        natives: holders.map(({ columns }) => columns.get(name)!),
        scans: [...found.values()],
      };
      const verdict = judgeType(evidence, overrides[name]);
      if (verdict.kind === 'type' && declaredType(overrides[name]) && hasBadCell(evidence, verdict.type))
        await refuseBadCell(database, holders, name, verdict.type, overrides);
      const rounded =
        verdict.kind === 'type' && (await isRounded(database, holders, name, evidence, overrides));
      if (rounded) notes.set(name, ROUNDED);
      if (verdict.kind === 'again' || rounded) {
        readings.set(name, verdict.kind === 'again' ? verdict.reading : 'text');
        again.push(name);
      } else typed.set(name, { type: verdict.type, note: notes.get(name), scans: found });
    }
    pending = again;
  } while (pending.length > 0);
  return loads.map((load) => {
    const columns = load.names.map((name): CellColumn => {
      const { type, note, scans } = typed.get(name)!;
      return columnOf(planColumn(name, type, overrides, note), scans.get(load)!, store);
    });
    const files = load.relations.map(({ file }) => file.path);
    const origin = { files, ends: ends.get(load)!, kept: null };
    return { ...frameOf(origin.ends.at(-1)!, columns, store), origin };
  });
}

const ROUNDED =
  'holds whole numbers beyond ±2^53, which a number would round: read as text, so that no two become one';

/** Whether a whole number is there that float64 cannot hold. Who declares a column to be numbers has decided that. */
async function isRounded(
  database: Database,
  relations: readonly Relation[],
  name: string,
  { reading, scans }: Evidence,
  overrides: ColumnOverrides,
): Promise<boolean> {
  if (reading !== 'number' || declaredType(overrides[name])) return false;
  if (!scans.some(({ beyond }) => beyond) || scans.some(({ whole }) => !whole)) return false;
  for (const { source } of relations) {
    const cell = cellSql(name, overrides);
    const whole = `TRY_CAST(${cell} AS HUGEINT)`;
    const found = await database.rows(
      `SELECT 1 FROM ${source} WHERE CAST(CAST(${whole} AS DOUBLE) AS HUGEINT) <> ${whole} LIMIT 1`,
    );
    if (found.length > 0) return true;
  }
  return false;
}
