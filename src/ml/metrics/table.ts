// The table of metrics: names (as scikit-learn's scorers, without `neg_`), aliases, which way is better, what they need.
import { suggest } from '../../util/suggest.ts';
import { averagePrecision } from './average-precision.ts';
import { expectedCalibrationError, maximumCalibrationError } from './calibration-error.ts';
import { type ConfusionMatrix, confusionOf } from './confusion.ts';
import {
  type ClassificationData,
  type Computed,
  type RegressionData,
  unavailable,
  type Weighed,
} from './data.ts';
import {
  type Average,
  accuracy,
  averaged,
  balancedAccuracy,
  cohenKappa,
  matthews,
  ofClass,
  type PerClass,
} from './from-confusion.ts';
import { brierScore, logLoss } from './probability-loss.ts';
import {
  d2Pinball,
  intervalCoverage,
  intervalCoverageError,
  meanIntervalWidth,
  meanPinballLoss,
} from './quantile-loss.ts';
import { placing, type RankedRows, rankRows } from './ranking.ts';
import {
  d2AbsoluteError,
  explainedVariance,
  maxError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanError,
  meanSquaredError,
  meanSquaredLogError,
  medianAbsoluteError,
  r2,
  rootMeanSquaredError,
  rootMeanSquaredLogError,
  wape,
} from './regression.ts';
import { type RankedFor, type RankedWeighed, rocAuc, rocAucOvr } from './roc-auc.ts';
import { topTwoAccuracy } from './top-two.ts';

export type MetricTask = 'binary' | 'multiclass' | 'regression';

interface Described {
  readonly name: string;
  readonly tasks: readonly MetricTask[];
  /** `zero`: the nearer to 0 the better. */
  readonly better: 'max' | 'min' | 'zero';
  /** Why other rows of the same kind would not tell how far it may be off; absent where they do. */
  readonly noInterval?: string;
}
export type Metric = Described &
  (
    | {
        readonly kind: 'confusion';
        /** Depends on which class is called positive. */
        readonly asksPositive: boolean;
        compute(matrix: ConfusionMatrix, positive: number | null): Computed;
      }
    | {
        readonly kind: 'scores';
        readonly asksPositive: boolean;
        of(data: ClassificationData, rankedFor: RankedFor): RankedWeighed;
      }
    | {
        readonly kind: 'regression';
        /** `value`: of one number a row; of a model of quantiles that is its median. */
        readonly asks: 'value' | 'quantiles';
        of(data: RegressionData): Weighed;
      }
    /** Between the groups of `fairness:`, which measures it. */
    | { readonly kind: 'groups'; readonly asksPositive: boolean }
  );

const CLASSES: readonly MetricTask[] = ['binary', 'multiclass'];
const BINARY: readonly MetricTask[] = ['binary'];

const fromConfusion = (name: string, compute: (matrix: ConfusionMatrix) => Computed): Metric => ({
  name,
  tasks: CLASSES,
  better: 'max',
  kind: 'confusion',
  asksPositive: false,
  compute,
});
const ofPositive = (name: PerClass): Metric => ({
  name,
  tasks: BINARY,
  better: 'max',
  kind: 'confusion',
  asksPositive: true,
  compute: (matrix, positive) =>
    positive === null ? { unavailable: 'no class is positive' } : ofClass(name, matrix, positive),
});
const ofAverage = (which: PerClass, average: Average): Metric =>
  fromConfusion(`${which}_${average}`, (matrix) => averaged(which, average, matrix));
const fromScores = (
  name: string,
  tasks: readonly MetricTask[],
  better: 'max' | 'min',
  asksPositive: boolean,
  of: (data: ClassificationData, rankedFor: RankedFor) => RankedWeighed,
): Metric => ({ name, tasks, better, kind: 'scores', asksPositive, of });
const ofNumbers = (
  name: string,
  better: Metric['better'],
  of: (data: RegressionData) => Weighed,
): Metric => ({ name, tasks: ['regression'], better, kind: 'regression', asks: 'value', of });
const ofQuantiles = (
  name: string,
  better: Metric['better'],
  of: (data: RegressionData) => Weighed,
): Metric => ({ name, tasks: ['regression'], better, kind: 'regression', asks: 'quantiles', of });

const betweenGroups = (name: string, tasks: readonly MetricTask[], better: 'max' | 'min'): Metric => ({
  name,
  tasks,
  better,
  kind: 'groups',
  asksPositive: tasks === BINARY,
});

export const METRICS: readonly Metric[] = [
  fromConfusion('accuracy', accuracy),
  fromConfusion('balanced_accuracy', balancedAccuracy),
  ofPositive('precision'),
  ofPositive('recall'),
  ofPositive('f1'),
  ofPositive('jaccard'),
  ...(['precision', 'recall', 'f1'] as const).flatMap((which) =>
    (['macro', 'micro', 'weighted'] as const).map((average) => ofAverage(which, average)),
  ),
  ofAverage('jaccard', 'macro'),
  ofAverage('jaccard', 'weighted'),
  fromConfusion('matthews_corrcoef', matthews),
  fromConfusion('cohen_kappa', (matrix) => cohenKappa(matrix, 'any')),
  fromConfusion('cohen_kappa_quadratic', (matrix) => cohenKappa(matrix, 'quadratic')),
  // Of two classes the area is the same whichever is positive: false positives and negatives change places.
  fromScores('roc_auc', BINARY, 'max', false, rocAuc),
  fromScores('roc_auc_ovr', ['multiclass'], 'max', false, rocAucOvr),
  fromScores('top_k_accuracy', ['multiclass'], 'max', false, topTwoAccuracy),
  fromScores('average_precision', BINARY, 'max', true, averagePrecision),
  fromScores('log_loss', CLASSES, 'min', false, logLoss),
  fromScores('brier_score', BINARY, 'min', false, brierScore),
  fromScores('expected_calibration_error', CLASSES, 'min', false, expectedCalibrationError),
  fromScores('maximum_calibration_error', CLASSES, 'min', false, maximumCalibrationError),
  ofNumbers('mean_absolute_error', 'min', meanAbsoluteError),
  ofNumbers('mean_squared_error', 'min', meanSquaredError),
  ofNumbers('root_mean_squared_error', 'min', rootMeanSquaredError),
  ofNumbers('mean_squared_log_error', 'min', meanSquaredLogError),
  ofNumbers('root_mean_squared_log_error', 'min', rootMeanSquaredLogError),
  ofNumbers('median_absolute_error', 'min', medianAbsoluteError),
  ofNumbers('mean_absolute_percentage_error', 'min', meanAbsolutePercentageError),
  ofNumbers('r2', 'max', r2),
  ofNumbers('explained_variance', 'max', explainedVariance),
  ofNumbers('d2_absolute_error_score', 'max', d2AbsoluteError),
  {
    ...ofNumbers('max_error', 'min', maxError),
    noInterval: 'the largest of some rows says nothing about the largest of others',
  },
  ofNumbers('mean_error', 'zero', meanError),
  ofNumbers('wape', 'min', wape),
  ...['demographic_parity', 'equal_opportunity', 'equalized_odds'].flatMap((name) => [
    betweenGroups(`${name}_difference`, BINARY, 'min'),
    betweenGroups(`${name}_ratio`, BINARY, 'max'),
  ]),
  betweenGroups('mean_error_difference', ['regression'], 'min'),
  betweenGroups('mean_absolute_error_difference', ['regression'], 'min'),
  ofQuantiles('mean_pinball_loss', 'min', meanPinballLoss),
  ofQuantiles('d2_pinball_score', 'max', d2Pinball),
  ofQuantiles('interval_coverage', 'max', intervalCoverage),
  ofQuantiles('interval_coverage_error', 'zero', intervalCoverageError),
  ofQuantiles('mean_interval_width', 'min', meanIntervalWidth),
];

const DEFAULTS: { readonly [of in MetricTask | 'quantiles']: readonly string[] } = {
  binary: [
    'accuracy',
    'balanced_accuracy',
    'precision',
    'recall',
    'f1',
    'roc_auc',
    'average_precision',
    'log_loss',
    'brier_score',
    'expected_calibration_error',
    'matthews_corrcoef',
  ],
  multiclass: [
    'accuracy',
    'balanced_accuracy',
    'precision_macro',
    'recall_macro',
    'f1_macro',
    'f1_micro',
    'f1_weighted',
    'roc_auc_ovr',
    'log_loss',
    'expected_calibration_error',
    'matthews_corrcoef',
  ],
  regression: [
    'mean_absolute_error',
    'root_mean_squared_error',
    'median_absolute_error',
    'mean_absolute_percentage_error',
    'r2',
    'max_error',
    'mean_error',
    'wape',
  ],
  quantiles: [
    'mean_pinball_loss',
    'd2_pinball_score',
    'interval_coverage',
    'interval_coverage_error',
    'mean_interval_width',
  ],
};

/** Read, never written. */
const ALIASES: { readonly [alias: string]: string } = {
  auc: 'roc_auc',
  auroc: 'roc_auc',
  auprc: 'average_precision',
  brier: 'brier_score',
  brier_score_loss: 'brier_score',
  ece: 'expected_calibration_error',
  logloss: 'log_loss',
  mae: 'mean_absolute_error',
  mape: 'mean_absolute_percentage_error',
  mce: 'maximum_calibration_error',
  mcc: 'matthews_corrcoef',
  mse: 'mean_squared_error',
  pr_auc: 'average_precision',
  rmse: 'root_mean_squared_error',
  rmsle: 'root_mean_squared_log_error',
};

export function defaultMetrics(...of: readonly (keyof typeof DEFAULTS)[]): readonly Metric[] {
  return of.flatMap((each) => DEFAULTS[each].map((name) => METRICS.find((metric) => metric.name === name)!));
}

/**
 * The name under which reports know a metric: aliases resolved, `neg_` and the `_score` of scikit-learn's functions dropped;
 * with a task also `roc_auc` of several classes.
 */
export function metricName(written: string, task?: MetricTask): string {
  const plain = written.replace(/^neg_/, '');
  const short = plain.replace(/_score$/, '');
  const known = METRICS.some((each) => each.name === plain) || !METRICS.some((each) => each.name === short);
  const name = Object.hasOwn(ALIASES, plain) ? ALIASES[plain]! : known ? plain : short;
  return name === 'roc_auc' && task === 'multiclass' ? 'roc_auc_ovr' : name;
}

/** undefined: no such metric, or not for this task. */
export function metricFor(written: string, task?: MetricTask): Metric | undefined {
  const name = metricName(written, task);
  return METRICS.find((each) => each.name === name && (task === undefined || each.tasks.includes(task)));
}

/** What to say of a name that `metricFor` does not know. */
export function metricHelp(written: string, task?: MetricTask): string {
  const names = METRICS.filter((each) => task === undefined || each.tasks.includes(task)).map(
    (each) => each.name,
  );
  const near = suggest(written, [...names, ...Object.keys(ALIASES)]);
  return near ? `did you mean "${near}"?` : `known${task ? ` for ${task}` : ''}: ${names.join(', ')}`;
}

const BY_FAIRNESS = unavailable(
  'it is measured between groups: say which, fairness: {by: […]}, and take it out of metrics:',
);

/** All of `metrics` made ready for the rows: asked once for their values, and once for each replicate of a bootstrap. */
export type Weigh = (weights: Float64Array | null) => ReadonlyMap<string, Computed>;

/** One pass over the rows for the confusion matrix and one sort for each class, however many metrics ask for it. */
export function weighClassification(metrics: readonly Metric[], data: ClassificationData): Weigh {
  const ranked = new Map<number, RankedRows>();
  const rankedFor: RankedFor = (label) => {
    const known = ranked.get(label) ?? rankRows(data.truth, data.scores!, data.classes, label);
    ranked.set(label, known);
    return known;
  };
  const ready = metrics.map((metric) => {
    if (metric.kind === 'regression') throw new Error(`BUG: ${metric.name} is not for classes`);
    if (metric.kind === 'groups') return { metric, weighed: BY_FAIRNESS };
    return { metric, weighed: metric.kind === 'scores' ? metric.of(data, rankedFor) : null };
  });
  const counts = metrics.some(({ kind }) => kind === 'confusion');
  const placed = placing();
  return (weights) => {
    const byPlace = placed(weights);
    const matrix = counts ? confusionOf({ ...data, weights }) : null;
    return new Map(
      ready.map(({ metric, weighed }) => [
        metric.name,
        metric.kind === 'confusion' ? metric.compute(matrix!, data.positive) : weighed!(weights, byPlace),
      ]),
    );
  };
}

const NO_MEDIAN = unavailable('the model gives no 0.5-quantile, so no value of its own');

export function weighRegression(metrics: readonly Metric[], data: RegressionData): Weigh {
  const ready = metrics.map((metric) => {
    if (metric.kind === 'groups') return [metric.name, BY_FAIRNESS] as const;
    if (metric.kind !== 'regression') throw new Error(`BUG: ${metric.name} is not for numbers`);
    const told = metric.asks === 'quantiles' || (data.quantiles?.hasMedian ?? true);
    return [metric.name, told ? metric.of(data) : NO_MEDIAN] as const;
  });
  return (weights) => new Map(ready.map(([name, weighed]) => [name, weighed(weights)]));
}

export function computeClassification(
  metrics: readonly Metric[],
  data: ClassificationData,
): ReadonlyMap<string, Computed> {
  return weighClassification(metrics, data)(data.weights);
}

export function computeRegression(
  metrics: readonly Metric[],
  data: RegressionData,
): ReadonlyMap<string, Computed> {
  return weighRegression(metrics, data)(data.weights);
}
