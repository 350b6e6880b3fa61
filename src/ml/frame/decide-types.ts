// The type of each column over all sources that are read together: cells are read as they seem to be, judged over all
// sources, and what turned out to be something else is read again.
import { refuseBadCell } from './bad-cell.ts';
import type { Database } from './duckdb.ts';
import type { CellType } from './frame.ts';
import { declaredType, guessReadings, type Reading } from './reading.ts';
import { cellSql, type Relation } from './relation.ts';
import type { ColumnOverrides } from './source.ts';
import { type Evidence, hasBadCell, judgeType, type Seen } from './types.ts';

export interface Decided<Source, S extends Seen> {
  readonly type: CellType;
  /** What a reader of the column should know. */
  readonly note: string | undefined;
  /** One for each source that has the column, of the reading that its type came from. */
  readonly scans: ReadonlyMap<Source, S>;
}

/** Reads all rows of `names` as `readings` say; each column's scans by source. */
export type Scan<Source, S extends Seen> = (
  names: readonly string[],
  readings: ReadonlyMap<string, Reading>,
) => Promise<ReadonlyMap<string, ReadonlyMap<Source, S>>>;

/** @throws MlopsError for a cell that is not of the type that its column is declared to have */
export async function decideTypes<Source, S extends Seen>(
  database: Database,
  relations: readonly Relation[],
  names: readonly string[],
  overrides: ColumnOverrides,
  scan: Scan<Source, S>,
): Promise<ReadonlyMap<string, Decided<Source, S>>> {
  const readings = await guessReadings(database, relations, names, overrides);
  const decided = new Map<string, Decided<Source, S>>();
  const notes = new Map<string, string>();
  let pending = names;
  do {
    const found = await scan(pending, readings);
    const again: string[] = [];
    for (const name of pending) {
      const holders = relations.filter(({ columns }) => columns.has(name));
      const scans = found.get(name) ?? new Map<Source, S>();
      const evidence: Evidence = {
        reading: readings.get(name)!,
        natives: holders.map(({ columns }) => columns.get(name)!),
        scans: [...scans.values()],
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
      } else decided.set(name, { type: verdict.type, note: notes.get(name), scans });
    }
    pending = again;
  } while (pending.length > 0);
  return decided;
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
