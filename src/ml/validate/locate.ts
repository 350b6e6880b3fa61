// Where in the files the first rows stand for which conditions hold: one pass for all of them.
import { lineOf } from '../frame/bad-cell.ts';
import type { Database } from '../frame/duckdb.ts';
import { placeOf, type Staged } from '../frame/staged.ts';
import type { Place } from './report.ts';

/** Lines named of one anomaly. */
export const LINES = 5;

/** For each condition the places of its first rows, in the order of the files. */
export async function locate(
  database: Database,
  table: Staged,
  conditions: readonly string[],
): Promise<readonly (readonly Place[])[]> {
  if (conditions.length === 0) return [];
  const select = conditions.map((condition) => `min(p, ${LINES}) FILTER (WHERE ${condition})`);
  const found = (await database.rows(`SELECT ${select.join(', ')} FROM ${table.located}`))[0]!;
  return placesAt(database, table, found as readonly (Positions | null)[]);
}

export type Positions = readonly (number | bigint)[];

/** Each list of `positions` is as a located relation gives them, rising. */
export async function placesAt(
  database: Database,
  table: Staged,
  positions: readonly (Positions | null)[],
): Promise<readonly (readonly Place[])[]> {
  const at = positions.map((each) => (each ?? []).map((position) => placeOf(Number(position))));
  const lineIn = await lineFinder(database, table, at.flat());
  const places: Place[][] = [];
  for (const each of at) {
    const lines = new Map<string, number[]>();
    for (const { file, row } of each) {
      const { path } = table.relations[file]!.file;
      lines.set(path, [...(lines.get(path) ?? []), await lineIn(file, row)]);
    }
    places.push([...lines].map(([file, found]) => ({ file, lines: found })));
  }
  return places;
}

type Placed = ReturnType<typeof placeOf>;

/** Cells with line ends are rare: where none stands before the last row asked for, lines follow from rows. */
async function lineFinder(
  database: Database,
  table: Staged,
  wanted: readonly Placed[],
): Promise<(file: number, row: number) => Promise<number>> {
  const last = new Map<number, number>();
  for (const { file, row } of wanted) last.set(file, Math.max(row, last.get(file) ?? 0));
  const even = new Map<number, number>();
  for (const [file, row] of last) {
    const relation = table.relations[file]!;
    const ahead = relation.file.format === 'csv' || relation.file.format === 'tsv' ? 2 : 1;
    if ((await lineOf(database, relation, row)) === row + ahead) even.set(file, ahead);
  }
  return async (file, row) => {
    const ahead = even.get(file);
    return ahead === undefined ? lineOf(database, table.relations[file]!, row) : row + ahead;
  };
}
