// What is measured of each group, and between them, with the bootstrap of rows: the groups are drawn apart.
import type { Random } from '../../util/random.ts';
import { cellOf, countsAt } from '../metrics/binary-counts.ts';
import { type Cells, cellSums, replicateCells } from '../metrics/cell-replicates.ts';
import type { ClassificationData, RegressionData } from '../metrics/data.ts';
import { difference, distancesOf, ratesOf } from '../metrics/group-rates.ts';
import { bootstrapMeans } from '../stats/bootstrap.ts';
import { percentileInterval } from '../stats/percentile-interval.ts';
import type { FairnessGroup, MetricValues } from './report.ts';

type Measured = Pick<FairnessGroup, 'metrics' | 'intervals'>;

export interface GroupMeasure extends Measured {
  readonly groups: readonly Measured[];
}
interface Group {
  readonly rows: Int32Array;
}
interface Replication {
  readonly replicates: number;
  readonly level: number;
  readonly random: Random;
}

export function measureClasses(
  { truth, predicted, positive, weights }: ClassificationData,
  groups: readonly Group[],
  how: Replication,
): GroupMeasure {
  const cells = new Int32Array(truth.length).fill(-1);
  groups.forEach(({ rows }, group) => {
    for (const row of rows)
      cells[row] = 4 * group + cellOf(truth[row] === positive, predicted[row] === positive);
  });
  const counted: Cells = { cellOf: cells, size: 4 * groups.length, weights };
  const all = (sums: Float64Array): Values => {
    const rates = groups.map((_, group) => ratesOf(countsAt(sums, group)));
    return { groups: rates, between: distancesOf(rates) };
  };
  const replicates: Values[] = [];
  replicateCells(counted, how.replicates, how.random, (sums) => {
    replicates.push(all(sums));
  });
  return withIntervals(all(cellSums(counted)), replicates, how.level);
}

/** Draws of rows that all groups together may make. */
const MAX_DRAWS = 2e8;

export function measureNumbers(
  { truth, predicted, weights }: RegressionData,
  groups: readonly Group[],
  how: Replication,
): GroupMeasure {
  const rows = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const replicates = Math.min(how.replicates, Math.floor(MAX_DRAWS / Math.max(1, 2 * rows)));
  const measured = groups.map((group) => {
    const counts = Float64Array.from(group.rows, (row) => weights?.[row] ?? 1);
    const errors = Float64Array.from(group.rows, (row, at) => counts[at]! * (predicted[row]! - truth[row]!));
    const mean = (sums: Float64Array): readonly [number, Float64Array] => [
      sums.reduce((a, b) => a + b, 0) / counts.reduce((a, b) => a + b, 0),
      bootstrapMeans({ sums, counts }, replicates, how.random),
    ];
    return { bias: mean(errors), size: mean(errors.map(Math.abs)) };
  });
  const valuesAt = (of: (each: readonly [number, Float64Array]) => number): Values => {
    const values = measured.map(({ bias, size }) => ({
      mean_error: finite(of(bias)),
      mean_absolute_error: finite(of(size)),
    }));
    const between = (name: 'mean_error' | 'mean_absolute_error'): number | null =>
      difference(values.flatMap((each) => (each[name] === null ? [] : [each[name]])));
    return {
      groups: values,
      between: {
        mean_error_difference: between('mean_error'),
        mean_absolute_error_difference: between('mean_absolute_error'),
      },
    };
  };
  return withIntervals(
    valuesAt(([value]) => value),
    Array.from({ length: replicates }, (_, r) => valuesAt(([, draws]) => draws[r]!)),
    how.level,
  );
}

/** A group whose weights are all 0 has no mean. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

interface Values {
  readonly groups: readonly MetricValues[];
  readonly between: MetricValues;
}

function withIntervals(of: Values, replicates: readonly Values[], level: number): GroupMeasure {
  return {
    groups: of.groups.map((metrics, at) => ({
      metrics,
      intervals: intervalsOf(
        Object.keys(metrics),
        replicates.map(({ groups }) => groups[at]!),
        level,
      ),
    })),
    metrics: of.between,
    intervals: intervalsOf(
      Object.keys(of.between),
      replicates.map(({ between }) => between),
      level,
    ),
  };
}

function intervalsOf(
  names: readonly string[],
  replicates: readonly MetricValues[],
  level: number,
): FairnessGroup['intervals'] {
  return Object.fromEntries(
    names.map((name) => [
      name,
      percentileInterval(
        replicates.map((each) => each[name]),
        level,
      ),
    ]),
  );
}
