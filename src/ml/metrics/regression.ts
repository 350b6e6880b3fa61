// Errors of predicted numbers. The error of a row is predicted − true. Names and formulas are sklearn.metrics's, besides
// `meanError` and `wape`, and besides the cases where a formula says nothing: those are unavailable, not 0 or huge.
import type { Computed, RegressionData } from './data.ts';
import { weightedMean } from './weighted-mean.ts';

/** Bias: above 0 the model predicts too much. */
export function meanError({ truth, predicted, weights }: RegressionData): Computed {
  return weightedMean(truth.length, weights, (row) => predicted[row]! - truth[row]!);
}

export function meanAbsoluteError({ truth, predicted, weights }: RegressionData): Computed {
  return weightedMean(truth.length, weights, (row) => Math.abs(predicted[row]! - truth[row]!));
}

export function meanSquaredError({ truth, predicted, weights }: RegressionData): Computed {
  return weightedMean(truth.length, weights, (row) => (predicted[row]! - truth[row]!) ** 2);
}

export function rootMeanSquaredError(data: RegressionData): Computed {
  const mean = meanSquaredError(data);
  return typeof mean === 'number' ? Math.sqrt(mean) : mean;
}

/** The middle error by weight; where a weight ends exactly at the middle, the mean of it and the next. */
export function medianAbsoluteError({ truth, predicted, weights }: RegressionData): Computed {
  const rows = truth.length;
  const error = new Float64Array(rows);
  const order: number[] = [];
  let total = 0;
  for (let row = 0; row < rows; row++) {
    error[row] = Math.abs(predicted[row]! - truth[row]!);
    const weight = weights === null ? 1 : weights[row]!;
    if (weight > 0) order.push(row);
    total += weight;
  }
  if (total === 0) return { unavailable: 'all weights are zero' };
  order.sort((a, b) => error[a]! - error[b]!);
  let reached = 0;
  for (const [index, row] of order.entries()) {
    reached += weights === null ? 1 : weights[row]!;
    const beyond = reached - total / 2;
    if (beyond < 0) continue;
    const next = order[index + 1];
    return beyond > Number.EPSILON || next === undefined ? error[row]! : (error[row]! + error[next]!) / 2;
  }
  throw new Error('BUG: half the weight was not reached');
}

/** Mean of |error| ÷ |true|; unavailable when a target is 0. */
export function meanAbsolutePercentageError({ truth, predicted, weights }: RegressionData): Computed {
  const zeros = truth.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
  if (zeros > 0)
    return {
      unavailable: `the target is 0 in ${zeros} row${zeros === 1 ? '' : 's'}; wape says the same as a share of the sum`,
    };
  return weightedMean(truth.length, weights, (row) =>
    Math.abs((predicted[row]! - truth[row]!) / truth[row]!),
  );
}

/** Σ|error| ÷ Σ|true|: the error as a share of what there was. */
export function wape(data: RegressionData): Computed {
  const error = meanAbsoluteError(data);
  const size = weightedMean(data.truth.length, data.weights, (row) => Math.abs(data.truth[row]!));
  if (typeof error !== 'number' || typeof size !== 'number') return error;
  return size === 0 ? { unavailable: 'the target is 0 in every row' } : error / size;
}

/** 1 − Σ error² ÷ Σ (true − mean)²; unavailable for a constant target. */
export function r2(data: RegressionData): Computed {
  const { truth, weights } = data;
  const mean = weightedMean(truth.length, weights, (row) => truth[row]!);
  const squared = meanSquaredError(data);
  if (typeof mean !== 'number' || typeof squared !== 'number') return squared;
  const spread = weightedMean(truth.length, weights, (row) => (truth[row]! - mean) ** 2) as number;
  return spread === 0 ? { unavailable: 'the target is the same in every row' } : 1 - squared / spread;
}

/** The largest |error|; has no weighted form. */
export function maxError({ truth, predicted }: RegressionData): Computed {
  let most = 0;
  for (let row = 0; row < truth.length; row++) most = Math.max(most, Math.abs(predicted[row]! - truth[row]!));
  return most;
}
