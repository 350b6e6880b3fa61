// DLE, direct loss estimation, as NannyML has it: boosted trees learn on the reference how large the loss of a row is, from its
// features and the prediction, and say so of rows without truth. That holds while the same inputs mean the same truth: a
// change of P(y | x) cannot be seen.
import type { Random } from '../../util/random.ts';
import { mean } from '../stats/moments.ts';
import { sampleRows } from '../stats/sample.ts';
import { type BoostModel, boostScores, fitBoost } from '../trees/boost.ts';
import { type BoostFeature, takeFeature } from '../trees/boost-feature.ts';
import type { Estimator } from './estimate.ts';
import { LOSS_METRICS, type LossMetric, lossesOf, type NumberRows } from './number-estimators.ts';
import type { Pair } from './report.ts';
import type { Side } from './split.ts';

/** More rows make no better trees, only slower ones. */
const MOST_LEARNT = 50_000;
/** Estimates of more rows than these take long, and their mean is sure anyway. */
const MOST_ESTIMATED = 200_000;

/** `features` of all rows of both sides. A metric whose loss is infinite for a row of the reference has no estimator. */
export function dleEstimators(
  sides: Pair<NumberRows>,
  features: Pair<readonly BoostFeature[]>,
  random: Random,
): readonly Estimator[] {
  const looked = {
    reference: sampleRows(sides.reference.predicted.length, MOST_ESTIMATED, random),
    current: sampleRows(sides.current.predicted.length, MOST_ESTIMATED, random),
  };
  const estimated = new Map<LossMetric['loss'], Pair<Float64Array>>();
  const learn = (metric: LossMetric, losses: Float64Array, known: Int32Array): Pair<Float64Array> => {
    const before = estimated.get(metric.loss);
    if (before) return before;
    const rows = sampleRows(known.length, MOST_LEARNT, random).map((at) => known[at]!);
    const model = modelOf(features.reference, losses, rows);
    const found = {
      reference: lossAt(model, features.reference, looked.reference),
      current: lossAt(model, features.current, looked.current),
    };
    estimated.set(metric.loss, found);
    return found;
  };
  return LOSS_METRICS.flatMap((metric) => {
    const losses = lossesOf(metric, sides.reference);
    const known = Int32Array.from(losses.keys()).filter((row) => !Number.isNaN(losses[row]!));
    const every = Float64Array.from(known, (row) => losses[row]!);
    if (known.length === 0 || !every.every(Number.isFinite)) return [];
    return [estimatorOf(metric, losses, every, learn(metric, losses, known))];
  });
}

function estimatorOf(
  metric: LossMetric,
  losses: Float64Array,
  known: Float64Array,
  estimated: Pair<Float64Array>,
): Estimator {
  const variance = metric.variance(known);
  return {
    metric: metric.name,
    basis: 'dle',
    range: [0, Number.POSITIVE_INFINITY],
    usable: (side, rows) => rows.filter((row) => !Number.isNaN(estimated[side][row]!)),
    value: (side: Side, rows) => metric.ofMean(mean(Float64Array.from(rows, (row) => estimated[side][row]!))),
    realised: (rows) => {
      const having = rows.filter((row) => !Number.isNaN(losses[row]!));
      if (having.length === 0) return { unavailable: 'no row has truth and prediction' };
      return metric.ofMean(mean(Float64Array.from(having, (row) => losses[row]!)));
    },
    samplingError: (rows) => Math.sqrt(variance / rows),
  };
}

function modelOf(features: readonly BoostFeature[], losses: Float64Array, rows: Int32Array): BoostModel {
  return fitBoost(
    features.map((feature) => takeFeature(feature, rows)),
    Float64Array.from(rows, (row) => losses[row]!),
    'l2',
  );
}

/** Never below zero; NaN for rows that are not looked at. */
function lossAt(model: BoostModel, features: readonly BoostFeature[], rows: Int32Array): Float64Array {
  const [first] = features;
  const all = first!.kind === 'numeric' ? first!.values.length : first!.codes.length;
  const losses = new Float64Array(all).fill(Number.NaN);
  const taken = features.map((feature) => takeFeature(feature, rows));
  boostScores(model, taken, rows.length).forEach((loss, i) => {
    losses[rows[i]!] = Math.max(0, loss);
  });
  return losses;
}
