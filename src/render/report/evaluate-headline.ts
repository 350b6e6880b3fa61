// What a reader must know first of an evaluation: how good, beside what, and where it is weakest.
import { formatCount } from '../../util/units.ts';
import { leadingFirst } from './leading-metrics.ts';
import { metricName, score, sliceName } from './parts.ts';
import type { EvaluateReport, GatesResult } from './types.ts';
import { sliceMetric, weakestFirst } from './weakest-slice.ts';

export function evaluateHeadline(report: EvaluateReport, gates: GatesResult | undefined): readonly string[] {
  const all = [howGood(report), besideBaseline(report), broken(gates), weakest(report)];
  return all.filter((sentence) => sentence !== '');
}

function howGood(report: EvaluateReport): string {
  const { mapping, metrics, intervals, inputs } = report;
  const [metric] = leadingFirst(Object.keys(metrics).filter((name) => typeof metrics[name] === 'number'));
  const positive = mapping.positive === null ? '' : ` (positive: ${mapping.positive})`;
  const judged = `Predicts ${mapping.target}${positive}, judged on ${formatCount(inputs.data.used)} rows`;
  if (metric === undefined) return `${judged}.`;
  const interval = intervals[metric];
  const unsure = interval ? ` ± ${score((interval[1] - interval[0]) / 2)}` : '';
  return `${judged}: ${metricName(metric)} ${score(metrics[metric])}${unsure}.`;
}

function besideBaseline({ baseline_model: baseline, metrics }: EvaluateReport): string {
  const [metric] = leadingFirst(Object.keys(baseline?.differences ?? {}));
  if (!baseline || metric === undefined) return '';
  const { interval } = baseline.differences[metric]!;
  const told = `${metricName(metric)} ${score(baseline.metrics[metric])} before, ${score(metrics[metric])} now`;
  const chance = interval !== null && interval[0] <= 0 && interval[1] >= 0;
  return `Beside the baseline model: ${told}${chance ? ', which may be chance' : ''}.`;
}

function broken(gates: GatesResult | undefined): string {
  const reasons = gates?.results.filter(({ passed }) => !passed).map(({ reason }) => reason) ?? [];
  return reasons.length === 0 ? '' : `Gate broken: ${reasons.join('; ')}.`;
}

function weakest(report: EvaluateReport): string {
  const metric = sliceMetric(report);
  const [worst] = metric === undefined ? [] : weakestFirst(report.slices, metric);
  if (metric === undefined || !worst) return '';
  return `Weakest where ${sliceName(worst.by)}: ${metricName(metric)} ${score(worst.metrics[metric])} on ${formatCount(worst.rows)} rows.`;
}
