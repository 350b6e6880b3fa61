// What an evaluation says: `reports/<stage>.json` (mlops.evaluate/1) and its details (mlops.evaluate.details/1).
// No rows, no time, no machine. Numbers have 12 significant digits; one that could not be computed is null.
import type { Finding } from '../../core/finding.ts';

export type Task = 'binary' | 'multiclass' | 'regression';
/** A class as the model spells it: text, or a whole number. */
export type Label = string | number;

export interface DataRecord {
  readonly path: string;
  readonly sha256: string;
  readonly where?: string;
  readonly rows: number;
  readonly used: number;
  readonly dropped: { readonly missing_target: number; readonly missing_feature: number };
}

export interface InputMapping {
  readonly name: string;
  readonly dtype: string;
  readonly columns: readonly string[];
  readonly from: 'option' | 'name' | 'metadata' | 'file-order';
}

export type LabelsFrom = 'option' | 'model' | 'metadata' | 'target-range' | 'predictions';

export interface Mapping {
  readonly target: string;
  readonly weight: string | null;
  readonly inputs: readonly InputMapping[];
  readonly labels: readonly Label[] | null;
  readonly labels_from: LabelsFrom | null;
  readonly positive: Label | null;
  readonly positive_from: 'option' | 'convention' | 'guess' | null;
  readonly threshold: number | null;
  readonly scores: { readonly output: string; readonly kind: ScoreKind } | null;
  readonly value: {
    readonly output: string;
    readonly column: number;
    /** What the columns of the output are quantiles of; null of a value. */
    readonly quantiles?: readonly number[] | null;
  } | null;
  /** Share of rows where the model's own label is the one derived from its scores; null when it gives only one of them. */
  readonly label_output_agreement: number | null;
}

/** `unknown`: neither probabilities nor declared; good for ranking, not for log loss, Brier score or calibration. */
export type ScoreKind = 'probability' | 'logit' | 'margin' | 'unknown';

export type MetricValues = { readonly [name: string]: number | null };
/** [low, high]; null where there is none. */
export type MetricIntervals = { readonly [name: string]: readonly [number, number] | null };

export interface Difference {
  readonly value: number;
  readonly interval: readonly [number, number] | null;
  /** Share of the replicates in which the first is better, ties half. */
  readonly probability_better: number | null;
}
export type MetricDifferences = { readonly [metric: string]: Difference };

/** Another model on the same rows. */
export interface Against {
  readonly metrics: MetricValues;
  /** This model − the other, from the same replicates of rows; sizes are compared where 0 is best. */
  readonly differences: MetricDifferences;
}

export interface ModelRecord {
  readonly path: string;
  readonly sha256: string;
  readonly external: readonly { readonly path: string; readonly sha256: string }[];
}

/** A test whether two models differ at all; small p: chance alone seldom makes them differ so. */
export interface PairedTests {
  /** Of rows that only one of them gets right: exact binomial test, McNemar 1947. null for weighted rows. */
  readonly mcnemar: { readonly only_this: number; readonly only_baseline: number; readonly p: number } | null;
  /** Of areas under the ROC curve: DeLong, DeLong and Clarke-Pearson 1988. null for other tasks and weighted rows. */
  readonly delong: { readonly standard_error: number; readonly z: number; readonly p: number } | null;
}

export interface BaselineModel extends Against {
  readonly model: ModelRecord;
  readonly tests: PairedTests;
}

/** What predicted quantiles are worth, each and together. */
export interface QuantilesRecord {
  readonly levels: readonly {
    readonly quantile: number;
    readonly pinball_loss: number;
    /** Of rows not above what was predicted; the quantile itself if the model is right. */
    readonly share_below: number;
    readonly interval: readonly [number, number] | null;
  }[];
  /** Share of rows whose quantiles are not in order. */
  readonly crossing: number;
}

export interface ClassRecord {
  readonly label: Label;
  readonly support: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

export interface Confusion {
  readonly labels: readonly Label[];
  /** Counts of rows, or sums of weights. */
  readonly true_by_predicted: readonly (readonly number[])[];
}

export type SliceKey = { readonly [column: string]: string | number | boolean | null };

export interface SliceRecord {
  /** `where`: an expression, or the name it was given. */
  readonly by: SliceKey;
  /** The expression behind a name. */
  readonly where?: string;
  readonly rows: number;
  readonly status: 'pass' | 'skipped';
  readonly metrics: MetricValues;
  readonly intervals?: MetricIntervals;
  readonly baseline?: Against | null;
}

export interface EvaluateReport {
  readonly schema: 'mlops.evaluate/1';
  readonly stage: string;
  readonly task: Task;
  readonly inputs: {
    readonly model: ModelRecord | null;
    readonly predictions: { readonly path: string | null; readonly sha256: string | null } | null;
    readonly data: DataRecord;
  };
  readonly mapping: Mapping;
  readonly metrics: MetricValues;
  /** null where `intervals_method.without` says why. */
  readonly intervals: MetricIntervals;
  readonly intervals_method: {
    /** Cells of the confusion matrix are drawn where only they matter, else rows; `poisson-bootstrap`: some of each. */
    readonly method:
      | 'poisson-bootstrap'
      | 'poisson-bootstrap-of-confusion'
      | 'poisson-bootstrap-of-rows'
      | 'none';
    readonly replicates: number;
    /** Fewer than `replicates` of many rows; under 200 the interval is the value ± t standard deviations. */
    readonly row_replicates?: number | null;
    /** The same of slices, which share their draws. */
    readonly slice_row_replicates?: number | null;
    readonly level: number;
    readonly seed: number;
    readonly without: string | null;
  };
  readonly unavailable: { readonly [metric: string]: string };
  readonly classes: readonly ClassRecord[];
  readonly confusion: Confusion | null;
  readonly slices: readonly SliceRecord[];
  /** Slices beyond `max_slices`, and those with too few rows to be named. */
  readonly slices_left_out: { readonly beyond_max: number; readonly too_small_to_name: number };
  /** Other data for the same model, such as what it learned from. */
  readonly compare: {
    readonly data: DataRecord;
    readonly metrics: MetricValues;
    readonly intervals?: MetricIntervals;
    /** `data` − `compare`. */
    readonly gaps?: MetricDifferences;
  } | null;
  readonly baseline_model?: BaselineModel | null;
  readonly quantiles?: QuantilesRecord | null;
  /** Parts that reports of an older version lack. */
  readonly calibration?: CalibrationReport | null;
  readonly decide?: DecideReport | null;
  readonly weak_segments?: WeakSegmentsReport | null;
  readonly fairness?: FairnessReport | null;
  readonly findings: readonly Finding[];
}

type Range = readonly [number, number];

/** Distance between scores and the shares that they promise, over bins of the score. */
interface CalibrationErrors {
  /** Mean over the bins, by weight; and the largest. */
  readonly expected: number;
  readonly maximum: number;
}
export interface CalibrationReport extends CalibrationErrors {
  readonly bins: number;
  readonly by: 'width' | 'count';
  /** Whose score: that of the positive class, or the highest of each row. */
  readonly of: 'positive' | 'top label';
  readonly classes: readonly (CalibrationErrors & { readonly label: Label })[];
}

/** What a threshold gives. */
export interface ThresholdOutcome {
  /** Positive from this score on. null: no score is high enough; or, of `now`, that the higher of both scores decides. */
  readonly threshold: number | null;
  readonly rows: number;
  /** null where no row is flagged, or none is positive. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly false_positive_rate: number | null;
  /** Share of rows that are called positive. */
  readonly flagged: number;
  /** What `measure` names. */
  readonly value: number | null;
  /** Poisson bootstrap with the threshold held fast. */
  readonly intervals: {
    readonly precision: Range | null;
    readonly recall: Range | null;
    readonly flagged: Range | null;
    readonly value: Range | null;
  };
}

export interface DecideReport {
  /** In words: `least cost, 1 a false positive and 5 a false negative`. */
  readonly rule: string;
  readonly positive: Label;
  /** `cost_per_row`, or the metric that is made large. */
  readonly measure: string;
  /** How rows are decided now. */
  readonly now: ThresholdOutcome;
  /** The best threshold for these rows, and what it gives on them: flattered. null with a `reason`. */
  readonly chosen: ThresholdOutcome | null;
  readonly reason: string | null;
  /** Chosen on a half of the rows, measured on the other: what to expect. */
  readonly confirmed: ThresholdOutcome | null;
}

export interface WeakSegment {
  /** As `slices: [{where: …}]` takes it. */
  readonly where: string;
  /** Of all rows. */
  readonly rows: number;
  readonly share: number;
  /** On the rows that found it. */
  readonly found: number;
  /** On the held-out rows: the value that counts. */
  readonly held_out: { readonly rows: number; readonly value: number; readonly interval: Range };
  /** The interval is clear of the value of all held-out rows. */
  readonly weak: boolean;
}
export interface WeakSegmentsReport {
  /** `accuracy`, `log_loss` or `mean_absolute_error`. */
  readonly measure: string;
  readonly better: 'max' | 'min';
  /** Of all held-out rows. */
  readonly overall: number;
  readonly rows: { readonly searched: number; readonly held_out: number };
  readonly columns: readonly string[];
  /** Columns that were not searched, and why. */
  readonly skipped: { readonly [column: string]: string };
  /** Of each interval: 95 % over all segments together. */
  readonly level: number;
  readonly segments: readonly WeakSegment[];
}

/** Of classes; of numbers `mean_error` and `mean_absolute_error` instead of the rates. */
export interface FairnessGroup {
  readonly value: SliceKey[string];
  readonly rows: number;
  readonly metrics: MetricValues;
  readonly intervals: { readonly [metric: string]: Range | null };
}
export interface FairnessReport {
  readonly by: readonly {
    readonly column: string;
    readonly groups: readonly FairnessGroup[];
    /** Differences and ratios between the groups. */
    readonly metrics: MetricValues;
    readonly intervals: { readonly [metric: string]: Range | null };
    /** Groups of too few rows, not compared. */
    readonly skipped: number;
  }[];
}

export interface Curve {
  /** The class against all others. */
  readonly label: Label;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** What each point is of: rows with this score or more. null before the highest score. Absent in older details. */
  readonly thresholds?: readonly (number | null)[];
}

export interface CalibrationBin {
  readonly count: number;
  /** Mean score, and share that was true. */
  readonly score: number;
  readonly share: number;
  /** 95 % of the share, by Wilson. Absent in older details. */
  readonly interval?: readonly [number, number];
}

export interface Histogram {
  /** One more than counts. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

export interface EvaluateDetails {
  readonly schema: 'mlops.evaluate.details/1';
  readonly stage: string;
  readonly task: Task;
  /** x = false positive rate, y = true positive rate. At most 200 points, 10 classes. */
  readonly roc: readonly Curve[];
  /** x = recall, y = precision. */
  readonly pr: readonly Curve[];
  /** Bins of the score of each class, as `calibration` of the options says; only for probabilities. */
  readonly calibration: readonly { readonly label: Label; readonly bins: readonly CalibrationBin[] }[];
  /** Of several classes: the highest score of each row, and whether that class was right. */
  readonly calibration_top?: readonly CalibrationBin[] | null;
  /** The score of `label`, for the rows that are of that class and for the others. */
  readonly scores: readonly { readonly label: Label; readonly of: Histogram; readonly others: Histogram }[];
  readonly regression: {
    readonly residuals: Histogram;
    /** Twenty groups of rows by predicted value: mean predicted, mean true, rows. */
    readonly by_prediction: readonly {
      readonly predicted: number;
      readonly actual: number;
      readonly count: number;
    }[];
  } | null;
}
