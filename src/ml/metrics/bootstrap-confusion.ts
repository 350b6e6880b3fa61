// Intervals for metrics of the confusion matrix, by the Poisson bootstrap of rows: each row counts Poisson(1) times, so a
// cell of n rows counts Poisson(n) times, and a replicate costs one draw a cell instead of one a row.
// Chamandy et al., "Estimating uncertainty for massive data streams", 2012.

import { randomFrom } from '../../util/random.ts';
import { quantile } from '../stats/quantile.ts';
import type { ConfusionMatrix } from './confusion.ts';
import { poisson } from './poisson.ts';
import type { Metric } from './table.ts';

export interface IntervalOptions {
  readonly replicates: number;
  /** Share of replicates inside: 0.95. */
  readonly level: number;
  readonly seed: number;
}

/**
 * Percentile intervals of `metrics` (those of kind `confusion`; others are left out). `matrix` holds counts of rows,
 * not weights. A metric that some replicate cannot compute has none.
 */
export function confusionIntervals(
  metrics: readonly Metric[],
  matrix: ConfusionMatrix,
  positive: number | null,
  options: IntervalOptions,
): ReadonlyMap<string, readonly [number, number]> {
  const wanted = metrics.filter((metric) => metric.kind === 'confusion');
  const random = randomFrom(options.seed);
  const samples = new Map(wanted.map(({ name }) => [name, new Float64Array(options.replicates)]));
  const cells = new Float64Array(matrix.cells.length);
  for (let replicate = 0; replicate < options.replicates; replicate++) {
    for (let i = 0; i < cells.length; i++)
      cells[i] = matrix.cells[i] === 0 ? 0 : poisson(matrix.cells[i]!, random);
    for (const metric of wanted) {
      const value = metric.compute({ classes: matrix.classes, cells }, positive);
      samples.get(metric.name)![replicate] = typeof value === 'number' ? value : Number.NaN;
    }
  }
  const tail = (1 - options.level) / 2;
  return new Map(
    [...samples].flatMap(([name, values]) => {
      if (values.length === 0 || values.some(Number.isNaN)) return [];
      const sorted = values.sort();
      return [[name, [quantile(sorted, tail), quantile(sorted, 1 - tail)] as const]];
    }),
  );
}
