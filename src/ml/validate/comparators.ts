// What a schema says of two data sets: how many rows one may have beside the other, and how far a distribution may move.
// Both measures are TFDV's: the largest difference of shares, and the Jensen–Shannon divergence (base 2, not its root).
import { formatCount } from '../../util/units.ts';
import type { Database } from '../frame/duckdb.ts';
import type { Staged, StagedColumn } from '../frame/staged.ts';
import { numberSql } from '../frame/where-sql.ts';
import { jensenShannon } from '../stats/jensen-shannon.ts';
import { sharesOf as asShares } from '../stats/shares.ts';
import type { Judging } from './against-schema.ts';
import { anomaly, percentOf } from './anomaly.ts';
import type { Anomaly } from './report.ts';
import { isIn, type Schema } from './schema.ts';

export interface Sides {
  readonly data: Staged;
  readonly against: Staged;
  readonly rows: { readonly data: number; readonly against: number };
}

export async function judgeAgainst(
  database: Database,
  sides: Sides,
  schema: Schema,
  judging: Judging,
): Promise<readonly Anomaly[]> {
  const findings = rowFindings(sides, schema, judging);
  for (const [name, column] of schema.columns) {
    const here = sides.data.columns.find((each) => each.name === name);
    if (!column.drift || !here || !isIn(column, judging.environment)) continue;
    findings.push(...(await driftFindings(database, sides, here, column.drift, judging)));
  }
  return findings;
}

function rowFindings({ rows }: Sides, { rows_against: limits }: Schema, { warn }: Judging): Anomaly[] {
  if (rows.data === 0 || rows.against === 0) return [];
  const share = rows.data / rows.against;
  const words = `${formatCount(rows.data)} rows are ${percentOf(share)} of the ${formatCount(rows.against)} compared with`;
  if (limits.min !== undefined && share < limits.min)
    return [
      anomaly('COMPARATOR_LOW_NUM_EXAMPLES', 'rows', warn, {
        message: `${words}; at least ${percentOf(limits.min)} are expected`,
        value: share,
        limit: limits.min,
      }),
    ];
  if (limits.max !== undefined && share > limits.max)
    return [
      anomaly('COMPARATOR_HIGH_NUM_EXAMPLES', 'rows', warn, {
        message: `${words}; at most ${percentOf(limits.max)} are expected`,
        value: share,
        limit: limits.max,
      }),
    ];
  return [];
}

async function driftFindings(
  database: Database,
  { data, against }: Sides,
  column: StagedColumn,
  limits: { readonly infinity_norm?: number; readonly jensen_shannon?: number },
  { warn }: Judging,
): Promise<Anomaly[]> {
  const there = against.columns.find(({ name }) => name === column.name);
  if (!there)
    return [
      anomaly('COMPARATOR_CONTROL_DATA_MISSING', column.name, warn, {
        message: `the column is not in ${against.path}, so nothing can be compared`,
        value: null,
        limit: null,
      }),
    ];
  const [p, q] = await sharesOf(database, { table: data, column }, { table: against, column: there });
  const norm = p!.reduce((most, share, at) => Math.max(most, Math.abs(share - q![at]!)), 0);
  const divergence = jensenShannon(p!, q!) ** 2;
  const findings: Anomaly[] = [];
  if (limits.infinity_norm !== undefined && norm > limits.infinity_norm)
    findings.push(
      anomaly('COMPARATOR_L_INFTY_HIGH', column.name, warn, {
        message: `a value's share differs by ${norm.toFixed(3)}, more than ${limits.infinity_norm}`,
        value: norm,
        limit: limits.infinity_norm,
        accept: `${column.name}.drift`,
      }),
    );
  if (limits.jensen_shannon !== undefined && divergence > limits.jensen_shannon)
    findings.push(
      anomaly('COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH', column.name, warn, {
        message: `the Jensen–Shannon divergence is ${divergence.toFixed(3)}, more than ${limits.jensen_shannon}`,
        value: divergence,
        limit: limits.jensen_shannon,
        accept: `${column.name}.drift`,
      }),
    );
  return findings;
}

interface Side {
  readonly table: Staged;
  readonly column: StagedColumn;
}

/** Over the same cells: values, or ten bins of one width over what both hold. */
async function sharesOf(database: Database, ...sides: readonly Side[]): Promise<readonly Float64Array[]> {
  const numeric = sides[0]!.column.kind === 'numeric' || sides[0]!.column.kind === 'datetime';
  const cell = numeric ? await binOf(database, sides) : () => sides[0]!.column.text;
  const counts: Map<unknown, number>[] = [];
  for (const side of sides) {
    const sql = numeric ? cell(side) : side.column.text;
    const rows = await database.rows(
      `SELECT CAST(${sql} AS VARCHAR) AS cell, count(*)::DOUBLE FROM ${side.table.from} WHERE ${present(side)} GROUP BY 1`,
    );
    counts.push(new Map(rows as [unknown, number][]));
  }
  const cells = [...new Set(counts.flatMap((each) => [...each.keys()]))].sort();
  return counts.map((each) => asShares(Float64Array.from(cells, (of) => each.get(of) ?? 0)));
}

const BINS = 10;

function present({ column }: Side): string {
  return column.kind === 'categorical' ? `${column.text} IS NOT NULL` : `isfinite(${column.number})`;
}

async function binOf(database: Database, sides: readonly Side[]): Promise<(side: Side) => string> {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const side of sides) {
    const { number } = side.column;
    const [[min, max]] = (await database.rows(
      `SELECT min(${number}), max(${number}) FROM ${side.table.from} WHERE ${present(side)}`,
    )) as [[number | null, number | null]];
    low = Math.min(low, min ?? low);
    high = Math.max(high, max ?? high);
  }
  const width = (high - low) / BINS;
  if (!(width > 0)) return () => '0';
  return ({ column }) =>
    `least(${BINS - 1}, floor((${column.number} - ${numberSql(low)}) / ${numberSql(width)}))`;
}
