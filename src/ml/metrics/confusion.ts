import type { ClassificationData } from './data.ts';

/** Sums of weights by true class (rows) and predicted class, row by row. Agrees with sklearn.metrics.confusion_matrix. */
export interface ConfusionMatrix {
  readonly classes: number;
  readonly cells: Float64Array;
}

export function confusionOf({ truth, predicted, classes, weights }: ClassificationData): ConfusionMatrix {
  const cells = new Float64Array(classes * classes);
  for (let row = 0; row < truth.length; row++)
    cells[truth[row]! * classes + predicted[row]!]! += weights === null ? 1 : weights[row]!;
  return { classes, cells };
}

/** For each class: rows of it, rows predicted to be it, rows where both hold. */
export interface Margins {
  readonly support: Float64Array;
  readonly predicted: Float64Array;
  readonly correct: Float64Array;
  readonly total: number;
}

export function marginsOf({ classes, cells }: ConfusionMatrix): Margins {
  const support = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  const correct = new Float64Array(classes);
  let total = 0;
  for (let i = 0; i < classes; i++) {
    correct[i] = cells[i * classes + i]!;
    for (let j = 0; j < classes; j++) {
      const cell = cells[i * classes + j]!;
      support[i]! += cell;
      predicted[j]! += cell;
      total += cell;
    }
  }
  return { support, predicted, correct, total };
}
