// The rows that fixtures/ml/evaluate/make.py gave scikit-learn.
import type { ClassificationData, RegressionData } from '../../../src/ml/metrics/data.ts';

export interface MetricCase {
  readonly name: string;
  readonly kind: 'classes' | 'numbers';
  readonly classes: number;
  readonly positive: number | null;
  readonly truth: number[];
  readonly scores: number[];
  readonly predicted: number[];
  readonly weights: number[] | null;
  readonly quantiles: { readonly levels: number[]; readonly values: number[] } | null;
  readonly expected: { readonly [metric: string]: number };
}

const float = (values: number[] | null) => (values === null ? null : Float64Array.from(values));

export function classificationOf(each: MetricCase): ClassificationData {
  const predicted = each.truth.map((_, row) => {
    const scores = each.scores.slice(row * each.classes, (row + 1) * each.classes);
    return scores.indexOf(Math.max(...scores));
  });
  return {
    truth: Int32Array.from(each.truth),
    predicted: Int32Array.from(predicted),
    classes: each.classes,
    positive: each.positive,
    scores: Float64Array.from(each.scores),
    probabilities: true,
    weights: float(each.weights),
  };
}

export function regressionOf(each: MetricCase): RegressionData {
  return {
    truth: Float64Array.from(each.truth),
    predicted: Float64Array.from(each.predicted),
    weights: float(each.weights),
    quantiles: each.quantiles && {
      levels: each.quantiles.levels,
      values: Float64Array.from(each.quantiles.values),
      hasMedian: true,
    },
  };
}
