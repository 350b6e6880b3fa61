// The model on the rows it learned from beside rows it never saw: learned by heart (overfitting), or not learned at all.
import type { Finding } from '../../core/finding.ts';
import { type Metric, metricFor } from '../metrics/table.ts';
import { differencesOf } from './differences.ts';
import type { Judged, Loaded } from './load.ts';
import { measurable } from './measure.ts';
import type { EvaluateOptions } from './options.ts';
import type { EvaluateReport, Task } from './report.ts';
import { drawsFor, type Measured, measure } from './uncertainty.ts';

type Compare = NonNullable<EvaluateReport['compare']>;

/** Other rows are another sample: they are drawn for themselves. */
const OTHER_SEED = 0x5bd1e995;

export function compareRecord(
  judged: Judged,
  metrics: readonly Metric[],
  of: Measured,
  options: EvaluateOptions,
): Compare {
  const all = measurable(judged);
  const { level } = options.intervals;
  const seeded = { ...options, seed: (options.seed ^ OTHER_SEED) >>> 0 };
  const draws = drawsFor(judged.frame.rows, metrics, all, seeded);
  const measured = measure(metrics, [all], { draws, level });
  return {
    data: judged.record,
    metrics: measured.values,
    intervals: measured.intervals,
    gaps: differencesOf(metrics, of, measured, level),
  };
}

/** The numbers that tell best whether a model fits, and what each is for a model that knows nothing. */
const TELLING: {
  readonly [task in Task]: readonly { readonly metric: string; readonly ignorant: number | null }[];
} = {
  binary: [
    { metric: 'roc_auc', ignorant: 0.5 },
    { metric: 'balanced_accuracy', ignorant: 0.5 },
    { metric: 'accuracy', ignorant: null },
  ],
  multiclass: [
    { metric: 'roc_auc_ovr', ignorant: 0.5 },
    { metric: 'balanced_accuracy', ignorant: null },
    { metric: 'accuracy', ignorant: null },
  ],
  regression: [
    { metric: 'r2', ignorant: 0 },
    { metric: 'd2_pinball_score', ignorant: 0 },
    { metric: 'root_mean_squared_error', ignorant: null },
    { metric: 'mean_absolute_error', ignorant: null },
  ],
};

export function fitFindings(
  task: Task,
  { data, compare: other }: Loaded,
  compare: Compare | null,
): readonly Finding[] {
  if (compare === null || other?.record.sha256 === data.record.sha256) return [];
  const { path } = compare.data;
  const telling = TELLING[task].find((each) => compare.gaps?.[each.metric]?.interval);
  if (!telling) return [];
  const { metric, ignorant } = telling;
  const gap = compare.gaps![metric]!;
  const better = metricFor(metric)!.better === 'max' ? -1 : 1;
  const [low, high] = gap.interval!;
  const range = [better * low, better * high].sort((a, b) => a - b).map(short);
  const findings: Finding[] = [];
  if (Number(range[0]) > 0)
    findings.push({
      check: 'overfitting',
      subject: metric,
      status: 'warn',
      message: `the model does ${short(better * gap.value)} better (${metric}, ${range.join(' … ')}) on ${path} than on ${data.record.path}: if it learned from those rows, it learned some of them by heart`,
      value: gap.value,
      limit: 0,
    });
  const learned = compare.intervals?.[metric];
  if (ignorant !== null && learned && learned[0] <= ignorant)
    findings.push({
      check: 'underfitting',
      subject: metric,
      status: 'warn',
      message: `even on ${path} the model is not clearly better than knowing nothing: ${metric} ${short(compare.metrics[metric]!)} (${learned.map(short).join(' … ')}), knowing nothing is ${ignorant}`,
      value: compare.metrics[metric]!,
      limit: ignorant,
    });
  return findings;
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}
