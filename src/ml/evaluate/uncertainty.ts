// How far the numbers may be off: metrics of a set of rows with their intervals, and how two models differ on the same rows.
import { type ConfusionMatrix, confusionOf, marginsOf } from '../metrics/confusion.ts';
import { certainShare, type Interval, intervalOf } from '../metrics/interval.ts';
import { type Draws, type Replicates, replicatesOf } from '../metrics/replicates.ts';
import type { Metric } from '../metrics/table.ts';
import { differencesOf } from './differences.ts';
import { compute, type Measurable, splitComputed } from './measure.ts';
import type { EvaluateOptions } from './options.ts';
import type { Against, EvaluateReport, MetricIntervals, MetricValues } from './report.ts';

/** Metrics of one model on some rows, and those of the baseline on the same. */
export interface Measured {
  readonly values: MetricValues;
  readonly unavailable: { readonly [metric: string]: string };
  readonly intervals: MetricIntervals;
  /** Metric → why it has a value and no interval. */
  readonly without: ReadonlyMap<string, string>;
  readonly replicates: Replicates;
  readonly baseline: Against | null;
}

export interface Sampling {
  /** null: intervals are not asked for. */
  readonly draws: Draws | null;
  readonly level: number;
}

/** @param sets the model's predictions, then those of the baseline on the same rows if there is one */
export function measure(
  metrics: readonly Metric[],
  sets: readonly [Measurable, ...Measurable[]],
  { draws, level }: Sampling,
): Measured {
  const computed = sets.map((set) => splitComputed(compute(metrics, set)));
  const replicates: readonly Replicates[] = draws
    ? replicatesOf(metrics, sets, draws)
    : sets.map(() => new Map());
  const [{ values, unavailable }, other] = [computed[0]!, computed[1]];
  return {
    values,
    unavailable,
    ...(draws
      ? intervalsOf(metrics, values, replicates[0]!, sets[0], level)
      : { intervals: {}, without: new Map() }),
    replicates: replicates[0]!,
    baseline: other
      ? {
          metrics: other.values,
          differences: differencesOf(
            metrics,
            { values, replicates: replicates[0]! },
            { values: other.values, replicates: replicates[1]! },
            level,
          ),
        }
      : null,
  };
}

function intervalsOf(
  metrics: readonly Metric[],
  values: MetricValues,
  replicates: Replicates,
  of: Measurable,
  level: number,
): Pick<Measured, 'intervals' | 'without'> {
  const intervals: { [metric: string]: Interval | null } = {};
  const without = new Map<string, string>();
  const matrix = of.kind === 'classes' && of.data.weights === null ? confusionOf(of.data) : null;
  for (const { name, noInterval } of metrics) {
    intervals[name] = null;
    const value = values[name];
    if (typeof value !== 'number') continue;
    const rows = matrix && of.kind === 'classes' ? rowsOfShare(name, matrix, of.data.positive) : 0;
    const found =
      noInterval ??
      ((value === 0 || value === 1) && rows > 0
        ? certainShare(value, rows, level)
        : intervalOf(replicates.get(name)!, value, level));
    if (typeof found === 'string') without.set(name, found);
    else intervals[name] = found;
  }
  return { intervals, without };
}

/** How many rows a share is a share of; 0 for metrics that are none. */
function rowsOfShare(metric: string, matrix: ConfusionMatrix, positive: number | null): number {
  const { support, predicted, total } = marginsOf(matrix);
  if (metric === 'accuracy') return total;
  if (positive === null) return 0;
  return metric === 'recall' ? support[positive]! : metric === 'precision' ? predicted[positive]! : 0;
}

/** Draws of a row in all replicates together: a few tenths of a second for all metrics. */
const MOST_DRAWS = 4e7;
/** Enough for a standard deviation. */
const LEAST_REPLICATES = 20;

/**
 * How often rows are drawn again: as often as asked, or as `MOST_DRAWS` allows.
 *
 * @param rows that are measured, those of overlapping slices counted for each
 */
export function drawsFor(
  rows: number,
  metrics: readonly Metric[],
  of: Measurable,
  { intervals: { replicates }, seed }: EvaluateOptions,
): Draws | null {
  if (replicates === 0) return null;
  // One against the rest ranks the rows once for each class.
  const passes =
    of.kind === 'classes' && metrics.some(({ name }) => name === 'roc_auc_ovr') ? of.data.classes : 1;
  const affordable = Math.max(LEAST_REPLICATES, Math.floor(MOST_DRAWS / (rows * passes)));
  return { ofCells: replicates, ofRows: Math.min(replicates, affordable), seed };
}

/** What the report says of how its intervals were made. */
export function methodOf(
  metrics: readonly Metric[],
  { intervals, without, values }: Measured,
  of: Measurable,
  draws: Draws | null,
  { intervals: { replicates, level }, seed }: EvaluateOptions,
): EvaluateReport['intervals_method'] {
  const common = { replicates, level, seed };
  if (draws === null) return { method: 'none', ...common, row_replicates: null, without: null };
  const found = metrics.filter(({ name }) => intervals[name]);
  const byCells = ({ kind }: Metric): boolean => kind === 'confusion' && of.data.weights === null;
  const ways = new Set(found.map((metric) => (byCells(metric) ? 'confusion' : 'rows')));
  const reasons = [...new Set(without.values())].map((reason) => {
    const names = [...without].filter(([, each]) => each === reason).map(([name]) => name);
    return `${names.join(', ')}: ${reason}`;
  });
  const missing = metrics.filter(({ name }) => values[name] === null).map(({ name }) => name);
  if (missing.length > 0) reasons.push(`${missing.join(', ')}: not computed`);
  return {
    method:
      ways.size === 0
        ? 'none'
        : ways.size === 2
          ? 'poisson-bootstrap'
          : ways.has('rows')
            ? 'poisson-bootstrap-of-rows'
            : 'poisson-bootstrap-of-confusion',
    ...common,
    row_replicates: ways.has('rows') ? draws.ofRows : null,
    without: reasons.length === 0 ? null : reasons.join('; '),
  };
}
