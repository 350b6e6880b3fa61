// What a gate speaks of, found in a report.
import type {
  Difference,
  EvaluateReport,
  MetricIntervals,
  MetricValues,
  SliceRecord,
} from './evaluate/report.ts';
import { sliceName } from './evaluate/slices.ts';
import type { Gate } from './gates-options.ts';
import { metricFor } from './metrics/table.ts';

/** The value and its interval, or why there is none. */
export function lookUp(
  report: EvaluateReport,
  gate: Gate,
): { readonly value: number; readonly interval: readonly [number, number] | null } | string {
  let metrics: MetricValues = report.metrics;
  let { intervals }: { readonly intervals?: MetricIntervals } = report;
  if (gate.slice !== null) {
    const slice = report.slices.find((each) => matches(each, gate.slice!));
    if (!slice)
      return `slice ${sliceName(gate.slice)} is not in the report: ${whyAbsent(report, gate.slice)}`;
    if (slice.status === 'skipped')
      return `slice ${sliceName(gate.slice)} has ${slice.rows} rows, too few to judge`;
    metrics = slice.metrics;
    intervals = slice.intervals ?? {};
  }
  const value = Object.hasOwn(metrics, gate.metric) ? metrics[gate.metric] : undefined;
  if (value === undefined) return `${gate.metric} was not computed: ${howToHave(gate.metric)}`;
  if (value === null)
    return `${gate.metric} is unavailable: ${report.unavailable[gate.metric] ?? 'this slice does not have what it needs'}`;
  return { value, interval: intervals?.[gate.metric] ?? null };
}

/** How the model differs from that of `baseline: {model}` on the rows of the gate. */
export function pairedDifference(report: EvaluateReport, { metric, slice }: Gate): Difference | null {
  const against =
    slice === null ? report.baseline_model : report.slices.find((each) => matches(each, slice))?.baseline;
  return against?.differences[metric] ?? null;
}

/** The report as it would be of the model of `baseline: {model}`; undefined where it has none. */
export function reportOfBaseline(report: EvaluateReport): EvaluateReport | undefined {
  const { baseline_model: baseline } = report;
  if (!baseline) return undefined;
  return {
    ...report,
    metrics: baseline.metrics,
    intervals: {},
    slices: report.slices.map((slice) => ({
      ...slice,
      metrics: slice.baseline?.metrics ?? {},
      intervals: {},
    })),
  };
}

function howToHave(metric: string): string {
  return metricFor(metric)?.kind === 'groups'
    ? 'say which groups to compare, fairness: {by: […]}'
    : 'add it to metrics:';
}

const MAX_NAMED = 8;

function whyAbsent({ slices, slices_left_out }: EvaluateReport, slice: NonNullable<Gate['slice']>): string {
  const wanted = Object.keys(slice).sort().join('\n');
  const alike = slices.filter(({ by }) => Object.keys(by).sort().join('\n') === wanted);
  if (alike.length === 0)
    return 'where' in slice ? 'add it to slices: as {where: …}' : 'name its columns in slices:';
  const named = alike.slice(0, MAX_NAMED).map(({ by }) => sliceName(by));
  const left = slices_left_out.beyond_max + slices_left_out.too_small_to_name;
  const more = alike.length > MAX_NAMED || left > 0 ? ' and others' : '';
  return `there are ${named.join('; ')}${more}`;
}

/** `weather: 3` in YAML matches the slice that the report calls 3 or "3". */
function matches({ by }: SliceRecord, slice: NonNullable<Gate['slice']>): boolean {
  const columns = Object.keys(by);
  return (
    columns.length === Object.keys(slice).length &&
    columns.every((column) => Object.hasOwn(slice, column) && String(slice[column]) === String(by[column]))
  );
}

/** Why a value that is there cannot be judged; null when it can. `interval` undefined: the rule asks for none of the value. */
export function cannotJudge(
  { metric, require }: Gate,
  report: EvaluateReport,
  interval: readonly [number, number] | null | undefined,
): string | null {
  const described = metricFor(metric, report.task);
  if (
    described !== undefined &&
    described.kind !== 'regression' &&
    described.asksPositive &&
    report.mapping.positive_from === 'guess'
  )
    return `${metric} depends on which class is positive, and "${report.mapping.positive}" is only a guess: say positive: ${report.mapping.positive}`;
  if (require === 'ci' && interval === null) return `${metric} has no interval, and require is ci`;
  return null;
}
