// Groups of people, or of whatever a column tells apart, beside each other: are they treated alike, and is the model as
// often right for them? A number says how far apart they are, never whether that is fair.
import { fail } from '../../core/failure.ts';
import type { Finding } from '../../core/finding.ts';
import { randomFrom } from '../../util/random.ts';
import type { Frame } from '../frame/frame.ts';
import { metricFor } from '../metrics/table.ts';
import { type GroupMeasure, measureClasses, measureNumbers } from './fairness-measures.ts';
import type { Measurable } from './measure.ts';
import type { EvaluateOptions } from './options.ts';
import type { FairnessGroup, FairnessReport, MetricValues } from './report.ts';
import { type Slice, slicesBy } from './slices.ts';

type Intervals = FairnessGroup['intervals'];

export interface Fairness {
  readonly report: FairnessReport;
  /** Of all `by` the one where the groups are furthest apart: what gates judge. */
  readonly metrics: MetricValues;
  readonly intervals: Intervals;
  readonly unavailable: { readonly [metric: string]: string };
  readonly findings: readonly Finding[];
}

export function fairnessOfGroups(frame: Frame, all: Measurable, options: EvaluateOptions): Fairness | null {
  if (options.fairness === null) return null;
  if (all.kind === 'classes' && all.data.positive === null)
    fail('config', 'fairness compares the rates of one positive class, and there are more than two', {
      help: 'take fairness: out, or judge one class against the others',
    });
  const measured = options.fairness.by.map((columns) => compare(frame, all, columns, options));
  const names = Object.keys(measured[0]!.by.metrics);
  const worst = names.map(
    (name) =>
      [
        name,
        furthest(
          name,
          measured.map(({ by }) => by),
        ),
      ] as const,
  );
  return {
    report: { by: measured.map(({ by }) => by) },
    metrics: Object.fromEntries(worst.map(([name, by]) => [name, by?.metrics[name] ?? null])),
    intervals: Object.fromEntries(worst.map(([name, by]) => [name, by?.intervals[name] ?? null])),
    unavailable: Object.fromEntries(
      worst.flatMap(([name, by]) => (by === undefined ? [[name, WHY_NOT]] : [])),
    ),
    findings: measured.flatMap(({ findings }) => findings),
  };
}

const WHY_NOT = 'fewer than two groups of fairness.by have the rows that it is measured on';

type By = FairnessReport['by'][number];

/** Undefined when no `by` has the metric. */
function furthest(name: string, all: readonly By[]): By | undefined {
  const better = metricFor(name)?.better === 'max' ? -1 : 1;
  return all
    .filter(({ metrics }) => metrics[name] !== null)
    .reduce<By | undefined>(
      (worst, by) => (worst && better * (by.metrics[name]! - worst.metrics[name]!) <= 0 ? worst : by),
      undefined,
    );
}

function compare(
  frame: Frame,
  all: Measurable,
  columns: readonly string[],
  options: EvaluateOptions,
): { readonly by: By; readonly findings: readonly Finding[] } {
  const least = Math.max(options.fairness!.min_rows, options.privacy.min_count);
  const groups = slicesBy(frame, columns).sort((a, b) => b.rows.length - a.rows.length);
  const [kept, small] = [
    groups.filter(({ rows }) => rows.length >= least),
    groups.filter(({ rows }) => rows.length < least),
  ];
  const measure = { ...options.intervals, random: randomFrom(options.seed) };
  const found: GroupMeasure =
    all.kind === 'classes'
      ? measureClasses(all.data, kept, measure)
      : measureNumbers(all.data, kept, measure);
  const column = columns.join(', ');
  return {
    by: {
      column,
      groups: kept.map((slice, at) => ({
        value: nameOf(slice),
        rows: slice.rows.length,
        ...found.groups[at]!,
      })),
      metrics: found.metrics,
      intervals: found.intervals,
      skipped: small.length,
    },
    findings: [...skippedFinding(column, small, least), ...loneFinding(column, kept)],
  };
}

/** One column: its value; several: their values in words. */
function nameOf({ by }: Slice): FairnessGroup['value'] {
  const values = Object.values(by);
  return values.length === 1 ? values[0]! : values.map(String).join(', ');
}

function skippedFinding(column: string, small: readonly Slice[], least: number): Finding[] {
  if (small.length === 0) return [];
  const rows = small.reduce((sum, each) => sum + each.rows.length, 0);
  return [
    {
      check: 'fairness_group',
      subject: column,
      status: 'skipped',
      message: `${small.length === 1 ? 'a group' : `${small.length} groups`} of ${column} with fewer than ${least} rows (${rows} in all) not compared: too few to tell`,
      value: small.length,
      limit: least,
    },
  ];
}

function loneFinding(column: string, kept: readonly Slice[]): Finding[] {
  if (kept.length > 1) return [];
  return [
    {
      check: 'fairness_groups',
      subject: column,
      status: 'warn',
      message: `${column} has ${kept.length === 1 ? 'one group' : 'no group'} large enough: nothing to compare`,
      value: kept.length,
      limit: 2,
    },
  ];
}
