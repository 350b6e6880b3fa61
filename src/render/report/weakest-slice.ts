// The part of the data where the model does worst, as far as slices were asked for.
import { metricFor } from '../../ml/metrics/table.ts';
import type { EvaluateReport, SliceRecord } from './types.ts';

/** Worst first, by the metric that slices are ranked by; nothing where none has a number. */
export function weakestFirst(slices: readonly SliceRecord[], metric: string): SliceRecord[] {
  const worse = metricFor(metric)?.better === 'max' ? 1 : -1;
  return slices
    .filter((slice) => typeof slice.metrics[metric] === 'number')
    .sort((a, b) => worse * (a.metrics[metric]! - b.metrics[metric]!));
}

/** The metric that slices are compared by. */
export function sliceMetric({ slices, metrics }: EvaluateReport): string | undefined {
  const measured = (slices ?? []).find((slice) =>
    Object.values(slice.metrics).some((value) => value !== null),
  )?.metrics;
  if (!measured) return undefined;
  const first = ['accuracy', 'root_mean_squared_error', 'mean_absolute_error'].find(
    (name) => name in measured,
  );
  return first ?? Object.keys(measured).find((name) => name in metrics) ?? Object.keys(measured)[0];
}
