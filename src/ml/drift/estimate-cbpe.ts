// CBPE, confidence-based performance estimation, as NannyML has it: a calibrated model that says 0.8 is right in 8 of 10
// such cases, so its scores alone tell how often it is right now. That holds while a score means what it meant: a change
// of P(y | x) cannot be seen.
import type { Random } from '../../util/random.ts';
import { UNKNOWN } from '../predict/truth.ts';
import { fitIsotonic, type Isotonic, isotonicAt } from '../stats/isotonic.ts';
import { rowsFrom } from '../stats/rows-from.ts';
import type { ClassData } from './class-metrics.ts';
import { type ClassAnswers, type ClassRows, classData, lookedAt, scoresOf } from './class-rows.ts';
import { needsCalibration } from './needs-calibration.ts';
import { orderByScore, softRanking, softRocAuc } from './soft-curves.ts';

/** For each class that is looked at how its score becomes a probability; null: it is one already. */
export type Calibrators = readonly (Isotonic | null)[];

/** Where classes are told apart as well as this, there is nothing to calibrate on. */
const PERFECT = 0.999;

/** For each class that is looked at: whether isotonic regression brings its scores nearer to probabilities. */
export function calibrationNeeded(reference: ClassRows, random: Random): readonly boolean[] {
  return lookedAt(reference).map((label) => {
    const [score, truth] = knownOf(reference, label);
    if (!truth.includes(1) || !truth.includes(0)) return false;
    if (!reference.probabilities) return true;
    return areaOf(score, truth) <= PERFECT && needsCalibration(score, truth, random);
  });
}

/** From the reference's rows with known truth; `needed` as `calibrationNeeded` says. */
export function fitCalibrators(reference: ClassRows, needed: readonly boolean[]): Calibrators {
  return lookedAt(reference).map((label, at) =>
    needed[at] ? fitIsotonic(...knownOf(reference, label), null) : null,
  );
}

function knownOf(reference: ClassRows, label: number): [score: Float64Array, truth: Float64Array] {
  const { truth } = reference;
  const scores = scoresOf(reference, label);
  const score = new Float64Array(truth.length);
  const chance = new Float64Array(truth.length);
  let count = 0;
  for (let row = 0; row < truth.length; row++) {
    if (truth[row] === UNKNOWN) continue;
    score[count] = scores[row]!;
    chance[count++] = truth[row] === label ? 1 : 0;
  }
  return [score.subarray(0, count), chance.subarray(0, count)];
}

function areaOf(score: Float64Array, chance: Float64Array): number {
  const one = { predicted: new Uint8Array(0), score, chance };
  const rows = rowsFrom(0, score.length);
  const area = softRocAuc(softRanking(orderByScore(one, rows)));
  return typeof area === 'number' ? area : 1;
}

/** What the scores say, calibrated: of two classes the positive one decides, of more they are made to sum to 1. */
export function expectedClasses(rows: ClassAnswers, calibrators: Calibrators): ClassData {
  const calibrated = lookedAt(rows).map((label, at) => {
    const fit = calibrators[at];
    const scores = scoresOf(rows, label);
    return fit ? scores.map((score) => isotonicAt(fit, score)) : scores;
  });
  if (rows.positive !== null) {
    const [chance] = calibrated;
    return classData(rows, (label) => (label === rows.positive ? chance! : chance!.map((p) => 1 - p)));
  }
  const sums = new Float64Array(rows.predicted.length);
  for (const each of calibrated) for (let row = 0; row < sums.length; row++) sums[row]! += each[row]!;
  return classData(rows, (label) =>
    calibrated[label]!.map((p, row) => (sums[row]! === 0 ? 1 / rows.classes : p / sums[row]!)),
  );
}
