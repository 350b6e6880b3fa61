// Errors of predicted numbers. The error of a row is predicted − true. Names and formulas are sklearn.metrics's, besides
// `meanError` and `wape`, and besides the cases where a formula says nothing: those are unavailable, not 0 or huge.
import { weightedQuantiles } from '../stats/weighted-quantile.ts';
import { type Computed, type RegressionData, unavailable, type Weighed } from './data.ts';
import { meanOf, valuesOf, weightedMean } from './weighted-mean.ts';

/** Bias: above 0 the model predicts too much. */
export function meanError({ truth, predicted }: RegressionData): Weighed {
  return meanOf(truth.length, (row) => predicted[row]! - truth[row]!);
}

export function meanAbsoluteError({ truth, predicted }: RegressionData): Weighed {
  return meanOf(truth.length, (row) => Math.abs(predicted[row]! - truth[row]!));
}

export function meanSquaredError({ truth, predicted }: RegressionData): Weighed {
  return meanOf(truth.length, (row) => (predicted[row]! - truth[row]!) ** 2);
}

export function rootMeanSquaredError(data: RegressionData): Weighed {
  return rootOf(meanSquaredError(data));
}

/** Mean of (ln(1 + predicted) − ln(1 + true))²; unavailable where one of them is not above −1. */
export function meanSquaredLogError({ truth, predicted }: RegressionData): Weighed {
  if (truth.some((value) => value <= -1) || predicted.some((value) => value <= -1))
    return unavailable('a target or prediction is −1 or less, and has no logarithm of 1 + it');
  return meanOf(truth.length, (row) => (Math.log1p(predicted[row]!) - Math.log1p(truth[row]!)) ** 2);
}

export function rootMeanSquaredLogError(data: RegressionData): Weighed {
  return rootOf(meanSquaredLogError(data));
}

/** The middle error by weight; where a weight ends exactly at the middle, the mean of it and the next. */
export function medianAbsoluteError({ truth, predicted }: RegressionData): Weighed {
  const quantile = weightedQuantiles(
    valuesOf(truth.length, (row) => Math.abs(predicted[row]! - truth[row]!)),
  );
  return (weights) => {
    const median = quantile(0.5, weights);
    return Number.isNaN(median) ? { unavailable: 'all weights are zero' } : median;
  };
}

/** Mean of |error| ÷ |true|; unavailable when a target is 0. */
export function meanAbsolutePercentageError({ truth, predicted }: RegressionData): Weighed {
  const zeros = truth.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
  if (zeros > 0)
    return unavailable(
      `the target is 0 in ${zeros} row${zeros === 1 ? '' : 's'}; wape says the same as a share of the sum`,
    );
  return meanOf(truth.length, (row) => Math.abs((predicted[row]! - truth[row]!) / truth[row]!));
}

/** Σ|error| ÷ Σ|true|: the error as a share of what there was. */
export function wape(data: RegressionData): Weighed {
  return ratioOf(
    meanAbsoluteError(data),
    meanOf(data.truth.length, (row) => Math.abs(data.truth[row]!)),
    (error, size) => (size === 0 ? { unavailable: 'the target is 0 in every row' } : error / size),
  );
}

const CONSTANT = { unavailable: 'the target is the same in every row' };

/** 1 − Σ error² ÷ Σ (true − mean)²; unavailable for a constant target. */
export function r2(data: RegressionData): Weighed {
  return ratioOf(meanSquaredError(data), varianceOf(data.truth), explained);
}

/** 1 − variance of the errors ÷ variance of the target: R² that forgives a constant bias. */
export function explainedVariance({ truth, predicted }: RegressionData): Weighed {
  const errors = valuesOf(truth.length, (row) => predicted[row]! - truth[row]!);
  return ratioOf(varianceOf(errors), varianceOf(truth), explained);
}

/** 1 − Σ |error| ÷ Σ |true − median|: R² of absolute errors, `d2_absolute_error_score`. */
export function d2AbsoluteError(data: RegressionData): Weighed {
  const { truth } = data;
  const quantile = weightedQuantiles(truth);
  const size = (weights: Float64Array | null): Computed => {
    const median = quantile(0.5, weights);
    return meanOf(truth.length, (row) => Math.abs(truth[row]! - median))(weights);
  };
  return ratioOf(meanAbsoluteError(data), size, explained);
}

/** The largest |error|; has no weighted form. */
export function maxError({ truth, predicted }: RegressionData): Weighed {
  let most = 0;
  for (let row = 0; row < truth.length; row++) most = Math.max(most, Math.abs(predicted[row]! - truth[row]!));
  return () => most;
}

/** Shares of a variation that are explained, and what there is to explain. */
export function explained(left: number, whole: number): Computed {
  return whole === 0 ? CONSTANT : 1 - left / whole;
}

export function ratioOf(above: Weighed, below: Weighed, ratio: (a: number, b: number) => Computed): Weighed {
  return (weights) => {
    const [a, b] = [above(weights), below(weights)];
    if (typeof a !== 'number') return a;
    return typeof b === 'number' ? ratio(a, b) : b;
  };
}

/** Weighted mean of squared distances from the weighted mean. In two passes: exact where values lie far from 0. */
function varianceOf(values: Float64Array): Weighed {
  return (weights) => {
    const mean = weightedMean(values, weights);
    if (typeof mean !== 'number') return mean;
    let sum = 0;
    let total = 0;
    for (let row = 0; row < values.length; row++) {
      const weight = weights === null ? 1 : weights[row]!;
      sum += weight * (values[row]! - mean) ** 2;
      total += weight;
    }
    return sum / total;
  };
}

function rootOf(mean: Weighed): Weighed {
  return (weights) => {
    const value = mean(weights);
    return typeof value === 'number' ? Math.sqrt(value) : value;
  };
}
