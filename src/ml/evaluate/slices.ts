// Groups of rows by one or several columns: where an average hides a weakness.
import { byCodeUnit } from '../../util/compare.ts';
import { type Column, type Frame, held, isNull, takeRows } from '../frame/frame.ts';
import { whereRows } from '../frame/where.ts';
import type { Draws } from '../metrics/replicates.ts';
import type { Metric } from '../metrics/table.ts';
import { quantile } from '../stats/quantile.ts';
import { type Measurable, subset } from './measure.ts';
import type { EvaluateOptions } from './options.ts';
import type { EvaluateReport, SliceKey, SliceRecord } from './report.ts';
import type { SliceWanted } from './slice-options.ts';
import { drawsFor, measure, type Sampling } from './uncertainty.ts';

type SliceValue = SliceKey[string];

export interface Slice {
  readonly by: SliceKey;
  readonly rows: Int32Array;
  /** What `by.where` stands for. */
  readonly expression?: string;
}

/** Columns with more distinct numbers than this are cut at their quartiles. */
const MAX_DISTINCT = 20;

export function sliceRecords(
  frame: Frame,
  sets: readonly [Measurable, ...Measurable[]],
  metrics: readonly Metric[],
  options: EvaluateOptions,
): Pick<EvaluateReport, 'slices' | 'slices_left_out'> & { readonly draws: Draws | null } {
  const found = options.slices.flatMap((wanted) => slicesOf(frame, wanted));
  const named = found.filter(({ rows }) => rows.length >= options.privacy.min_count);
  // Largest first; ties by name, so that the order is the same on every machine.
  const sorted = named.sort(
    (a, b) => b.rows.length - a.rows.length || byCodeUnit(JSON.stringify(a.by), JSON.stringify(b.by)),
  );
  const kept = sorted.slice(0, options.max_slices);
  const judged = kept.reduce((sum, { rows }) => sum + rows.length, 0);
  const draws = drawsFor(judged, metrics, sets[0], options);
  return {
    draws,
    slices: kept.map((slice) =>
      recordOf(slice, sets, metrics, { draws, level: options.intervals.level }, options.min_slice_rows),
    ),
    slices_left_out: {
      beyond_max: sorted.length - kept.length,
      too_small_to_name: found.length - named.length,
    },
  };
}

function recordOf(
  { by, rows, expression }: Slice,
  [all, ...others]: readonly [Measurable, ...Measurable[]],
  metrics: readonly Metric[],
  sampling: Sampling,
  minRows: number,
): SliceRecord {
  // A name alone would not say what was measured.
  const about = {
    by,
    rows: rows.length,
    ...(expression && expression !== by['where'] ? { where: expression } : {}),
  };
  if (rows.length < minRows) return { ...about, status: 'skipped', metrics: {} };
  const sets = [subset(all, rows), ...others.map((each) => subset(each, rows))] as const;
  const { values, intervals, baseline } = measure(metrics, sets, sampling);
  return { ...about, status: 'pass', metrics: values, intervals, ...(baseline ? { baseline } : {}) };
}

/** The rows of an expression, crossed with columns if it says so. */
function slicesOf(frame: Frame, { columns, where, name }: SliceWanted): Slice[] {
  if (where === null) return slicesBy(frame, columns);
  const rows = whereRows(where, frame);
  const by = { where: name ?? where.text };
  if (columns.length === 0) return [{ by, rows, expression: where.text }];
  return slicesBy(takeRows(frame, rows), columns).map((slice) => ({
    by: { ...by, ...slice.by },
    rows: slice.rows.map((at) => rows[at]!),
    expression: where.text,
  }));
}

/** Every combination of values that occurs. */
export function slicesBy(frame: Frame, columns: readonly string[]): Slice[] {
  const groups = columns.map((name) => groupsOf(held(frame.columns.get(name)!)));
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < frame.rows; row++) {
    const key = groups.reduce((at, group) => at * group.values.length + group.of(row), 0);
    const rows = rowsOf.get(key);
    if (rows) rows.push(row);
    else rowsOf.set(key, [row]);
  }
  return [...rowsOf].map(([key, rows]) => ({
    by: keyOf(key, columns, groups),
    rows: Int32Array.from(rows),
  }));
}

function keyOf(key: number, columns: readonly string[], groups: readonly Groups[]): SliceKey {
  let rest = key;
  const entries = columns.map((name, index): [string, SliceValue] => {
    const size = groups.slice(index + 1).reduce((product, group) => product * group.values.length, 1);
    const at = Math.floor(rest / size);
    rest %= size;
    return [name, groups[index]!.values[at]!];
  });
  return Object.fromEntries(entries);
}

/** The values a column is grouped by, and which of them a row has. The last value is null, for rows without one. */
interface Groups {
  readonly values: readonly SliceValue[];
  of(row: number): number;
}

function groupsOf(column: Column): Groups {
  if (column.kind === 'categorical') {
    const values = [...column.dictionary, null];
    return { values, of: (row) => (column.codes[row]! < 0 ? values.length - 1 : column.codes[row]!) };
  }
  if (column.kind === 'boolean')
    return { values: [false, true, null], of: (row) => (isNull(column, row) ? 2 : column.values[row]!) };
  const distinct = [...new Set(column.values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (distinct.length > MAX_DISTINCT) return quartiles(column);
  const index = new Map(distinct.map((value, at) => [value, at]));
  const values = distinct.map((value) =>
    column.kind === 'datetime' ? new Date(value).toISOString() : value,
  );
  return { values: [...values, null], of: (row) => index.get(column.values[row]!) ?? values.length };
}

/** Ends are open: the smallest and largest value of the data are nobody's business. */
function quartiles(column: Column & { readonly values: Float64Array }): Groups {
  const sorted = column.values.filter((value) => !Number.isNaN(value)).sort();
  const cuts = [0.25, 0.5, 0.75].map((p) => Number(quantile(sorted, p).toPrecision(6)));
  const edges = [...new Set(cuts)];
  const shown = edges.map((edge) =>
    column.kind === 'datetime' ? new Date(edge).toISOString() : String(edge),
  );
  const values = [
    `< ${shown[0]}`,
    ...shown.slice(1).map((edge, index) => `${shown[index]} to < ${edge}`),
    `>= ${shown.at(-1)}`,
    null,
  ];
  return {
    values,
    of: (row) => {
      const value = column.values[row]!;
      if (Number.isNaN(value)) return values.length - 1;
      const at = edges.findIndex((edge) => value < edge);
      return at < 0 ? edges.length : at;
    },
  };
}

/** The key as people read it: `weather=3, hr=8`; an expression, or its name, as it is. */
export function sliceName(by: SliceKey): string {
  return Object.entries(by)
    .map(([column, value]) => (column === 'where' ? String(value) : `${column}=${String(value)}`))
    .join(', ');
}
