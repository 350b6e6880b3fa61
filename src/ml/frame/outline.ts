// A table from outside: how many rows it has, and its columns with their types. No cell is kept.
import { decideTypes, type Scan } from './decide-types.ts';
import { type Database, withDatabase } from './duckdb.ts';
import type { TableFile } from './files.ts';
import type { CellType } from './frame.ts';
import { asFailure, openRelation, type Relation } from './relation.ts';
import { seeColumns } from './see.ts';
import type { Seen } from './types.ts';

/** `empty`: no row has a value, and the file names no type. `unread`: nobody looked. */
export type OutlineType = CellType | 'empty' | 'unread';

export interface Outline {
  readonly rows: number;
  /** In the order of the file. */
  readonly columns: ReadonlyMap<string, OutlineType>;
}

/**
 * `cells`: every cell is looked at, unless there are more columns than anybody reads. `footer`: only what a Parquet file
 * says of itself, in the time of a small file.
 */
export type OutlineDepth = 'cells' | 'footer';

/** Looking at the cells of each takes some milliseconds, however few there are. */
const MOST_COLUMNS = 500;

/** @throws MlopsError for a file that is no table, or is damaged, or where there is no DuckDB */
export async function outlineOf(file: TableFile, depth: OutlineDepth): Promise<Outline> {
  return withDatabase([file.absolute], async (database) => {
    try {
      const relation = await openRelation(database, file);
      const [[rows]] = (await database.rows(`SELECT count(*) FROM ${relation.source}`)) as [[bigint]];
      const looked = depth === 'cells' && relation.columns.size <= MOST_COLUMNS;
      const columns = looked ? await typesByCells(database, relation) : typesByName(relation);
      return { rows: Number(rows), columns };
    } catch (error) {
      throw asFailure(error, file);
    }
  });
}

/** As every reader of the table decides them. */
async function typesByCells(
  database: Database,
  relation: Relation,
): Promise<ReadonlyMap<string, OutlineType>> {
  const names = [...relation.columns.keys()];
  const scan: Scan<Relation, Seen> = async (pending, readings) => {
    const seen = await seeColumns(database, relation, pending, readings, {});
    return new Map(pending.map((name, at) => [name, new Map([[relation, seen[at]!]])]));
  };
  const decided = await decideTypes(database, [relation], names, {}, scan);
  return new Map(
    names.map((name) => {
      const { type, scans } = decided.get(name)!;
      const blank = relation.columns.get(name) === 'infer' && scans.get(relation)!.fitting === 0;
      return [name, blank ? 'empty' : type];
    }),
  );
}

function typesByName({ columns }: Relation): ReadonlyMap<string, OutlineType> {
  return new Map([...columns].map(([name, native]) => [name, native === 'infer' ? 'unread' : native]));
}
