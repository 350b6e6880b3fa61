// Curves and histograms of an evaluation: what the page draws. Bounded in size, whatever the data.

import type { ClassificationData, RegressionData } from '../metrics/data.ts';
import { type Ranking, rank } from '../metrics/ranking.ts';
import { quantile } from '../stats/quantile.ts';
import { calibrationCurves } from './calibration.ts';
import { curvePoints } from './curve-points.ts';
import type { Measurable } from './measure.ts';
import type { Curve, EvaluateDetails, Histogram, Label } from './report.ts';

const MAX_CLASSES = 10;
const SCORE_BINS = 20;
const RESIDUAL_BINS = 30;
const PREDICTION_GROUPS = 20;

export type Pictures = Pick<
  EvaluateDetails,
  'roc' | 'pr' | 'calibration' | 'calibration_top' | 'scores' | 'regression'
>;

const NO_CURVES = { roc: [], pr: [], calibration: [], calibration_top: null, scores: [] } as const;

export function picturesOf(all: Measurable, labels: readonly Label[]): Pictures {
  if (all.kind === 'numbers') return { ...NO_CURVES, regression: regressionPictures(all.data) };
  const { data } = all;
  if (data.scores === null) return { ...NO_CURVES, regression: null };
  const shown = shownClasses(data);
  const rankings = shown.map((k) => rank(data.truth, data.scores!, data.classes, k, data.weights));
  return {
    roc: rankings.flatMap((ranking, index) => rocCurve(ranking, labels[shown[index]!]!)),
    pr: rankings.flatMap((ranking, index) => prCurve(ranking, labels[shown[index]!]!)),
    ...(data.probabilities
      ? calibrationCurves(data, shown, labels)
      : { calibration: [], calibration_top: null }),
    scores: shown.map((k) => ({ label: labels[k]!, ...scoreHistograms(data, k) })),
    regression: null,
  };
}

/** The positive class of two; of more, those with most rows. */
function shownClasses({ truth, classes, positive }: ClassificationData): readonly number[] {
  if (positive !== null) return [positive];
  const support = new Array<number>(classes).fill(0);
  for (const k of truth) support[k]!++;
  return [...support.keys()]
    .sort((a, b) => support[b]! - support[a]! || a - b)
    .slice(0, MAX_CLASSES)
    .sort((a, b) => a - b);
}

/** The first point is that of a threshold over every score. */
function rocCurve(ranking: Ranking, label: Label): Curve[] {
  const { thresholds, truePositives, falsePositives } = ranking;
  const positives = truePositives.at(-1)!;
  const others = falsePositives.at(-1)!;
  if (positives === 0 || others === 0) return [];
  const points = curvePoints(ranking);
  return [
    {
      label,
      x: [0, ...points.map((at) => falsePositives[at]! / others)],
      y: [0, ...points.map((at) => truePositives[at]! / positives)],
      thresholds: [null, ...points.map((at) => thresholds[at]!)],
    },
  ];
}

function prCurve(ranking: Ranking, label: Label): Curve[] {
  const { thresholds, truePositives, falsePositives } = ranking;
  const positives = truePositives.at(-1)!;
  if (positives === 0) return [];
  const points = curvePoints(ranking);
  const precision = points.map((at) => truePositives[at]! / (truePositives[at]! + falsePositives[at]!));
  // Under the recall of the highest score nothing is measured: the line starts level, as average precision counts it.
  return [
    {
      label,
      x: [0, ...points.map((at) => truePositives[at]! / positives)],
      y: [precision[0]!, ...precision],
      thresholds: [null, ...points.map((at) => thresholds[at]!)],
    },
  ];
}

function scoreHistograms(
  { truth, scores, classes, probabilities }: ClassificationData,
  k: number,
): { of: Histogram; others: Histogram } {
  const values = Float64Array.from(truth, (_, row) => scores![row * classes + k]!);
  const [low, high] = probabilities ? [0, 1] : [min(values), max(values)];
  return {
    of: histogram(
      values.filter((_, row) => truth[row] === k),
      low,
      high,
      SCORE_BINS,
    ),
    others: histogram(
      values.filter((_, row) => truth[row] !== k),
      low,
      high,
      SCORE_BINS,
    ),
  };
}

/** The outermost residuals are counted in the end bins: single rows are not shown. */
function regressionPictures({ truth, predicted }: RegressionData): EvaluateDetails['regression'] {
  const residuals = Float64Array.from(truth, (value, row) => predicted[row]! - value);
  const sorted = residuals.slice().sort();
  const order = Uint32Array.from(truth, (_, row) => row).sort(
    (a, b) => predicted[a]! - predicted[b]! || a - b,
  );
  const groups = Math.min(PREDICTION_GROUPS, truth.length);
  return {
    residuals: histogram(residuals, quantile(sorted, 0.01), quantile(sorted, 0.99), RESIDUAL_BINS),
    by_prediction: Array.from({ length: groups }, (_, group) => {
      const rows = order.subarray(
        Math.floor((group * truth.length) / groups),
        Math.floor(((group + 1) * truth.length) / groups),
      );
      const mean = (values: Float64Array): number =>
        rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
      return { predicted: mean(predicted), actual: mean(truth), count: rows.length };
    }),
  };
}

/** Values outside are counted in the first or last bin. */
function histogram(values: Float64Array, low: number, high: number, bins: number): Histogram {
  const width = (high - low) / bins || 1;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.max(0, Math.min(bins - 1, Math.floor((value - low) / width)))]!++;
  return { edges: Array.from({ length: bins + 1 }, (_, i) => low + i * width), counts };
}

function min(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function max(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}
