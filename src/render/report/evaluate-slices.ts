// Parts of the data, weakest first.
import { formatCount } from '../../util/units.ts';
import { intervalStrip } from '../chart/strip.ts';
import { type Child, h } from '../markup.ts';
import { verdict } from './evaluate-comparison.ts';
import { badge, foldedTable, metricName, score, signed, sliceName } from './parts.ts';
import type { EvaluateReport, SliceRecord } from './types.ts';
import { sliceMetric, weakestFirst } from './weakest-slice.ts';

const OPEN = 12;

/** Worst first; each slice as a dot on the scale of all, the dotted mark is the whole. */
export function slicesPart(report: EvaluateReport): Child {
  const all = report.slices ?? [];
  const metric = sliceMetric(report);
  if (!metric) return undefined;
  const measured = weakestFirst(all, metric);
  const values = measured.flatMap((slice) => [slice.metrics[metric]!, ...(slice.intervals?.[metric] ?? [])]);
  const whole = report.metrics[metric] ?? undefined;
  const domain = [Math.min(...values, whole ?? Infinity), Math.max(...values, whole ?? -Infinity)] as const;
  const against = measured.some(({ baseline }) => baseline);
  const rows = measured.map((slice) => sliceRow(slice, metric, domain, whole, against));
  const skipped =
    all.length -
    measured.length +
    report.slices_left_out.beyond_max +
    report.slices_left_out.too_small_to_name;
  return [
    h(
      'p',
      { class: 'soft' },
      `${metricName(metric)} of parts of the data, weakest first; the bar is its interval, the dotted mark the whole (${score(whole)}).`,
      against
        ? ' Better or worse is said of the baseline model on the same rows, beyond chance; of many parts a few differ by chance.'
        : '',
      skipped > 0 ? ` ${formatCount(skipped)} left out: too few rows, or too many slices.` : '',
    ),
    foldedTable(
      [
        { title: 'slice', class: 'name' },
        { title: metricName(metric), class: 'num' },
        { title: '', class: 'picture' },
        { title: 'interval', class: 'num' },
        { title: 'rows', class: 'num' },
        ...(against ? [{ title: 'against baseline', class: 'num' } as const, { title: '' }] : []),
        { title: '' },
      ],
      rows,
      OPEN,
      'slices, which are less weak',
    ),
  ];
}

function sliceRow(
  slice: SliceRecord,
  metric: string,
  domain: readonly [number, number],
  whole: number | undefined,
  against: boolean,
): Child[] {
  const value = slice.metrics[metric]!;
  const name = sliceName(slice.by);
  const interval = slice.intervals?.[metric];
  const ends = interval ? { low: interval[0], high: interval[1] } : {};
  const difference = slice.baseline?.differences[metric];
  return [
    name,
    score(value),
    intervalStrip({ value, ...ends }, domain, whole, `${name}: ${metric} ${score(value)}`),
    interval ? interval.map(score).join(' … ') : '–',
    formatCount(slice.rows),
    ...(against
      ? [difference ? signed(difference.value) : '–', difference && verdict(metric, difference)]
      : []),
    slice.status === 'pass' ? '' : badge(slice.status),
  ];
}
