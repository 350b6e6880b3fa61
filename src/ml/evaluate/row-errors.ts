// What each row costs, in the one measure by which parts of the data are compared.
import type { Measurable } from './measure.ts';
import type { ErrorKind } from './weak-segments-options.ts';

export interface RowErrors {
  /** Smaller is better. */
  readonly errors: Float64Array;
  /** The mean of the errors as reports know it, and back. */
  readonly measure: 'accuracy' | 'log_loss' | 'mean_absolute_error';
  readonly better: 'max' | 'min';
  fromMean(mean: number): number;
}

/** null where the kind asked for is not of this task, or needs probabilities that are not there. */
export function rowErrors(all: Measurable, kind: ErrorKind): RowErrors | null {
  if (all.kind === 'numbers') {
    if (kind !== 'auto' && kind !== 'absolute') return null;
    const { truth, predicted } = all.data;
    return {
      errors: truth.map((value, row) => Math.abs(predicted[row]! - value)),
      measure: 'mean_absolute_error',
      better: 'min',
      fromMean: (mean) => mean,
    };
  }
  const { truth, predicted, scores, classes, probabilities } = all.data;
  if (kind === 'log_loss') {
    if (scores === null || !probabilities) return null;
    return {
      errors: Float64Array.from(
        truth,
        (k, row) => -Math.log(Math.max(scores[row * classes + k]!, Number.EPSILON)),
      ),
      measure: 'log_loss',
      better: 'min',
      fromMean: (mean) => mean,
    };
  }
  if (kind === 'absolute') return null;
  return {
    errors: Float64Array.from(truth, (k, row) => (k === predicted[row] ? 0 : 1)),
    measure: 'accuracy',
    better: 'max',
    fromMean: (mean) => 1 - mean,
  };
}
