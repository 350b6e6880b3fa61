// Classes of one side as the model gave them, and as they turned out.

import { UNKNOWN } from '../predict/truth.ts';
import type { ClassData } from './class-metrics.ts';
import { summing } from './class-sums.ts';
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

/** The classes that metrics of one class are taken of. */
export function lookedAt({ classes, positive }: ClassAnswers): readonly number[] {
  return positive === null ? Array.from({ length: classes }, (_, label) => label) : [positive];
}

/** What the labels say. */
export function realisedClasses(rows: ClassRows): ClassData {
  const { truth } = rows;
  return classData(rows, (label) => {
    const chance = new Float64Array(truth.length);
    for (let row = 0; row < truth.length; row++)
      chance[row] = truth[row] === UNKNOWN ? Number.NaN : truth[row] === label ? 1 : 0;
    return chance;
  });
}

/** @param chanceOf that a row is of the class. */
export function classData(rows: ClassAnswers, chanceOf: (label: number) => Float64Array): ClassData {
  const ranked = lookedAt(rows);
  const all = Array.from(
    { length: rows.classes },
    (_, label): OneVsRest => ({
      predicted: saying(label, rows),
      score: rows.scores && ranked.includes(label) ? scoresOf(rows, label) : null,
      chance: chanceOf(label),
    }),
  );
  const looked = ranked.map((label) => all[label]!);
  return { all, looked, over: summing(all, looked) };
}

function saying(label: number, { predicted }: ClassAnswers): Uint8Array {
  const says = new Uint8Array(predicted.length);
  for (let row = 0; row < says.length; row++) says[row] = predicted[row] === label ? 1 : 0;
  return says;
}

/** Scores of one class. */
export function scoresOf({ scores, classes, predicted }: ClassAnswers, label: number): Float64Array {
  const found = new Float64Array(predicted.length);
  for (let row = 0; row < found.length; row++) found[row] = scores![row * classes + label]!;
  return found;
}
