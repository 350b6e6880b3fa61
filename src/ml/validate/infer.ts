// A schema from data, to be read and corrected by a person. As TFDV: a type, whether every row has a value, and the domain
// of texts that are few; no bound that the next file would break by chance.
import { byCodeUnit } from '../../util/compare.ts';
import type { Database } from '../frame/duckdb.ts';
import type { CellType } from '../frame/frame.ts';
import type { DataSource } from '../frame/source.ts';
import { type Staged, type StagedColumn, withStaged } from '../frame/staged.ts';
import { type ColumnFacts, factsOf, valuesOf } from './facts.ts';
import type { ColumnSchema } from './schema.ts';

export interface InferOptions {
  /** Texts with more different values have no domain. */
  readonly maxValues: number;
  /** Take over the smallest and largest number; otherwise only that none is under 0. */
  readonly ranges: boolean;
}

export const INFER: InferOptions = { maxValues: 100, ranges: false };

/** As one column of schema.yaml each, in the order of the file. */
export function inferSchema(
  data: DataSource,
  options: InferOptions,
  io: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, ColumnSchema>> {
  return withStaged([data], io, async ([table], database) => {
    const facts = await factsOf(database, table!);
    const columns = new Map<string, ColumnSchema>();
    for (const [at, each] of facts.entries())
      columns.set(each.name, await inferColumn(database, table!, table!.columns[at]!, each, options));
    return columns;
  });
}

export async function inferColumn(
  database: Database,
  table: Staged,
  column: StagedColumn,
  facts: ColumnFacts,
  options: InferOptions,
): Promise<ColumnSchema> {
  const values = await domainOf(database, table, column, facts, options);
  return {
    ...(facts.present === 0 ? { required: false } : { type: facts.type }),
    ...(facts.present === facts.rows && facts.rows > 0 ? { nullable: false } : {}),
    ...(isFlag(facts) ? { values: [0, 1] } : boundsOf(facts, options)),
    ...(facts.infinite > 0 ? { infinite: true } : {}),
    ...(values ? { values } : {}),
  };
}

/** Fewer different values than this are a domain, however few rows there are. */
const FEW = 10;

/** Names of rows are no domain: texts that are nearly all different. */
async function domainOf(
  database: Database,
  table: Staged,
  column: StagedColumn,
  { type, present, distinct }: ColumnFacts,
  { maxValues }: InferOptions,
): Promise<string[] | undefined> {
  if (type !== 'string' || present === 0 || distinct > 2 * maxValues + FEW) return undefined;
  const values = await valuesOf(database, table, column, maxValues + 1);
  if (values.length > maxValues || (values.length > FEW && values.length > 0.9 * present)) return undefined;
  return values.map(([value]) => value).sort(byCodeUnit);
}

/** 0 and 1, both of them and nothing else: yes and no. */
function isFlag({ type, distinct, min, max }: ColumnFacts): boolean {
  return type === 'int64' && distinct === 2 && min === 0 && max === 1;
}

function boundsOf({ type, min, max }: ColumnFacts, { ranges }: InferOptions): ColumnSchema {
  if (min === null || max === null || type === 'bool' || type === 'string') return {};
  if (ranges) return { min: boundIn(type, min), max: boundIn(type, max) };
  return type !== 'datetime' && min >= 0 ? { min: 0 } : {};
}

/** As a schema writes it. */
export function boundIn(type: CellType, value: number): number | string {
  if (type !== 'datetime') return value;
  const iso = new Date(value).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso;
}
