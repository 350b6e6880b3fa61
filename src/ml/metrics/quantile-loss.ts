// How good predicted quantiles are: each by its pinball loss, the outermost two by the rows between them.
// Koenker and Bassett, "Regression Quantiles", 1978; Koenker and Machado, 1999, for the share explained.
import { weightedQuantiles } from '../stats/weighted-quantile.ts';
import { type Quantiles, type RegressionData, unavailable, type Weighed } from './data.ts';
import { explained, ratioOf } from './regression.ts';
import { meanOf } from './weighted-mean.ts';

const NO_QUANTILES = unavailable(
  'the model gives no quantiles: name them with value: {quantiles: [0.1, 0.5, 0.9]}',
);

/** Mean of p·(true − predicted) where that is positive, else of (p − 1)·(true − predicted), over rows and quantiles. */
export function meanPinballLoss(data: RegressionData): Weighed {
  return overQuantiles(data, (quantiles, at) => pinballLoss(data, quantiles, at));
}

/** The mean over the quantiles of 1 − pinball loss ÷ that of always answering the quantile of the target. */
export function d2Pinball(data: RegressionData): Weighed {
  const quantile = weightedQuantiles(data.truth);
  return overQuantiles(data, (quantiles, at) => {
    const p = quantiles.levels[at]!;
    const constant: Weighed = (weights) => {
      const answer = quantile(p, weights);
      return meanOf(data.truth.length, (row) => pinball(data.truth[row]! - answer, p))(weights);
    };
    return ratioOf(pinballLoss(data, quantiles, at), constant, explained);
  });
}

/** Share of rows between the lowest and the highest quantile, both inclusive. */
export function intervalCoverage(data: RegressionData): Weighed {
  return ofInterval(data, (truth, low, high) => (low <= truth && truth <= high ? 1 : 0));
}

/** How many more rows lie between the outermost quantiles than should: 0 is best, under 0 the interval is too narrow. */
export function intervalCoverageError(data: RegressionData): Weighed {
  const { quantiles } = data;
  if (!quantiles) return NO_QUANTILES;
  const expected = quantiles.levels.at(-1)! - quantiles.levels[0]!;
  return ofInterval(data, (truth, low, high) => (low <= truth && truth <= high ? 1 : 0) - expected);
}

/** Mean distance from the lowest to the highest quantile: of two intervals that hold what they should, the narrower is better. */
export function meanIntervalWidth(data: RegressionData): Weighed {
  return ofInterval(data, (_, low, high) => high - low);
}

export function pinballLoss({ truth }: RegressionData, { levels, values }: Quantiles, at: number): Weighed {
  const width = levels.length;
  return meanOf(truth.length, (row) => pinball(truth[row]! - values[row * width + at]!, levels[at]!));
}

/** Share of rows that are not above their predicted quantile: p, if the quantile is right. */
export function shareBelow({ truth }: RegressionData, { levels, values }: Quantiles, at: number): Weighed {
  const width = levels.length;
  return meanOf(truth.length, (row) => (truth[row]! <= values[row * width + at]! ? 1 : 0));
}

/** Share of rows where a higher quantile is predicted to be lower than the one before it. */
export function crossingShare({ levels, values }: Quantiles): number {
  const width = levels.length;
  const rows = values.length / width;
  let crossing = 0;
  for (let row = 0; row < rows; row++)
    for (let at = row * width + 1; at < (row + 1) * width; at++)
      if (values[at]! < values[at - 1]!) {
        crossing++;
        break;
      }
  return crossing / rows;
}

function pinball(above: number, p: number): number {
  return above >= 0 ? p * above : (p - 1) * above;
}

function overQuantiles(
  { quantiles }: RegressionData,
  of: (quantiles: Quantiles, at: number) => Weighed,
): Weighed {
  if (!quantiles) return NO_QUANTILES;
  const each = quantiles.levels.map((_, at) => of(quantiles, at));
  return (weights) => {
    let sum = 0;
    for (const loss of each) {
      const value = loss(weights);
      if (typeof value !== 'number') return value;
      sum += value;
    }
    return sum / each.length;
  };
}

function ofInterval(
  { truth, quantiles }: RegressionData,
  of: (truth: number, low: number, high: number) => number,
): Weighed {
  if (!quantiles) return NO_QUANTILES;
  const { levels, values } = quantiles;
  const width = levels.length;
  if (width < 2) return unavailable('an interval needs two quantiles');
  return meanOf(truth.length, (row) => of(truth[row]!, values[row * width]!, values[(row + 1) * width - 1]!));
}
