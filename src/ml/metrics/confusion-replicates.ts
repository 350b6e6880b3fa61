// Replicates of metrics of the confusion matrix. Rows that agree in true and predicted class count alike, so a group of n
// of them counts Poisson(n) times: a replicate costs one draw a group instead of one a row, with the same distribution.
import type { Random } from '../../util/random.ts';
import type { ConfusionMatrix } from './confusion.ts';
import type { ClassificationData } from './data.ts';
import { poisson } from './poisson.ts';
import type { Metric } from './table.ts';

/** Rows with the same true class and the same predictions of every model. */
interface Group {
  readonly rows: number;
  /** The cell of each model's matrix in which they stand. */
  readonly cells: readonly number[];
}

/** Values of each metric for each of `sets`, which predict the same rows. `metrics` are of kind `confusion`. */
export function confusionReplicates(
  metrics: readonly Metric[],
  sets: readonly ClassificationData[],
  replicates: number,
  random: Random,
): readonly ReadonlyMap<string, Float64Array>[] {
  const samples = sets.map(
    () => new Map(metrics.map(({ name }) => [name, new Float64Array(replicates)] as const)),
  );
  if (metrics.length === 0) return samples;
  const groups = groupsOf(sets);
  const matrices = sets.map(
    ({ classes }): ConfusionMatrix => ({ classes, cells: new Float64Array(classes ** 2) }),
  );
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (const { cells } of matrices) cells.fill(0);
    for (const group of groups) {
      const count = poisson(group.rows, random);
      for (let at = 0; at < matrices.length; at++) matrices[at]!.cells[group.cells[at]!]! += count;
    }
    for (const metric of metrics) {
      if (metric.kind !== 'confusion') throw new Error(`BUG: ${metric.name} is not of the confusion matrix`);
      matrices.forEach((matrix, at) => {
        const value = metric.compute(matrix, sets[at]!.positive);
        samples[at]!.get(metric.name)![replicate] = typeof value === 'number' ? value : Number.NaN;
      });
    }
  }
  return samples;
}

/** In the order of their cells, so that the draws do not depend on the order of the rows. */
function groupsOf(sets: readonly ClassificationData[]): readonly Group[] {
  const counts = new Map<number, number>();
  const { truth } = sets[0]!;
  for (let row = 0; row < truth.length; row++) {
    let key = truth[row]!;
    for (const { classes, predicted } of sets) key = key * classes + predicted[row]!;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b).map(([key, rows]) => ({ rows, cells: cellsOf(key, sets) }));
}

function cellsOf(key: number, sets: readonly ClassificationData[]): readonly number[] {
  const predicted: number[] = [];
  let rest = key;
  for (const { classes } of sets.toReversed()) {
    predicted.unshift(rest % classes);
    rest = Math.floor(rest / classes);
  }
  return predicted.map((each, at) => rest * sets[at]!.classes + each);
}
