// How each metric of classes is found, chunk by chunk: from labels, or from calibrated scores.
import type { Random } from '../../util/random.ts';
import { CLASS_METRICS, type ClassData, type ClassMetric } from './class-metrics.ts';
import { type ClassRows, realisedClasses, UNKNOWN } from './class-rows.ts';
import type { Estimator } from './estimate.ts';
import { type Calibrators, expectedClasses } from './estimate-cbpe.ts';
import type { Pair } from './report.ts';

/** `current` rows may be without truth: then nothing is realised there. */
export function realisedClassEstimators(sides: Pair<ClassRows>, random: Random): readonly Estimator[] {
  const data = { reference: realisedClasses(sides.reference), current: realisedClasses(sides.current) };
  return estimators(sides, data.reference, random, {
    basis: 'labels',
    usable: (side, rows) => known(sides[side], rows),
    value: (metric, side, rows) => metric.value(data[side], rows),
  });
}

export function cbpeEstimators(
  sides: Pair<ClassRows>,
  calibrators: Calibrators,
  random: Random,
): readonly Estimator[] {
  const data = {
    reference: expectedClasses(sides.reference, calibrators),
    current: expectedClasses(sides.current, calibrators),
  };
  return estimators(sides, realisedClasses(sides.reference), random, {
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

function estimators(
  { reference }: Pair<ClassRows>,
  realised: ClassData,
  random: Random,
  found: Found,
): Estimator[] {
  const all = known(reference, Int32Array.from(reference.truth.keys()));
  return CLASS_METRICS.filter(({ asksScores }) => !asksScores || reference.scores !== null).map((metric) => {
    const variance = all.length === 0 ? Number.NaN : metric.variance(realised, all, random);
    return {
      metric: reference.positive === null ? metric.multiclass : metric.binary,
      basis: found.basis,
      range: [0, 1],
      usable: found.usable,
      value: (side, rows) => found.value(metric, side, rows),
      realised: (rows) => metric.value(realised, known(reference, rows)),
      samplingError: (rows) => Math.sqrt(variance / rows),
    };
  });
}

function known({ truth }: ClassRows, rows: Int32Array): Int32Array {
  return rows.filter((row) => truth[row] !== UNKNOWN);
}
