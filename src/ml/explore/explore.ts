// A first look at data: every column in a few passes over the files, whatever their size.
import { rounded } from '../evaluate/round.ts';
import type { Database } from '../frame/duckdb.ts';
import type { DataSource } from '../frame/source.ts';
import { type Staged, type StagedColumn, withStaged } from '../frame/staged.ts';
import { numberSql } from '../frame/where-sql.ts';
import { type ColumnFacts, factsOf } from '../validate/facts.ts';
import { repeated } from '../validate/groups.ts';
import { Questions } from '../validate/questions.ts';
import { correlationsOf } from './correlations.ts';
import type { ColumnSummary, DataSummary, ExploreReport, NumberSummary } from './report.ts';
import { warningsOf } from './warnings.ts';

export interface ExploreOptions {
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Fewer rows than this name no value. */
  readonly minCount: number;
}

/** `before`: how the data were; both get the same bins. */
export async function explore(
  data: DataSource,
  before: DataSource | undefined,
  { cwd, signal, minCount }: ExploreOptions,
): Promise<ExploreReport> {
  return withStaged(before ? [data, before] : [data], { cwd, signal }, async (tables, database) => {
    const seen: Seen[] = [];
    for (const table of tables) seen.push(await look(database, table));
    signal.throwIfAborted();
    const edges = edgesOf(seen);
    const summaries: DataSummary[] = [];
    for (const each of seen) summaries.push(await summarise(database, each, edges, minCount));
    const [now, then] = summaries;
    return rounded({
      schema: 'mlops.explore/1',
      data: now!,
      before: then ?? null,
      min_count: minCount,
      warnings: warningsOf(now!, then),
    });
  });
}

interface Seen {
  readonly table: Staged;
  readonly facts: readonly ColumnFacts[];
  readonly quantiles: ReadonlyMap<string, readonly number[]>;
  readonly quantileRows: number;
}

const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
/** Quantiles hold all values in memory: of more rows than this, each n-th. */
const QUANTILE_ROWS = 1_000_000;

async function look(database: Database, table: Staged): Promise<Seen> {
  const facts = await factsOf(database, table);
  const rows = facts[0]?.rows ?? 0;
  const step = Math.max(1, Math.ceil(rows / QUANTILE_ROWS));
  const numeric = table.columns.filter(isNumeric);
  const quantiles = new Map<string, readonly number[]>();
  if (numeric.length > 0 && rows > 0) {
    const asked = numeric.map(
      ({ number }) =>
        `quantile_cont(${number}, [${QUANTILES.join(', ')}]) FILTER (WHERE isfinite(${number}))`,
    );
    const from = step === 1 ? table.from : `${table.located} WHERE p % ${step} = 0`;
    const found = (await database.rows(`SELECT ${asked.join(', ')} FROM ${from}`))[0]! as (number[] | null)[];
    numeric.forEach(({ name }, at) => {
      if (found[at]) quantiles.set(name, found[at]);
    });
  }
  return { table, facts, quantiles, quantileRows: Math.ceil(rows / step) };
}

function isNumeric({ kind }: StagedColumn): boolean {
  return kind === 'numeric' || kind === 'datetime';
}

const BINS = 20;

/** From the smallest to the largest value; from the 1 % to the 99 % quantile where few values lie far out. */
function edgesOf(seen: readonly Seen[]): ReadonlyMap<string, readonly number[]> {
  const edges = new Map<string, readonly number[]>();
  for (const name of new Set(seen.flatMap(({ quantiles }) => [...quantiles.keys()]))) {
    const facts = seen.flatMap((each) => each.facts.filter((of) => of.name === name && of.min !== null));
    const inner = seen.flatMap(({ quantiles }) => (quantiles.has(name) ? [quantiles.get(name)!] : []));
    const [min, max] = [Math.min(...facts.map((of) => of.min!)), Math.max(...facts.map((of) => of.max!))];
    const [low, high] = [Math.min(...inner.map((of) => of[0]!)), Math.max(...inner.map((of) => of.at(-1)!))];
    const far = max - min > 2 * (high - low) && high > low;
    const [from, to] = far ? [low, high] : [min, max];
    const width = (to - from) / BINS;
    if (width > 0 && Number.isFinite(width))
      edges.set(
        name,
        Array.from({ length: BINS + 1 }, (_, at) => (at === BINS ? to : from + at * width)),
      );
  }
  return edges;
}

async function summarise(
  database: Database,
  { table, facts, quantiles, quantileRows }: Seen,
  edges: ReadonlyMap<string, readonly number[]>,
  minCount: number,
): Promise<DataSummary> {
  const rows = facts[0]?.rows ?? 0;
  const numbers = await numbersOf(database, table, facts, { quantiles, edges });
  const tops = await topValues(database, table, facts, minCount);
  const columns = facts.map(
    ({ name, type, present, distinct, length, numbers: numeric }): ColumnSummary => ({
      column: name,
      type,
      present,
      missing: rows === 0 ? null : 1 - present / rows,
      distinct,
      numeric_cells: numeric,
      numbers: numbers.get(name) ?? null,
      top: tops.get(name) ?? null,
      length,
    }),
  );
  const cells = rows * columns.length;
  return {
    path: table.path,
    sha256: table.sha256,
    rows,
    duplicates: columns.length === 0 ? 0 : (await repeated(database, table, table.columns)).count,
    missing: cells === 0 ? null : 1 - columns.reduce((sum, { present }) => sum + present, 0) / cells,
    quantile_rows: quantileRows,
    columns,
    correlations: await correlationsOf(database, table, numbers),
  };
}

async function numbersOf(
  database: Database,
  { columns, from }: Staged,
  facts: readonly ColumnFacts[],
  {
    quantiles,
    edges,
  }: { readonly quantiles: Seen['quantiles']; readonly edges: ReadonlyMap<string, readonly number[]> },
): Promise<ReadonlyMap<string, NumberSummary>> {
  const questions = new Questions();
  const asked = columns
    .filter(({ name }) => quantiles.has(name))
    .map(({ name, number }) => {
      const finite = `FILTER (WHERE isfinite(${number}))`;
      const { min, max } = facts.find((of) => of.name === name)!;
      const scale = scaleOf(Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0)));
      const scaled = scale === 1 ? number : `${number} / ${numberSql(scale)}`;
      return {
        name,
        number,
        scale,
        mean: questions.ask(`avg(${scaled}) ${finite}`),
        std: questions.ask(`stddev_samp(${scaled}) ${finite}`),
        zeros: questions.ask(`count(*) FILTER (WHERE ${number} = 0)`),
        infinite: questions.ask(`count(*) FILTER (WHERE isinf(${number}))`),
      };
    });
  await questions.answer(database, from);
  const binned = asked.filter(({ name }) => edges.has(name));
  const counts = new Map<string, number[]>();
  if (binned.length > 0) {
    const select = binned.map(({ name, number }) => {
      const [low, width] = [edges.get(name)![0]!, edges.get(name)![1]! - edges.get(name)![0]!];
      const bin = `least(${BINS - 1}, greatest(0, floor((${number} - ${numberSql(low)}) / ${numberSql(width)})))`;
      return `histogram(CAST(${bin} AS INTEGER)) FILTER (WHERE isfinite(${number}))`;
    });
    const found = (await database.rows(`SELECT ${select.join(', ')} FROM ${from}`))[0]!;
    binned.forEach(({ name }, at) => {
      const bins = new Array<number>(BINS).fill(0);
      for (const { key, value } of (found[at] ?? []) as { key: number; value: bigint | number }[])
        bins[key] = Number(value);
      counts.set(name, bins);
    });
  }
  return new Map(
    asked.map(({ name, scale, mean, std, zeros, infinite }) => [
      name,
      {
        mean: (mean() ?? 0) * scale,
        std: finiteOr((std() ?? Number.NaN) * scale, null),
        zeros: zeros() ?? 0,
        infinite: infinite() ?? 0,
        quantiles: quantiles.get(name)!,
        histogram: edges.has(name) ? { edges: edges.get(name)!, counts: counts.get(name)! } : null,
      },
    ]),
  );
}

/** By what numbers up to `size` are divided so that their squares can be summed: 1 unless they are immense. */
function scaleOf(size: number): number {
  return size > 1e140 ? size : 1;
}

function finiteOr<T>(value: number, otherwise: T): number | T {
  return Number.isFinite(value) ? value : otherwise;
}

/** More different values than this are no categories. */
const CATEGORIES = 1000;
const TOP = 20;

async function topValues(
  database: Database,
  { columns, from }: Staged,
  facts: readonly ColumnFacts[],
  minCount: number,
): Promise<ReadonlyMap<string, readonly (readonly [string, number])[]>> {
  const few = columns.filter(
    ({ kind }, at) =>
      (kind === 'categorical' || kind === 'boolean') &&
      facts[at]!.distinct <= CATEGORIES &&
      facts[at]!.present > 0,
  );
  if (few.length === 0) return new Map();
  const select = few.map(({ text, kind }) => `histogram(${kind === 'boolean' ? `lower(${text})` : text})`);
  const found = (await database.rows(`SELECT ${select.join(', ')} FROM ${from}`))[0]!;
  return new Map(
    few.map(({ name }, at) => {
      const all = ((found[at] ?? []) as { key: string; value: bigint | number }[])
        .map(({ key, value }) => [key, Number(value)] as const)
        .filter(([, rows]) => rows >= minCount)
        .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
      return [name, all.slice(0, TOP)];
    }),
  );
}
