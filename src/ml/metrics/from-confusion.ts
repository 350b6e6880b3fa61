// Metrics that need nothing but the confusion matrix, as sklearn.metrics defines them (zero_division = 0).
import { type ConfusionMatrix, type Margins, marginsOf } from './confusion.ts';
import type { Computed } from './data.ts';

export type PerClass = 'precision' | 'recall' | 'f1' | 'jaccard';
export type Average = 'macro' | 'micro' | 'weighted';

/** Share of rows whose class is the predicted one: accuracy_score. */
export function accuracy(matrix: ConfusionMatrix): Computed {
  const { correct, total } = marginsOf(matrix);
  return ratio(sum(correct), total, 'all weights are zero');
}

/** Mean recall over the classes that have rows: balanced_accuracy_score. */
export function balancedAccuracy(matrix: ConfusionMatrix): Computed {
  const { correct, support } = marginsOf(matrix);
  const present = indexes(support, (count) => count > 0);
  return ratio(sum(present.map((k) => correct[k]! / support[k]!)), present.length, 'there are no rows');
}

/** Precision, recall, F1 or Jaccard index of one class: precision_score, …, jaccard_score with `pos_label`. */
export function ofClass(which: PerClass, matrix: ConfusionMatrix, label: number): Computed {
  return perClass(which, marginsOf(matrix), label);
}

/** Averages over the classes that occur as true or predicted, as sklearn does without `labels`. */
export function averaged(which: PerClass, average: Average, matrix: ConfusionMatrix): Computed {
  const margins = marginsOf(matrix);
  if (average === 'micro') return accuracy(matrix); // one class a row: micro precision, recall and F1 are all the accuracy
  const { support, predicted } = margins;
  const present = indexes(support, (count, k) => count > 0 || predicted[k]! > 0);
  const weight = (k: number): number => (average === 'macro' ? 1 : support[k]!);
  const weighted = present.map((k) => weight(k) * perClass(which, margins, k));
  return ratio(sum(weighted), sum(present.map(weight)), 'there are no rows');
}

/** Gorodkin's R_K for any number of classes: matthews_corrcoef. 0 where all rows are of one class or predicted to be. */
export function matthews(matrix: ConfusionMatrix): Computed {
  const { support, predicted, correct, total } = marginsOf(matrix);
  let cross = 0;
  let squaredSupport = 0;
  let squaredPredicted = 0;
  for (let k = 0; k < matrix.classes; k++) {
    cross += support[k]! * predicted[k]!;
    squaredSupport += support[k]! ** 2;
    squaredPredicted += predicted[k]! ** 2;
  }
  const spread = (total * total - squaredPredicted) * (total * total - squaredSupport);
  return spread === 0 ? 0 : (sum(correct) * total - cross) / Math.sqrt(spread);
}

/**
 * Agreement beyond chance, Cohen 1960: cohen_kappa_score. Weighted by the squared distance of the classes in the order of
 * their labels it fits grades, where a near miss is less wrong: `weights="quadratic"`. Unavailable where chance explains all.
 */
export function cohenKappa(matrix: ConfusionMatrix, distance: 'any' | 'quadratic'): Computed {
  const { support, predicted, total } = marginsOf(matrix);
  const { classes, cells } = matrix;
  let found = 0;
  let expected = 0;
  for (let i = 0; i < classes; i++)
    for (let j = 0; j < classes; j++) {
      const far = distance === 'quadratic' ? (i - j) ** 2 : i === j ? 0 : 1;
      found += far * cells[i * classes + j]!;
      expected += (far * support[i]! * predicted[j]!) / total;
    }
  return expected > 0
    ? 1 - found / expected
    : { unavailable: 'every row is of one class, and predicted to be it' };
}

function perClass(which: PerClass, { support, predicted, correct }: Margins, k: number): number {
  if (which === 'precision') return predicted[k]! === 0 ? 0 : correct[k]! / predicted[k]!;
  if (which === 'recall') return support[k]! === 0 ? 0 : correct[k]! / support[k]!;
  const both = predicted[k]! + support[k]!;
  if (which === 'jaccard') return both === 0 ? 0 : correct[k]! / (both - correct[k]!);
  return both === 0 ? 0 : (2 * correct[k]!) / both;
}

function ratio(above: number, below: number, unavailable: string): Computed {
  return below === 0 ? { unavailable } : above / below;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function indexes(values: Float64Array, keep: (value: number, index: number) => boolean): number[] {
  return [...values.keys()].filter((index) => keep(values[index]!, index));
}
