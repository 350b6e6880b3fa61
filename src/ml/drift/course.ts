// How well the model did and does, chunk by chunk: with labels, and estimated without.
import { randomFrom } from '../../util/random.ts';
import { type Frame, held } from '../frame/frame.ts';
import type { UsedColumn } from '../multivariate/used-column.ts';
import { UNKNOWN } from '../predict/truth.ts';
import { rowsFrom } from '../stats/rows-from.ts';
import { cbpeEstimators, classCourse, realisedClassEstimators } from './class-estimators.ts';
import { type Estimator, estimateOf } from './estimate.ts';
import { type Calibrators, calibrationNeeded, fitCalibrators } from './estimate-cbpe.ts';
import { dleEstimators } from './estimate-dle.ts';
import type { Estimate } from './estimate-report.ts';
import { lossFeatures } from './loss-features.ts';
import { type NumberRows, realisedNumberEstimators } from './number-estimators.ts';
import type { DriftOptions } from './options.ts';
import { classRows, numberRows, type Predicted } from './predicted.ts';
import type { Pair } from './report.ts';
import { type Chunk, chunkRule, splitSides } from './split.ts';

export interface Course {
  readonly realised: readonly Estimate[];
  readonly estimates: readonly Estimate[];
  /** How scores become probabilities; null where nothing is estimated from them. */
  readonly calibrators: Calibrators | null;
  /** Why nothing is estimated. */
  readonly unavailable: string | null;
}

/** Ten chunks to the reference, unless they would hold fewer rows than a test needs. */
export function chunksOver({ time, minRows }: DriftOptions, sides: Pair<Frame>): readonly Chunk[] {
  const { column, chunk, incomplete } = time;
  const times = column === null ? null : timesOfSides(sides, column);
  const rows = { reference: sides.reference.rows, current: sides.current.rows };
  const usual = { kind: 'rows', rows: Math.max(minRows, Math.floor(rows.reference / TEN)) } as const;
  return splitSides(rows, times, chunk === null ? usual : chunkRule(chunk), incomplete);
}

/** NannyML's default. */
const TEN = 10;

function timesOfSides(sides: Pair<Frame>, column: string) {
  return {
    reference: held(sides.reference.columns.get(column)!),
    current: held(sides.current.columns.get(column)!),
  };
}

export function courseOf(
  options: DriftOptions,
  sides: Pair<Frame>,
  predicted: Pair<Predicted>,
  used: readonly UsedColumn[],
  chunks: readonly Chunk[],
): Course {
  const rows = { reference: allRows(sides.reference), current: allRows(sides.current) };
  const follow = (estimators: readonly Estimator[]) =>
    estimators.map((each) => estimateOf(each, rows, chunks, options.time.limits));
  const { reference, current } = predicted;
  if (reference.task === 'regression' || current.task === 'regression') {
    const side = (which: 'reference' | 'current') =>
      numberRows(predicted[which] as Predicted & { task: 'regression' }, sides[which], options.target);
    const numbers = { reference: side('reference'), current: side('current') };
    const known = knownNumbers(numbers.reference);
    const realised = follow(known > 0 ? realisedNumberEstimators(numbers) : []);
    const unavailable = whyNoEstimate(known, true, options);
    if (unavailable !== null) return { realised, estimates: [], calibrators: null, unavailable };
    const values = { reference: numbers.reference.predicted, current: numbers.current.predicted };
    const features = lossFeatures(used, sides, values);
    const estimates = follow(dleEstimators(numbers, features, randomFrom(options.seed)));
    return { realised, estimates, calibrators: null, unavailable: null };
  }
  const classes = {
    reference: classRows(reference, sides.reference, options.target),
    current: classRows(current, sides.current, options.target),
  };
  const known = classes.reference.truth.filter((label) => label !== UNKNOWN).length;
  const course = classCourse(classes, randomFrom(options.seed));
  const realised = follow(known > 0 ? realisedClassEstimators(course) : []);
  const reason = whyNoEstimate(known, classes.reference.scores !== null, options);
  if (reason !== null) return { realised, estimates: [], calibrators: null, unavailable: reason };
  const needed = calibrationNeeded(classes.reference, randomFrom(options.seed));
  const calibrators = fitCalibrators(classes.reference, needed);
  const estimates = follow(cbpeEstimators(course, calibrators));
  return { realised, estimates, calibrators, unavailable: null };
}

function knownNumbers({ truth, predicted }: NumberRows): number {
  return truth.filter((value, row) => Number.isFinite(value - predicted[row]!)).length;
}

function whyNoEstimate(known: number, scored: boolean, { target, minRows }: DriftOptions): string | null {
  if (!scored) return 'there are labels but no scores to estimate from';
  if (target === null) return 'no target is named, and an estimate needs the truth of the reference';
  return known < minRows ? `the reference has the truth of ${known} rows only` : null;
}

function allRows({ rows }: Frame): Int32Array {
  return rowsFrom(0, rows);
}
