// What SHAP values of many rows say together.
import type { Finding } from '../../core/finding.ts';
import { spearman } from '../stats/spearman.ts';
import type { Asked } from './load.ts';
import type { ColumnGroup } from './permutation-importance.ts';
import type { ShapReport, ShapStrip } from './report.ts';
import type { RowShares, Shap } from './shap.ts';

/** A sum of float32 answers misses by less than this share of what is explained. */
const TOLERANCE = 1e-4;
const STRIP_BINS = 31;

/** @param expected what the model says of each row when it is asked as usual */
export function additivityOf(
  { base, rows }: Shap,
  expected: (row: number) => number,
): ShapReport['additivity'] {
  let worst = 0;
  let scale = Math.abs(base);
  for (const { row, values } of rows) {
    const sum = values.reduce((total, value) => total + value, base);
    worst = Math.max(worst, Math.abs(sum - expected(row)));
    scale = Math.max(scale, Math.abs(expected(row)));
  }
  return { worst, limit: TOLERANCE * scale };
}

export function additivityFindings({ worst, limit }: ShapReport['additivity']): readonly Finding[] {
  if (worst <= limit) return [];
  return [
    {
      check: 'additivity',
      subject: 'shap',
      status: 'error',
      message: `the parts of a row miss its answer by up to ${worst.toPrecision(3)}: the model does not answer a row alike each time, or depends on the rows beside it`,
      value: worst,
      limit,
    },
  ];
}

/** By falling mean size. */
export function shapColumns(
  asked: Asked,
  groups: readonly ColumnGroup[],
  rows: readonly RowShares[],
): ShapReport['columns'] {
  return groups
    .map(({ name, columns }, group) => {
      const values = Float64Array.from(rows, (row) => row.values[group]!);
      const errors = rows.flatMap((row) => (row.errors === null ? [] : [row.errors[group]!]));
      return {
        name,
        mean_abs: meanOf(values.map(Math.abs)),
        error: errors.length === 0 ? null : meanOf(Float64Array.from(errors)),
        direction: directionOf(numbersOf(asked, columns, rows), values),
      };
    })
    .sort((a, b) => b.mean_abs - a.mean_abs);
}

function directionOf(numbers: Float64Array | null, values: Float64Array): number | null {
  const value = numbers === null ? Number.NaN : spearman(numbers, values);
  return Number.isNaN(value) ? null : value;
}

/** All columns over the same bins, so that their strips can be compared. */
export function shapStrips(
  asked: Asked,
  groups: readonly ColumnGroup[],
  rows: readonly RowShares[],
): readonly ShapStrip[] {
  const most = rows.reduce(
    (size, { values }) => values.reduce((a, value) => Math.max(a, Math.abs(value)), size),
    0,
  );
  if (rows.length === 0 || most === 0) return [];
  const width = (2 * most) / STRIP_BINS;
  const edges = Array.from({ length: STRIP_BINS + 1 }, (_, at) => -most + at * width);
  const binOf = (value: number): number =>
    Math.min(STRIP_BINS - 1, Math.max(0, Math.floor((value + most) / width)));
  return groups.map(({ name, columns }, group) => {
    const counts = new Array<number>(STRIP_BINS).fill(0);
    const ranks = rankShares(numbersOf(asked, columns, rows));
    const sums = new Float64Array(STRIP_BINS);
    const known = new Float64Array(STRIP_BINS);
    for (const [at, { values }] of rows.entries()) {
      const bin = binOf(values[group]!);
      counts[bin]!++;
      const rank = ranks?.[at] ?? Number.NaN;
      if (Number.isNaN(rank)) continue;
      sums[bin]! += rank;
      known[bin]!++;
    }
    return {
      name,
      edges,
      counts,
      value_rank: counts.map((_, bin) => (known[bin] === 0 ? null : sums[bin]! / known[bin]!)),
    };
  });
}

/** Cells of the rows, of a column of numbers that stands alone. */
function numbersOf(
  { frame }: Asked,
  columns: readonly string[],
  rows: readonly RowShares[],
): Float64Array | null {
  const column = frame.columns.get(columns[0]!)!;
  if (columns.length > 1 || column.kind === 'categorical') return null;
  return Float64Array.from(rows, ({ row }) => column.values[row]!);
}

/** 0 for the lowest value, 1 for the highest; equal values alike. */
function rankShares(values: Float64Array | null): Float64Array | null {
  if (values === null) return null;
  const distinct = [...new Set(values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const place = new Map(
    distinct.map((value, at) => [value, distinct.length < 2 ? 0.5 : at / (distinct.length - 1)]),
  );
  return values.map((value) => place.get(value) ?? Number.NaN);
}

function meanOf(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
