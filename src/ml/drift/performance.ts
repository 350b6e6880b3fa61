// How well the model really did, on both sides, and how sure the difference is.

import { fail } from '../../core/failure.ts';
import type { Random } from '../../util/random.ts';
import type { Column } from '../frame/frame.ts';
import { type Blocks, bootstrapMeans } from '../stats/bootstrap.ts';
import { normalCdf } from '../stats/normal.ts';
import { quantile } from '../stats/quantile.ts';
import type { Estimate } from './estimate-report.ts';
import type { DriftOptions } from './options.ts';
import type { Predicted } from './predicted.ts';
import type { Advice, Pair, Performance } from './report.ts';
import { timesOf } from './split.ts';

export type PerformanceMetric = 'accuracy' | 'root_mean_squared_error' | 'mean_absolute_error';

/** What advice is about. */
export function metricFor({ advice }: DriftOptions, task: Predicted['task']): PerformanceMetric {
  const classification = task === 'classification';
  if (advice.metric === 'auto') return classification ? 'accuracy' : 'root_mean_squared_error';
  if ((advice.metric === 'accuracy') !== classification)
    fail('config', `advice.metric ${advice.metric} does not fit a ${task} model`);
  return advice.metric;
}

export interface Realised {
  readonly performance: Performance;
  /** That the metric is worse by more than the tolerance. */
  readonly probability: Advice['probability'];
}

const REPLICATES = 1000;
/** More rows than these are drawn as neighbours together: their mean spreads as much, and a million rows take no minute. */
const MAX_BLOCKS = 20_000;
const DAY = 86_400_000;

/** `losses` as `lossesOf` gives them. Null where a side has no row with truth and prediction. */
export function realisedPerformance(
  metric: PerformanceMetric,
  losses: Pair<Float64Array>,
  time: Pair<Column> | null,
  tolerance: number,
  random: Random,
): Realised | null {
  const unit = time ? unitOf(time) : null;
  const reference = blocksOf(losses.reference, time?.reference, unit);
  const current = blocksOf(losses.current, time?.current, unit);
  if (reference.sums.length === 0 || current.sums.length === 0) return null;
  const value = (blocks: Blocks) => metricOf(metric, sumOf(blocks.sums) / sumOf(blocks.counts));
  const before = value(reference);
  const now = value(current);
  const befores = bootstrapMeans(reference, REPLICATES, random);
  const changes = bootstrapMeans(current, REPLICATES, random).map(
    (mean, i) => metricOf(metric, mean) - metricOf(metric, befores[i]!),
  );
  const isWorse = worseBy(metric, before, tolerance);
  const sorted = changes.slice().sort();
  return {
    performance: {
      basis: 'labels',
      metric,
      reference: before,
      current: now,
      change: now - before,
      ci95: [quantile(sorted, 0.025), quantile(sorted, 0.975)],
    },
    probability: {
      value: changes.filter(isWorse).length / REPLICATES,
      event: eventOf(metric, tolerance),
      method: `bootstrap by ${unit?.name ?? rowsTogether(losses)}`,
      replicates: REPLICATES,
    },
  };
}

/**
 * The same without labels: the estimates of both sides are the truth up to their sampling errors, which are taken as
 * normal and independent. Null where the metric is not estimated.
 */
export function estimatedProbability(
  { metric, reference, current }: Estimate,
  tolerance: number,
): Advice['probability'] | null {
  if (reference.value === null || current.value === null) return null;
  const error = Math.hypot(reference.sampling_error ?? Number.NaN, current.sampling_error ?? Number.NaN);
  if (Number.isNaN(error)) return null;
  const change = current.value - reference.value;
  const worse = metric === 'accuracy' ? -tolerance - change : change - tolerance * reference.value;
  const value = error === 0 ? Number(worse > 0) : normalCdf(worse / error);
  const event = `the estimated ${eventOf(metric as PerformanceMetric, tolerance)}`;
  return { value, event, method: 'normal, from the sampling errors of both sides', replicates: 0 };
}

/** Accuracy is compared in points, errors as a share of the reference's. */
function worseBy(metric: PerformanceMetric, before: number, tolerance: number): (change: number) => boolean {
  return metric === 'accuracy' ? (change) => change < -tolerance : (change) => change > tolerance * before;
}

function eventOf(metric: PerformanceMetric, tolerance: number): string {
  return metric === 'accuracy'
    ? `accuracy is more than ${tolerance} below the reference`
    : `${metric} is more than ${Number((tolerance * 100).toPrecision(6))} % above the reference`;
}

function metricOf(metric: PerformanceMetric, meanLoss: number): number {
  if (metric === 'accuracy') return 1 - meanLoss;
  return metric === 'root_mean_squared_error' ? Math.sqrt(meanLoss) : meanLoss;
}

interface Unit {
  readonly name: string;
  readonly ms: number;
}

/** Neighbours in time err together, so whole days are drawn, or weeks where a day has a row or two. */
function unitOf(time: Pair<Column>): Unit | null {
  if (time.reference.kind !== 'datetime' || time.current.kind !== 'datetime') return null;
  const days = new Set<number>();
  for (const ms of time.reference.values) if (Number.isFinite(ms)) days.add(Math.floor(ms / DAY));
  const rowsPerDay = time.reference.values.length / Math.max(1, days.size);
  return rowsPerDay >= 3 ? { name: 'day', ms: DAY } : { name: 'week', ms: 7 * DAY };
}

function rowsTogether({ reference, current }: Pair<Float64Array>): string {
  const size = Math.ceil(Math.max(reference.length, current.length) / MAX_BLOCKS);
  return size > 1 ? `${size} rows` : 'row';
}

/** Rows without a loss or a time do not count. */
function blocksOf(losses: Float64Array, time: Column | undefined, unit: Unit | null): Blocks {
  if (!unit || !time) {
    const known = losses.filter((loss) => !Number.isNaN(loss));
    const size = Math.ceil(known.length / MAX_BLOCKS);
    const sums = new Float64Array(Math.ceil(known.length / size));
    const counts = new Float64Array(sums.length);
    known.forEach((loss, i) => {
      sums[Math.floor(i / size)]! += loss;
      counts[Math.floor(i / size)]!++;
    });
    return { sums, counts };
  }
  const times = timesOf(time);
  const sums = new Map<number, { sum: number; count: number }>();
  losses.forEach((loss, row) => {
    if (Number.isNaN(loss) || !Number.isFinite(times[row]!)) return;
    const block = Math.floor(times[row]! / unit.ms);
    const so = sums.get(block) ?? { sum: 0, count: 0 };
    sums.set(block, { sum: so.sum + loss, count: so.count + 1 });
  });
  const blocks = [...sums].sort(([a], [b]) => a - b);
  return {
    sums: Float64Array.from(blocks, ([, { sum }]) => sum),
    counts: Float64Array.from(blocks, ([, { count }]) => count),
  };
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, each) => sum + each, 0);
}
