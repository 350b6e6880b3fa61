// Parts of the data, weakest first.
import { formatCount } from '../../util/units.ts';
import { intervalStrip } from '../chart/strip.ts';
import { type Child, h } from '../markup.ts';
import { badge, dataTable, metricName, score, sliceName } from './parts.ts';
import type { EvaluateReport, SliceRecord } from './types.ts';

/** Worst first; each slice as a dot on the scale of all, the dotted mark is the whole. */
export function slicesPart(report: EvaluateReport): Child {
  const all = report.slices ?? [];
  const metric = sliceMetric(all, report);
  if (!metric) return undefined;
  const measured = all.filter((slice) => typeof slice.metrics[metric] === 'number');
  const values = measured.map((slice) => slice.metrics[metric]!);
  const whole = report.metrics[metric] ?? undefined;
  const domain = [Math.min(...values, whole ?? Infinity), Math.max(...values, whole ?? -Infinity)] as const;
  const worse = report.task === 'regression' && metric !== 'r2' ? -1 : 1;
  const rows = [...measured]
    .sort((a, b) => worse * (a.metrics[metric]! - b.metrics[metric]!))
    .map((slice) => sliceRow(slice, metric, domain, whole));
  const skipped =
    all.length -
    measured.length +
    report.slices_left_out.beyond_max +
    report.slices_left_out.too_small_to_name;
  return [
    h(
      'p',
      { class: 'soft' },
      `${metricName(metric)} of parts of the data, weakest first; the dotted mark is the whole (${score(whole)}).`,
      skipped > 0 ? ` ${formatCount(skipped)} left out: too few rows, or too many slices.` : '',
    ),
    dataTable(
      [
        { title: 'slice', class: 'name' },
        { title: metricName(metric), class: 'num' },
        { title: '', class: 'picture' },
        { title: 'rows', class: 'num' },
        { title: '' },
      ],
      rows,
    ),
  ];
}

function sliceRow(
  slice: SliceRecord,
  metric: string,
  domain: readonly [number, number],
  whole: number | undefined,
): Child[] {
  const value = slice.metrics[metric]!;
  const name = sliceName(slice.by);
  return [
    name,
    score(value),
    intervalStrip({ value }, domain, whole, `${name}: ${metric} ${score(value)}`),
    formatCount(slice.rows),
    slice.status === 'pass' ? '' : badge(slice.status),
  ];
}

function sliceMetric(all: readonly SliceRecord[], report: EvaluateReport): string | undefined {
  const measured = all.find((slice) => Object.values(slice.metrics).some((value) => value !== null))?.metrics;
  if (!measured) return undefined;
  const first = ['accuracy', 'root_mean_squared_error', 'mean_absolute_error'].find(
    (name) => name in measured,
  );
  return first ?? Object.keys(measured).find((name) => name in report.metrics) ?? Object.keys(measured)[0];
}
