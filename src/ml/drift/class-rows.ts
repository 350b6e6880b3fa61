// Classes of one side as the model gave them, and as they turned out.
import type { ClassData } from './class-metrics.ts';
import type { OneVsRest } from './one-vs-rest.ts';

export interface ClassAnswers {
  readonly classes: number;
  /** Of two classes the one that metrics of one class are taken of. */
  readonly positive: number | null;
  /** Index of the predicted class. */
  readonly predicted: Int32Array;
  /** rows × classes; null where only labels are known. */
  readonly scores: Float64Array | null;
  /** The scores of a row are shares of 1. */
  readonly probabilities: boolean;
}

export interface ClassRows extends ClassAnswers {
  /** Index of the true class, `UNKNOWN`, or `OTHER` for one that the model does not know. */
  readonly truth: Int32Array;
}

export const UNKNOWN = -1;
export const OTHER = -2;

/** The classes that metrics of one class are taken of. */
export function lookedAt({ classes, positive }: ClassAnswers): readonly number[] {
  return positive === null ? Array.from({ length: classes }, (_, label) => label) : [positive];
}

/** What the labels say. */
export function realisedClasses(rows: ClassRows): ClassData {
  return classData(rows, (label) =>
    Float64Array.from(rows.truth, (true_) => (true_ === UNKNOWN ? Number.NaN : true_ === label ? 1 : 0)),
  );
}

/** @param chanceOf that a row is of the class. */
export function classData(rows: ClassAnswers, chanceOf: (label: number) => Float64Array): ClassData {
  const all = Array.from(
    { length: rows.classes },
    (_, label): OneVsRest => ({
      predicted: Uint8Array.from(rows.predicted, (each) => (each === label ? 1 : 0)),
      score: rows.scores && scoresOf(rows, label),
      chance: chanceOf(label),
    }),
  );
  return { all, looked: lookedAt(rows).map((label) => all[label]!) };
}

/** Scores of one class. */
export function scoresOf({ scores, classes, predicted }: ClassAnswers, label: number): Float64Array {
  return Float64Array.from({ length: predicted.length }, (_, row) => scores![row * classes + label]!);
}
