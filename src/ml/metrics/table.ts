// The table of metrics: names (as scikit-learn's scorers, without `neg_`), aliases, which way is better, what they need.
import { suggest } from '../../util/suggest.ts';
import { averagePrecision } from './average-precision.ts';
import { expectedCalibrationError, maximumCalibrationError } from './calibration-error.ts';
import { type ConfusionMatrix, confusionOf } from './confusion.ts';
import type { ClassificationData, Computed, RegressionData } from './data.ts';
import {
  type Average,
  accuracy,
  averaged,
  balancedAccuracy,
  matthews,
  ofClass,
  type PerClass,
} from './from-confusion.ts';
import { brierScore, logLoss } from './probability-loss.ts';
import {
  maxError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanError,
  meanSquaredError,
  medianAbsoluteError,
  r2,
  rootMeanSquaredError,
  wape,
} from './regression.ts';
import { rocAuc, rocAucOvr } from './roc-auc.ts';

export type MetricTask = 'binary' | 'multiclass' | 'regression';

interface Described {
  readonly name: string;
  readonly tasks: readonly MetricTask[];
  /** `zero`: the nearer to 0 the better. */
  readonly better: 'max' | 'min' | 'zero';
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
        compute(data: ClassificationData): Computed;
      }
    | { readonly kind: 'regression'; compute(data: RegressionData): Computed }
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
  compute: (data: ClassificationData) => Computed,
): Metric => ({ name, tasks, better, kind: 'scores', asksPositive, compute });
const ofNumbers = (
  name: string,
  better: Metric['better'],
  compute: (data: RegressionData) => Computed,
): Metric => ({ name, tasks: ['regression'], better, kind: 'regression', compute });

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
  ...(['precision', 'recall', 'f1'] as const).flatMap((which) =>
    (['macro', 'micro', 'weighted'] as const).map((average) => ofAverage(which, average)),
  ),
  fromConfusion('matthews_corrcoef', matthews),
  // Of two classes the area is the same whichever is positive: false positives and negatives change places.
  fromScores('roc_auc', BINARY, 'max', false, rocAuc),
  fromScores('roc_auc_ovr', ['multiclass'], 'max', false, rocAucOvr),
  fromScores('average_precision', BINARY, 'max', true, averagePrecision),
  fromScores('log_loss', CLASSES, 'min', false, logLoss),
  fromScores('brier_score', BINARY, 'min', false, brierScore),
  fromScores('expected_calibration_error', CLASSES, 'min', false, expectedCalibrationError),
  fromScores('maximum_calibration_error', CLASSES, 'min', false, maximumCalibrationError),
  ofNumbers('mean_absolute_error', 'min', meanAbsoluteError),
  ofNumbers('mean_squared_error', 'min', meanSquaredError),
  ofNumbers('root_mean_squared_error', 'min', rootMeanSquaredError),
  ofNumbers('median_absolute_error', 'min', medianAbsoluteError),
  ofNumbers('mean_absolute_percentage_error', 'min', meanAbsolutePercentageError),
  ofNumbers('r2', 'max', r2),
  ofNumbers('max_error', 'min', maxError),
  ofNumbers('mean_error', 'zero', meanError),
  ofNumbers('wape', 'min', wape),
  ...['demographic_parity', 'equal_opportunity', 'equalized_odds'].flatMap((name) => [
    betweenGroups(`${name}_difference`, BINARY, 'min'),
    betweenGroups(`${name}_ratio`, BINARY, 'max'),
  ]),
  betweenGroups('mean_error_difference', ['regression'], 'min'),
  betweenGroups('mean_absolute_error_difference', ['regression'], 'min'),
];

const DEFAULTS: { readonly [task in MetricTask]: readonly string[] } = {
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
};

/** Read, never written. */
const ALIASES: { readonly [alias: string]: string } = {
  auc: 'roc_auc',
  brier: 'brier_score',
  ece: 'expected_calibration_error',
  mae: 'mean_absolute_error',
  mape: 'mean_absolute_percentage_error',
  mce: 'maximum_calibration_error',
  mcc: 'matthews_corrcoef',
  mse: 'mean_squared_error',
  rmse: 'root_mean_squared_error',
};

export function defaultMetrics(task: MetricTask): readonly Metric[] {
  return DEFAULTS[task].map((name) => METRICS.find((each) => each.name === name)!);
}

/** The name under which reports know a metric: aliases resolved, `neg_` dropped; with a task also `roc_auc` of several classes. */
export function metricName(written: string, task?: MetricTask): string {
  const plain = written.replace(/^neg_/, '');
  const name = Object.hasOwn(ALIASES, plain) ? ALIASES[plain]! : plain;
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

const BY_FAIRNESS: Computed = {
  unavailable: 'it is measured between groups: say which, fairness: {by: […]}, and take it out of metrics:',
};

/** One pass over the rows for the confusion matrix, however many metrics ask for it. */
export function computeClassification(
  metrics: readonly Metric[],
  data: ClassificationData,
): ReadonlyMap<string, Computed> {
  const matrix = confusionOf(data);
  return new Map(
    metrics.map((metric) => {
      if (metric.kind === 'groups') return [metric.name, BY_FAIRNESS];
      if (metric.kind === 'regression') throw new Error(`BUG: ${metric.name} is not for classes`);
      return [
        metric.name,
        metric.kind === 'confusion' ? metric.compute(matrix, data.positive) : metric.compute(data),
      ];
    }),
  );
}

export function computeRegression(
  metrics: readonly Metric[],
  data: RegressionData,
): ReadonlyMap<string, Computed> {
  return new Map(
    metrics.map((metric) => {
      if (metric.kind === 'groups') return [metric.name, BY_FAIRNESS];
      if (metric.kind !== 'regression') throw new Error(`BUG: ${metric.name} is not for numbers`);
      return [metric.name, metric.compute(data)];
    }),
  );
}
