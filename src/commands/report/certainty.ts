// How sure an evaluation is of the metrics that changed: its intervals, and whether a change is more than chance.
import type { JsonObject } from '../../core/json.ts';
import { type Estimated, surelyDiffers } from '../../ml/metrics/differs.ts';
import type { ValueChange } from '../../render/data/values.ts';
import type { MetricChange } from '../../render/pipeline/types.ts';
import type { EvaluateReport } from '../../render/report/types.ts';

/** Reports by their path. */
export type Reports = ReadonlyMap<string, JsonObject>;

export function withCertainty(changes: readonly ValueChange[], was: Reports, now: Reports): MetricChange[] {
  return changes.map((change) => {
    const [before, after] = [was, now].map((reports) => evaluation(reports.get(change.file)));
    const is = estimateOf(after, change.key);
    if (!after || !is) return change;
    const differs = ofSameRows(before, after, change.key) ?? ofIntervals(estimateOf(before, change.key), is);
    return {
      ...change,
      interval: is.interval,
      ...(differs === undefined ? {} : { chance: differs ? ('beyond' as const) : ('within' as const) }),
    };
  });
}

function evaluation(report: JsonObject | undefined): Partial<EvaluateReport> | undefined {
  return report?.['schema'] === 'mlops.evaluate/1' ? (report as Partial<EvaluateReport>) : undefined;
}

function estimateOf(report: Partial<EvaluateReport> | undefined, key: string): Estimated | undefined {
  const value = report?.metrics?.[key];
  const interval = report?.intervals?.[key];
  return typeof value === 'number' && interval ? { value, interval } : undefined;
}

/** Where the model of then was scored beside that of now, row by row: the interval of the difference itself. */
function ofSameRows(
  before: Partial<EvaluateReport> | undefined,
  { baseline_model: other }: Partial<EvaluateReport>,
  key: string,
): boolean | undefined {
  const interval = other?.differences[key]?.interval;
  if (!interval || other.model.sha256 !== before?.inputs?.model?.sha256) return undefined;
  return interval[0] > 0 || interval[1] < 0;
}

function ofIntervals(was: Estimated | undefined, is: Estimated): boolean | undefined {
  return was && surelyDiffers(was, is);
}
