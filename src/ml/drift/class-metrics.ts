// The metrics of classes that can be followed over time, with and without labels, and their sampling errors: NannyML's
// CBPE and realised performance. Of several classes they are means over the classes (macro).

import type { Random } from '../../util/random.ts';
import type { Computed } from '../metrics/data.ts';
import { averagePrecisionVariance, rankVariance, rateVariance } from './class-sampling-error.ts';
import type { Areas, ClassSums } from './class-sums.ts';
import type { ExpectedCounts, OneVsRest } from './one-vs-rest.ts';
import { orderByScore } from './soft-curves.ts';

export interface ClassData {
  /** Every class, in the order of the labels. */
  readonly all: readonly OneVsRest[];
  /** Those that metrics of one class are taken of: the positive one of two, else each. */
  readonly looked: readonly OneVsRest[];
  over(rows: Int32Array): ClassSums;
}

export interface ClassMetric {
  /** Of two classes, and of several: the name in reports. */
  readonly binary: string;
  readonly multiclass: string;
  readonly asksScores: boolean;
  value(data: ClassData, rows: Int32Array): Computed;
  /** V of the standard error √(V / n) over n rows, from rows whose truth is known; NaN where it cannot be told. */
  variance(data: ClassData, rows: Int32Array, random: Random): number;
}

/** A share of rows: `hits` of those that are `relevant`. */
interface Rate {
  hits(counts: ExpectedCounts): number;
  relevant(counts: ExpectedCounts): number;
}

const PRECISION: Rate = {
  hits: ({ truePositives }) => truePositives,
  relevant: ({ truePositives, falsePositives }) => truePositives + falsePositives,
};
const RECALL: Rate = {
  hits: ({ truePositives }) => truePositives,
  relevant: ({ truePositives, falseNegatives }) => truePositives + falseNegatives,
};
const SPECIFICITY: Rate = {
  hits: ({ trueNegatives }) => trueNegatives,
  relevant: ({ trueNegatives, falsePositives }) => trueNegatives + falsePositives,
};
const F1: Rate = {
  hits: ({ truePositives }) => truePositives,
  relevant: ({ truePositives, falsePositives, falseNegatives }) =>
    truePositives + (falsePositives + falseNegatives) / 2,
};

export const CLASS_METRICS: readonly ClassMetric[] = [
  {
    binary: 'accuracy',
    multiclass: 'accuracy',
    asksScores: false,
    value: accuracy,
    variance(data, rows) {
      const share = accuracy(data, rows);
      return typeof share === 'number' ? share * (1 - share) : Number.NaN;
    },
  },
  fromRate('precision', PRECISION),
  fromRate('recall', RECALL),
  fromRate('f1', F1),
  fromRate('specificity', SPECIFICITY),
  {
    binary: 'roc_auc',
    multiclass: 'roc_auc_ovr',
    asksScores: true,
    value: meanArea('rocAuc'),
    variance({ looked }, rows) {
      const variances = looked.map((each) => rankVariance(orderByScore(each, rows)));
      // NannyML: the classes' errors are not independent, which makes the mean of several a fifth less sure.
      return ofMean(variances) * (looked.length > 1 ? 1.2 ** 2 : 1);
    },
  },
  {
    binary: 'average_precision',
    multiclass: 'average_precision_macro',
    asksScores: true,
    value: meanArea('averagePrecision'),
    variance({ looked }, rows, random) {
      const variances = looked.map((each) => averagePrecisionVariance(each, rows, random));
      return variances.reduce((sum, each) => sum + each, 0) / looked.length;
    },
  },
];

/** The mean over the classes that are looked at. */
function meanArea(key: keyof Areas): ClassMetric['value'] {
  return (data, rows) =>
    meanOf(
      data
        .over(rows)
        .areas()
        .map((areas) => areas[key]),
    );
}

function fromRate(name: string, rate: Rate): ClassMetric {
  return {
    binary: name,
    multiclass: `${name}_macro`,
    asksScores: false,
    value: (data, rows) => rateOf(rate, data.over(rows).looked),
    variance: (data, rows) =>
      ofMean(
        data
          .over(rows)
          .looked.map((counts, _, { length }) =>
            rate === F1
              ? f1Variance(counts, rows.length, length)
              : rateVariance(rate.hits(counts), rate.relevant(counts), rows.length),
          ),
      ),
  };
}

/** Of several classes the mean over those that occur, as true or predicted: scikit-learn without `labels`. */
function rateOf(rate: Rate, counts: readonly ExpectedCounts[]): Computed {
  if (counts.length === 1) {
    const [hits, relevant] = [rate.hits(counts[0]!), rate.relevant(counts[0]!)];
    return relevant > 0 ? hits / relevant : { unavailable: 'no row counts: nothing is of the class' };
  }
  const occur = counts.filter((each) => F1.relevant(each) > 0);
  if (occur.length === 0) return { unavailable: 'there are no rows' };
  return meanOf(occur.map((each) => (rate.relevant(each) > 0 ? rate.hits(each) / rate.relevant(each) : 0)));
}

/** Each row counts with the chance that the class it is given is the true one. */
function accuracy(data: ClassData, rows: Int32Array): Computed {
  if (rows.length === 0) return { unavailable: 'there are no rows' };
  const right = data.over(rows).all.reduce((sum, { truePositives }) => sum + truePositives, 0);
  return right / rows.length;
}

/** F1 as a share of the rows that are of the class or said to be. NannyML leaves the scale out for several classes. */
function f1Variance(counts: ExpectedCounts, rows: number, classes: number): number {
  const { truePositives, falsePositives, falseNegatives } = counts;
  const relevant = truePositives + falsePositives + falseNegatives;
  const scale = classes === 1 ? relevant / F1.relevant(counts) : 1;
  return scale ** 2 * rateVariance(truePositives, relevant, rows);
}

function meanOf(values: readonly Computed[]): Computed {
  let sum = 0;
  for (const value of values) {
    if (typeof value !== 'number') return value;
    sum += value;
  }
  return sum / values.length;
}

/** Of the mean of independent numbers. */
function ofMean(variances: readonly number[]): number {
  return variances.reduce((sum, each) => sum + each, 0) / variances.length ** 2;
}
