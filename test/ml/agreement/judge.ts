// Calibration, curves, the best threshold and groups, beside torchmetrics, netcal, scikit-learn, fairlearn and scipy.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/core/json.ts';
import { decideReport } from '../../../src/ml/evaluate/decide.ts';
import { picturesOf } from '../../../src/ml/evaluate/details.ts';
import { measureClasses } from '../../../src/ml/evaluate/fairness-measures.ts';
import { evaluateOptionsOf } from '../../../src/ml/evaluate/options.ts';
import type { Curve, Mapping } from '../../../src/ml/evaluate/report.ts';
import {
  expectedCalibrationError,
  maximumCalibrationError,
} from '../../../src/ml/metrics/calibration-error.ts';
import type { Binning, ClassificationData } from '../../../src/ml/metrics/data.ts';
import { binRows, confidencesOf, reliabilityBins } from '../../../src/ml/metrics/reliability.ts';
import { wilson } from '../../../src/ml/stats/wilson.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { type Agreement, agreementOf, type Compared } from './agreement.ts';

const FIXTURE = join(import.meta.dirname, '../../../fixtures/ml/judge/judge.json');

interface Binary {
  readonly truth: readonly number[];
  /** Of class 1. */
  readonly scores: readonly number[];
  readonly weights?: readonly number[] | null;
}
interface Errors {
  readonly bins: number;
  readonly expected: number;
  readonly maximum: number;
}
interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly thresholds: readonly (number | null)[];
}
interface Fixture {
  readonly 'scikit-learn': string;
  readonly torchmetrics: string;
  readonly netcal: string;
  readonly fairlearn: string;
  readonly scipy: string;
  readonly calibration: readonly (Binary & {
    readonly errors: readonly Errors[];
    readonly curves: readonly (Binning & {
      readonly share: readonly number[];
      readonly score: readonly number[];
    })[];
  })[];
  readonly top_label: readonly (Binary & { readonly classes: number; readonly errors: readonly Errors[] })[];
  readonly curves: readonly (Binary & { readonly roc: Points; readonly pr: Points })[];
  readonly decide: readonly (Binary & {
    readonly best: readonly { readonly decide: JsonObject; readonly value: number }[];
  })[];
  readonly fairness: readonly {
    readonly truth: readonly number[];
    readonly predicted: readonly number[];
    readonly group: readonly number[];
    readonly weights: readonly number[] | null;
    readonly by_group: { readonly [rate: string]: readonly number[] };
    readonly between: { readonly [metric: string]: number };
  }[];
  readonly wilson: readonly {
    readonly k: number;
    readonly n: number;
    readonly low: number;
    readonly high: number;
  }[];
}

export async function agreements(): Promise<readonly Agreement[]> {
  const fixture = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Fixture;
  const row = (
    subject: string,
    tool: 'scikit-learn' | 'torchmetrics' | 'netcal' | 'fairlearn' | 'scipy',
    compared: Compared[],
  ) =>
    agreementOf(
      {
        part: 'evaluate: judging',
        subject,
        tool: `${tool} ${fixture[tool]}`,
        script: 'fixtures/ml/judge/make.py',
        tolerance: 1e-9,
        measure: 'absolute',
      },
      compared,
    );
  return [
    row('`expected_calibration_error`, two classes', 'torchmetrics', errors(fixture, 'expected')),
    row('`maximum_calibration_error`, two classes', 'torchmetrics', errors(fixture, 'maximum')),
    row('`expected_calibration_error`, several classes', 'netcal', topErrors(fixture, 'expected')),
    row('`maximum_calibration_error`, several classes', 'netcal', topErrors(fixture, 'maximum')),
    row('calibration curve, bins of equal width', 'scikit-learn', calibrationCurves(fixture, 'width')),
    row('calibration curve, bins of equal count', 'scikit-learn', calibrationCurves(fixture, 'count')),
    row('interval of a bin (Wilson)', 'scipy', wilsons(fixture)),
    row('ROC curve, at its thresholds', 'scikit-learn', curves(fixture, 'roc')),
    row('precision-recall curve, at its thresholds', 'scikit-learn', curves(fixture, 'pr')),
    row('what the best threshold gives', 'scikit-learn', decisions(fixture)),
    row('rates of each group', 'fairlearn', groupRates(fixture)),
    ...Object.keys(fixture.fairness[0]!.between).map((name) =>
      row(`\`${name}\``, 'fairlearn', betweenGroups(fixture, name)),
    ),
  ];
}

function dataOf({ truth, scores, weights }: Binary): ClassificationData & { readonly positive: number } {
  return {
    truth: Int32Array.from(truth),
    predicted: Int32Array.from(scores, (score) => (score > 0.5 ? 1 : 0)),
    classes: 2,
    positive: 1,
    scores: Float64Array.from(scores.flatMap((score) => [1 - score, score])),
    probabilities: true,
    weights: weights ? Float64Array.from(weights) : null,
  };
}

const computed = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);
const ERROR = { expected: expectedCalibrationError, maximum: maximumCalibrationError };

function errors({ calibration }: Fixture, which: keyof typeof ERROR): Compared[] {
  return calibration.flatMap((each) =>
    each.errors.map(({ bins, [which]: theirs }) => ({
      ours: computed(ERROR[which]({ ...dataOf(each), binning: { bins, by: 'width' } })(null)),
      theirs,
    })),
  );
}

function topErrors({ top_label }: Fixture, which: keyof typeof ERROR): Compared[] {
  return top_label.flatMap(({ truth, scores, classes, errors: all }) =>
    all.map(({ bins, [which]: theirs }) => ({
      ours: computed(
        ERROR[which]({
          truth: Int32Array.from(truth),
          predicted: new Int32Array(truth.length),
          classes,
          positive: null,
          scores: Float64Array.from(scores),
          probabilities: true,
          weights: null,
          binning: { bins, by: 'width' },
        })(null),
      ),
      theirs,
    })),
  );
}

function calibrationCurves({ calibration }: Fixture, by: Binning['by']): Compared[] {
  return calibration.flatMap((each) =>
    each.curves
      .filter((curve) => curve.by === by)
      .flatMap(({ bins, share, score }) => {
        const ours = reliabilityBins(binRows(confidencesOf(dataOf(each), 1), { bins, by }), null);
        return [
          { ours: ours.length, theirs: share.length },
          ...ours.flatMap((bin, at) => [
            { ours: bin.share, theirs: share[at] ?? Number.NaN },
            { ours: bin.score, theirs: score[at] ?? Number.NaN },
          ]),
        ];
      }),
  );
}

function wilsons({ wilson: cases }: Fixture): Compared[] {
  return cases.flatMap(({ k, n, low, high }) => {
    const ours = wilson(k / n, n);
    return [
      { ours: ours[0], theirs: low },
      { ours: ours[1], theirs: high },
    ];
  });
}

/** Every point of ours is one of theirs, with its threshold; and where theirs are few, none is left out. */
function curves({ curves: cases }: Fixture, which: 'roc' | 'pr'): Compared[] {
  return cases.flatMap((each) => {
    const curve = picturesOf({ kind: 'classes', data: dataOf(each) }, ['no', 'yes'])[which][0]!;
    const distinct = new Set(each.scores).size;
    return [
      ...(distinct <= 200 ? [{ ours: curve.x.length, theirs: distinct + 1 }] : []),
      ...curve.thresholds!.flatMap((threshold, at) => pointPairs(curve, each[which], threshold, at)),
    ];
  });
}

function pointPairs(ours: Curve, theirs: Points, threshold: number | null, at: number): Compared[] {
  if (threshold === null) return [];
  const found = theirs.thresholds.indexOf(threshold);
  return [
    { ours: ours.x[at]!, theirs: theirs.x[found] ?? Number.NaN },
    { ours: ours.y[at]!, theirs: theirs.y[found] ?? Number.NaN },
  ];
}

function decisions({ decide }: Fixture): Compared[] {
  return decide.flatMap((each) =>
    each.best.map(({ decide: rule, value }) => {
      const options = evaluateOptionsOf({
        data: 'd.csv',
        target: 'y',
        decide: rule,
        intervals: { replicates: 0 },
      });
      const mapping = { positive: 1, positive_from: 'option', threshold: null } as Mapping;
      const report = decideReport({ kind: 'classes', data: dataOf(each) }, mapping, options);
      return { ours: report?.chosen?.value ?? Number.NaN, theirs: value };
    }),
  );
}

function measured({ truth, predicted, group, weights }: Fixture['fairness'][number]) {
  const groups = Array.from({ length: Math.max(...group) + 1 }, (_, k) => ({
    rows: Int32Array.from(group.flatMap((each, row) => (each === k ? [row] : []))),
  }));
  const data: ClassificationData = {
    ...dataOf({ truth, scores: truth, weights }),
    predicted: Int32Array.from(predicted),
  };
  return measureClasses(data, groups, { replicates: 0, level: 0.95, random: randomFrom(0) });
}

function groupRates({ fairness }: Fixture): Compared[] {
  return fairness.flatMap((each) => {
    const { groups } = measured(each);
    return Object.entries(each.by_group).flatMap(([rate, values]) =>
      values.map((theirs, at) => ({ ours: groups[at]!.metrics[rate] ?? Number.NaN, theirs })),
    );
  });
}

function betweenGroups({ fairness }: Fixture, name: string): Compared[] {
  return fairness.map((each) => ({
    ours: measured(each).metrics[name] ?? Number.NaN,
    theirs: each.between[name]!,
  }));
}
