// How each metric of classes is found, chunk by chunk: from labels, or from calibrated scores.
import type { Random } from '../../util/random.ts';
import { UNKNOWN } from '../predict/truth.ts';
import { rowsFrom } from '../stats/rows-from.ts';
import { CLASS_METRICS, type ClassData, type ClassMetric } from './class-metrics.ts';
import { type ClassRows, realisedClasses } from './class-rows.ts';
import type { Estimator } from './estimate.ts';
import { type Calibrators, expectedClasses } from './estimate-cbpe.ts';
import type { Pair } from './report.ts';

/** What both ways of finding the metrics share. */
export interface ClassCourse {
  readonly sides: Pair<ClassRows>;
  /** From the labels of the reference. */
  readonly realised: ClassData;
  /** V of each metric's standard error √(V / n). */
  readonly variances: ReadonlyMap<ClassMetric, number>;
}

export function classCourse(sides: Pair<ClassRows>, random: Random): ClassCourse {
  const { reference } = sides;
  const realised = realisedClasses(reference);
  const rows = known(reference, rowsFrom(0, reference.truth.length));
  const metrics = CLASS_METRICS.filter(({ asksScores }) => !asksScores || reference.scores !== null);
  const variances = metrics.map((metric) => {
    const variance = rows.length === 0 ? Number.NaN : metric.variance(realised, rows, random);
    return [metric, variance] as const;
  });
  return { sides, realised, variances: new Map(variances) };
}

/** `current` rows may be without truth: then nothing is realised there. */
export function realisedClassEstimators(course: ClassCourse): readonly Estimator[] {
  const data = { reference: course.realised, current: realisedClasses(course.sides.current) };
  return estimators(course, {
    basis: 'labels',
    usable: (side, rows) => known(course.sides[side], rows),
    value: (metric, side, rows) => metric.value(data[side], rows),
  });
}

export function cbpeEstimators(course: ClassCourse, calibrators: Calibrators): readonly Estimator[] {
  const data = {
    reference: expectedClasses(course.sides.reference, calibrators),
    current: expectedClasses(course.sides.current, calibrators),
  };
  return estimators(course, {
    basis: 'cbpe',
    usable: (_, rows) => rows,
    value: (metric, side, rows) => metric.value(data[side], rows),
  });
}

interface Found {
  readonly basis: 'labels' | 'cbpe';
  readonly usable: Estimator['usable'];
  value(metric: ClassMetric, ...of: Parameters<Estimator['value']>): ReturnType<Estimator['value']>;
}

function estimators({ sides: { reference }, realised, variances }: ClassCourse, found: Found): Estimator[] {
  return [...variances].map(([metric, variance]) => ({
    metric: reference.positive === null ? metric.multiclass : metric.binary,
    basis: found.basis,
    range: [0, 1],
    usable: found.usable,
    value: (side, rows) => found.value(metric, side, rows),
    realised: (rows) => metric.value(realised, known(reference, rows)),
    samplingError: (rows) => Math.sqrt(variance / rows),
  }));
}

/** The same array where nothing is unknown, so that what was found for it is found again. */
function known({ truth }: ClassRows, rows: Int32Array): Int32Array {
  const found = new Int32Array(rows.length);
  let count = 0;
  for (const row of rows) if (truth[row] !== UNKNOWN) found[count++] = row;
  return count === rows.length ? rows : found.slice(0, count);
}
