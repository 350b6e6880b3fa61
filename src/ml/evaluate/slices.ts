// Groups of rows by one or several columns: where an average hides a weakness.
import { byCodeUnit } from '../../util/compare.ts';
import { type Column, type Frame, held, isNull } from '../frame/frame.ts';
import type { Metric } from '../metrics/table.ts';
import { quantile } from '../stats/quantile.ts';
import { compute, type Measurable, splitComputed, subset } from './measure.ts';
import type { EvaluateOptions } from './options.ts';
import type { EvaluateReport, SliceKey, SliceRecord } from './report.ts';

type SliceValue = SliceKey[string];

export interface Slice {
  readonly by: SliceKey;
  readonly rows: Int32Array;
}

/** Columns with more distinct numbers than this are cut at their quartiles. */
const MAX_DISTINCT = 20;

export function sliceRecords(
  frame: Frame,
  all: Measurable,
  metrics: readonly Metric[],
  options: EvaluateOptions,
): Pick<EvaluateReport, 'slices' | 'slices_left_out'> {
  const found = options.slices.flatMap((columns) => slicesBy(frame, columns));
  const named = found.filter(({ rows }) => rows.length >= options.privacy.min_count);
  // Largest first; ties by name, so that the order is the same on every machine.
  const sorted = named.sort(
    (a, b) => b.rows.length - a.rows.length || byCodeUnit(JSON.stringify(a.by), JSON.stringify(b.by)),
  );
  const kept = sorted.slice(0, options.max_slices);
  return {
    slices: kept.map((slice) => recordOf(slice, all, metrics, options)),
    slices_left_out: {
      beyond_max: sorted.length - kept.length,
      too_small_to_name: found.length - named.length,
    },
  };
}

function recordOf(
  { by, rows }: Slice,
  all: Measurable,
  metrics: readonly Metric[],
  options: EvaluateOptions,
): SliceRecord {
  if (rows.length < options.min_slice_rows) return { by, rows: rows.length, status: 'skipped', metrics: {} };
  const { values } = splitComputed(compute(metrics, subset(all, rows)));
  return { by, rows: rows.length, status: 'pass', metrics: values };
}

/** Every combination of values that occurs. */
function slicesBy(frame: Frame, columns: readonly string[]): Slice[] {
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

/** The key as people read it: `weather=3, hr=8`. */
export function sliceName(by: SliceKey): string {
  return Object.entries(by)
    .map(([column, value]) => `${column}=${String(value)}`)
    .join(', ');
}
