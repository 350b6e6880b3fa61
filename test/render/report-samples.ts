// Reports small enough to read, with every part that a page can show. Numbers are the demo's in shape, not in truth.

import type {
  ColumnReport,
  DriftDetails,
  DriftReport,
  Estimate,
  EstimateSummary,
  EvaluateDetails,
  EvaluateReport,
  GatesResult,
  ThresholdOutcome,
} from '../../src/render/report/types.ts';
import { ERRORS, MULTIVARIATE } from './multivariate-sample.ts';

const sha = (digit: string): string => digit.repeat(64);
const steps = (count: number): number[] => Array.from({ length: count + 1 }, (_, at) => at / count);

/** @param against the baseline's accuracy, the difference and its interval */
function slice(
  weather: number,
  rows: number,
  accuracy: number,
  interval: readonly [number, number],
  against: readonly [number, number, number, number],
): EvaluateReport['slices'][number] {
  const [was, value, low, high] = against;
  const differences = { accuracy: { value, interval: [low, high] as const, probability_better: null } };
  return {
    by: { weather },
    rows,
    status: 'pass',
    metrics: { accuracy },
    intervals: { accuracy: interval },
    baseline: { metrics: { accuracy: was }, differences },
  };
}
const outcome = (threshold: number | null, value: number, rows: number): ThresholdOutcome => ({
  threshold,
  rows,
  precision: 0.71,
  recall: 0.948,
  false_positive_rate: 0.127,
  flagged: 0.331,
  value,
  intervals: {
    precision: [0.68, 0.73],
    recall: null,
    flagged: [0.31, 0.35],
    value: [value - 0.02, value + 0.02],
  },
});
const rates = (selected: number) => ({
  metrics: {
    selection_rate: selected,
    true_positive_rate: 0.9,
    false_positive_rate: 0.08,
    precision: null,
    base_rate: 0.24,
  },
  intervals: { selection_rate: [selected - 0.02, selected + 0.02] as const },
});

export const EVALUATION: EvaluateReport = {
  schema: 'mlops.evaluate/1',
  stage: 'judge',
  task: 'binary',
  inputs: {
    model: { path: 'models/busy.onnx', sha256: sha('9'), external: [] },
    predictions: null,
    data: {
      path: 'data/holdout.csv',
      sha256: sha('4'),
      rows: 2163,
      used: 2160,
      dropped: { missing_target: 3, missing_feature: 0 },
    },
  },
  mapping: {
    target: 'busy',
    weight: null,
    inputs: [
      {
        name: 'X',
        dtype: 'float32',
        columns: ['hr', 'weekday', 'workingday', 'holiday', 'season', 'temp', 'humidity', 'wind', 'weather'],
        from: 'metadata',
      },
    ],
    labels: ['no', 'yes'],
    labels_from: 'model',
    positive: 'yes',
    positive_from: 'option',
    threshold: null,
    scores: { output: 'probabilities', kind: 'probability' },
    value: null,
    label_output_agreement: 1,
  },
  metrics: {
    accuracy: 0.918169209431,
    average_precision: 0.903774253443,
    balanced_accuracy: 0.9093,
    brier_score: 0.0591,
    f1: 0.843777581642,
    log_loss: 0.286801220148,
    matthews_corrcoef: 0.7907,
    precision: 0.8007,
    recall: 0.8918,
    roc_auc: 0.964076360667,
  },
  intervals: {
    accuracy: [0.9066, 0.9297],
    f1: [0.8205, 0.8661],
    log_loss: [0.2611, 0.3122],
    precision: [0.7683, 0.831],
    roc_auc: [0.9561, 0.9712],
  },
  intervals_method: {
    method: 'poisson-bootstrap',
    replicates: 1000,
    row_replicates: 400,
    slice_row_replicates: 1000,
    level: 0.95,
    seed: 0,
    without: null,
  },
  unavailable: { expected_cost: 'no costs were given' },
  classes: [
    { label: 'no', support: 1627, precision: 0.963, recall: 0.9269, f1: 0.9446 },
    { label: 'yes', support: 536, precision: 0.8007, recall: 0.8918, f1: 0.8438 },
  ],
  confusion: {
    labels: ['no', 'yes'],
    true_by_predicted: [
      [1508, 119],
      [58, 478],
    ],
  },
  slices: [
    slice(1, 1410, 0.9241, [0.9107, 0.9376], [0.9113, 0.0128, 0.0021, 0.0241]),
    slice(2, 561, 0.9109, [0.8859, 0.9323], [0.9073, 0.0036, -0.0125, 0.0193]),
    slice(3, 189, 0.8051, [0.7407, 0.8571], [0.8571, -0.052, -0.0952, -0.0106]),
    { by: { weather: 4 }, rows: 3, status: 'skipped', metrics: {} },
  ],
  slices_left_out: { beyond_max: 0, too_small_to_name: 1 },
  compare: {
    data: {
      path: 'data/train.csv',
      sha256: sha('7'),
      rows: 8645,
      used: 8645,
      dropped: { missing_target: 0, missing_feature: 0 },
    },
    metrics: { accuracy: 0.9561, log_loss: 0.1403, roc_auc: 0.9893 },
    intervals: { accuracy: [0.9517, 0.9604], log_loss: [0.1333, 0.1476], roc_auc: [0.9875, 0.991] },
    gaps: {
      accuracy: { value: -0.0379, interval: [-0.0502, -0.0258], probability_better: 0 },
      log_loss: { value: 0.1465, interval: [0.1199, 0.1731], probability_better: 0 },
      roc_auc: { value: -0.0252, interval: [-0.0333, -0.0178], probability_better: 0 },
    },
  },
  baseline_model: {
    model: { path: 'models/last.onnx', sha256: sha('3'), external: [] },
    metrics: { accuracy: 0.9079, f1: 0.8302, log_loss: 0.2817, roc_auc: 0.9606 },
    differences: {
      accuracy: { value: 0.0103, interval: [0.0018, 0.0187], probability_better: 0.991 },
      f1: { value: 0.0136, interval: [-0.0021, 0.0291], probability_better: 0.954 },
      log_loss: { value: 0.0051, interval: [-0.0102, 0.0197], probability_better: 0.257 },
      roc_auc: { value: 0.0035, interval: [0.0004, 0.0069], probability_better: 0.986 },
    },
    tests: {
      mcnemar: { only_this: 58, only_baseline: 36, p: 0.0295 },
      delong: { standard_error: 0.0017, z: 2.06, p: 0.0394 },
    },
  },
  calibration: {
    bins: 10,
    by: 'width',
    of: 'positive',
    expected: 0.0213,
    maximum: 0.0781,
    classes: [{ label: 'yes', expected: 0.0213, maximum: 0.0781 }],
  },
  decide: {
    rule: 'least cost, 1 a false positive, 5 a false negative',
    positive: 'yes',
    measure: 'cost_per_row',
    now: outcome(null, 0.2463, 2160),
    chosen: outcome(0.21, 0.1917, 2160),
    reason: null,
    confirmed: outcome(0.24, 0.2065, 1080),
  },
  weak_segments: {
    measure: 'accuracy',
    better: 'max',
    overall: 0.917,
    rows: { searched: 1080, held_out: 1080 },
    columns: ['hr', 'temp', 'weather'],
    skipped: { ride: 'it is like an id' },
    level: 0.975,
    segments: [
      {
        where: "temp <= 12.3 and weather in ('rain', 'snow')",
        rows: 412,
        share: 0.191,
        found: 0.69,
        held_out: { rows: 206, value: 0.7087, interval: [0.63, 0.7816] },
        weak: true,
      },
      {
        where: 'temp > 12.3 and hr > 18',
        rows: 300,
        share: 0.139,
        found: 0.89,
        held_out: { rows: 149, value: 0.906, interval: [0.852, 0.953] },
        weak: false,
      },
    ],
  },
  fairness: {
    by: [
      {
        column: 'region',
        groups: [
          { value: 'north', rows: 1400, ...rates(0.3) },
          { value: 'south', rows: 740, ...rates(0.21) },
        ],
        metrics: { demographic_parity_difference: 0.09, demographic_parity_ratio: 0.7 },
        intervals: { demographic_parity_difference: [0.052, 0.127], demographic_parity_ratio: null },
        skipped: 1,
      },
    ],
  },
  findings: [
    {
      check: 'overfitting',
      subject: 'roc_auc',
      status: 'warn',
      message:
        'the model does 0.025 better (roc_auc, 0.018 … 0.033) on data/train.csv than on data/holdout.csv: if it learned from those rows, it learned some of them by heart',
      value: -0.0252,
      limit: 0,
    },
    {
      check: 'positive_class',
      subject: 'busy',
      status: 'warn',
      message: 'positive class "yes" was taken from the model’s label order',
      value: null,
      limit: null,
    },
  ],
};

const curve = steps(60);
export const EVALUATION_DETAILS: EvaluateDetails = {
  schema: 'mlops.evaluate.details/1',
  stage: 'judge',
  task: 'binary',
  roc: [
    {
      label: 'yes',
      x: curve,
      y: curve.map((x) => 1 - (1 - x) ** 14),
      thresholds: curve.map((x, at) => (at === 0 ? null : 1 - x)),
    },
  ],
  pr: [{ label: 'yes', x: curve, y: curve.map((x) => 1 - 0.75 * x ** 9) }],
  calibration: [
    {
      label: 'yes',
      bins: steps(9).map((at) => ({
        count: Math.round(900 * (1 - at) ** 2 + 90),
        score: 0.05 + 0.9 * at,
        share: Math.min(1, (0.05 + 0.9 * at) ** 1.25),
        interval: [0.8 * (0.05 + 0.9 * at) ** 1.25, Math.min(1, 1.1 * (0.05 + 0.9 * at) ** 1.25)],
      })),
    },
  ],
  scores: [
    {
      label: 'yes',
      of: { edges: steps(20), counts: steps(19).map((at) => Math.round(120 * at ** 3)) },
      others: { edges: steps(20), counts: steps(19).map((at) => Math.round(700 * (1 - at) ** 5)) },
    },
  ],
  regression: null,
};

export const GATES: GatesResult = {
  schema: 'mlops.gates/1',
  stage: 'judge',
  notes: ['max_worse_abs without min: quality may slide a little with each commit'],
  passed: false,
  first_run: false,
  baseline: { from: 'merge-base', commit: '3f2c1ab0'.repeat(5), same_data: true },
  results: [
    {
      metric: 'accuracy',
      slice: null,
      rule: 'min',
      limit: 0.9,
      value: 0.9182,
      baseline: 0.931,
      change: -0.0128,
      interval: [0.9066, 0.9297],
      passed: true,
      reason: 'accuracy 0.918 is at least 0.9',
    },
    {
      metric: 'recall',
      slice: { weather: 3 },
      rule: 'min',
      limit: 0.85,
      value: 0.81,
      baseline: null,
      change: null,
      interval: null,
      passed: false,
      reason: 'recall 0.81 is under min 0.85',
    },
  ],
};

function numericColumn(column: string, value: number, more: Partial<ColumnReport> = {}): ColumnReport {
  const drifted = value >= 0.1;
  return {
    column,
    role: 'feature',
    kind: 'numeric',
    status: drifted ? 'warn' : 'pass',
    drifted,
    reason: drifted
      ? 'significant, and its effect reaches the limit'
      : `significant, but effect ${value} is under its floor 0.1`,
    rows: { reference: 2192, current: 2208 },
    missing: { reference: 0, current: 0 },
    out_of_range: 0,
    unseen: null,
    decides: {
      test: 'ks',
      p: 6.4e-7,
      p_adjusted: 5.8e-6,
      effect: 'ks',
      value,
      limit: 0.1,
      limit_from: 'floor',
    },
    ks: { statistic: value, p: 6.4e-7, method: 'exact' },
    wasserstein: { value: 3.44, norm: 0.189 },
    js: { value: 0.106 },
    psi: { value: 0.0626, critical: 0.0154, bins: 10 },
    chi2: null,
    tvd: null,
    cramers_v: null,
    most_moved: null,
    quantiles: {
      p: [0.01, 0.25, 0.5, 0.75, 0.99],
      reference: [26, 53, 69, 82, 100],
      current: [28.07, 50, 65, 78, 93.79],
    },
    ...more,
  };
}

function categoricalColumn(column: string, value: number, more: Partial<ColumnReport> = {}): ColumnReport {
  return numericColumn(column, value, {
    kind: 'categorical',
    decides: {
      test: 'chi2',
      p: 1e-30,
      p_adjusted: 2e-30,
      effect: 'js',
      value,
      limit: 0.1,
      limit_from: 'floor',
    },
    ks: null,
    quantiles: null,
    most_moved: { category: '2', reference: 0.25, current: 0.41 },
    out_of_range: null,
    unseen: 0.004,
    ...more,
  });
}

const ACCURACY = [0.92, 0.915, 0.925, 0.91, 0.8, 0.79, 0.77, 0.795];
const ESTIMATED = [0.918, 0.917, 0.92, 0.915, 0.9, 0.91, 0.905, 0.9];

function accuracyBy(basis: Estimate['basis'], values: readonly number[]): Estimate {
  const limits = { lower: 0.9, upper: 0.935 };
  const point = (value: number, rows: number) => ({
    rows,
    value,
    sampling_error: 0.006,
    band: [value - 0.018, value + 0.018] as const,
    alert: value < 0.9,
  });
  return {
    metric: 'accuracy',
    basis,
    limits,
    reference: point(basis === 'labels' ? 0.9182 : 0.9175, 2192),
    current: point(basis === 'labels' ? 0.7894 : 0.904, 2208),
    chunks: values.map((value) => point(value, 550)),
  };
}

function summaryOf({ chunks: _, ...summary }: Estimate): EstimateSummary {
  return summary;
}

export const DRIFT: DriftReport = {
  schema: 'mlops.drift/1',
  stage: 'watch',
  inputs: {
    reference: { path: 'data/q3-2011.csv', sha256: sha('7'), rows: 2192 },
    current: { path: 'data/q3-2012.csv', sha256: sha('0'), rows: 2208 },
    model: {
      path: 'models/busy.onnx',
      sha256: sha('9'),
      external: [{ path: 'models/busy.bin', sha256: sha('8') }],
    },
    predictions: null,
  },
  method: {
    alpha: 0.05,
    correction: 'bh',
    family: 4,
    bins: 10,
    psi_floor: 0.0001,
    js_base: 2,
    min_rows: 30,
    calibrated: false,
    chunks: 0,
    seed: 0,
  },
  summary: {
    columns: 5,
    tested: 4,
    skipped: 1,
    errors: 0,
    drifted: 1,
    drifted_share: 0.25,
    predictions_drifted: false,
    target_drifted: true,
  },
  metrics: { drifted_share: 0.25, accuracy_current: 0.7894, accuracy_change: -0.1288, advice_probability: 1 },
  unavailable: { unusualness: 'no time column was named' },
  columns: [
    numericColumn('humidity', 0.082),
    numericColumn('temp', 0.031, {
      reason: 'not significant',
      quantiles: {
        p: [0.01, 0.25, 0.5, 0.75, 0.99],
        reference: [17, 24, 27, 30, 36],
        current: [16, 23.5, 27, 30, 37],
      },
    }),
    categoricalColumn('weather', 0.164),
    numericColumn('precipitation', 0.02, {
      quantiles: {
        p: [0.01, 0.25, 0.5, 0.75, 0.99],
        reference: [0, 0, 0, 0.3, 31],
        current: [0, 0, 0, 0.4, 33],
      },
      reason: 'not significant',
      missing: { reference: 0, current: 0.012 },
    }),
    numericColumn('dteday', 0, {
      kind: 'datetime',
      status: 'skipped',
      drifted: false,
      reason: 'dates are not compared',
      decides: null,
      ks: null,
      quantiles: null,
    }),
  ],
  predictions: numericColumn('score[yes]', 0.0315, {
    role: 'prediction',
    reason: 'not significant',
    quantiles: {
      p: [0.01, 0.25, 0.5, 0.75, 0.99],
      reference: [0, 0.045, 0.25, 0.8, 1],
      current: [0, 0.05, 0.26, 0.8, 1],
    },
  }),
  target: categoricalColumn('busy', 0.151, {
    role: 'target',
    most_moved: { category: 'yes', reference: 0.37, current: 0.58 },
    unseen: 0,
  }),
  performance: {
    basis: 'labels',
    metric: 'accuracy',
    reference: 0.9182,
    current: 0.7894,
    change: -0.1288,
    ci95: [-0.155, -0.1],
  },
  realised: [summaryOf(accuracyBy('labels', ACCURACY))],
  estimates: [summaryOf(accuracyBy('cbpe', ESTIMATED))],
  importance: {
    method: 'permutation',
    metric: 'accuracy',
    basis: 'labels',
    rows: 2000,
    repeats: 5,
    columns: [
      { column: 'temp', value: 0.21, std: 0.004, share: 0.84 },
      { column: 'weather', value: 0.04, std: 0.003, share: 0.16 },
      { column: 'humidity', value: -0.001, std: 0.001, share: 0 },
    ],
  },
  multivariate: MULTIVARIATE,
  advice: {
    decision: 'retrain',
    basis: 'labels',
    probability: {
      value: 1,
      event: 'accuracy is more than 0.02 below the reference',
      method: 'bootstrap by day',
      replicates: 1000,
    },
    unusualness: null,
    loss: 'unforeseen',
    for: [{ subject: 'busy', text: 'share of yes 37 % → 58 % while predictions stayed at 37–39 %' }],
    against: [{ subject: 'roc_auc', text: 'ranking still holds: 0.955' }],
    caveats: ['no input column moved much: training again on old rows will not help'],
  },
  findings: [
    {
      check: 'extra_column',
      subject: 'note',
      status: 'pass',
      message: 'is new, and not compared',
      value: null,
      limit: null,
    },
  ],
};

const tenth = Array.from({ length: 10 }, () => 0.1);
export const DRIFT_DETAILS: DriftDetails = {
  schema: 'mlops.drift.details/1',
  stage: 'watch',
  errors: ERRORS,
  histograms: [
    {
      column: 'humidity',
      role: 'feature',
      edges: [45, 52, 58, 64, 69, 74, 78, 83, 88],
      categories: null,
      shares: { reference: tenth, current: [0.13, 0.12, 0.12, 0.11, 0.1, 0.1, 0.09, 0.09, 0.08, 0.06] },
    },
    {
      column: 'temp',
      role: 'feature',
      edges: [21, 23, 24.5, 26, 27, 28, 29.3, 31, 33],
      categories: null,
      shares: { reference: tenth, current: [0.11, 0.1, 0.09, 0.1, 0.1, 0.1, 0.09, 0.11, 0.1, 0.1] },
    },
    {
      column: 'weather',
      role: 'feature',
      edges: null,
      categories: ['1', '2', '3', '4'],
      shares: { reference: [0.66, 0.25, 0.089, 0.001], current: [0.52, 0.41, 0.066, 0.004] },
    },
    {
      column: 'precipitation',
      role: 'feature',
      edges: [0, 0.01, 0.4, 2, 9],
      categories: null,
      shares: {
        reference: [0.72, 0.05, 0.08, 0.07, 0.05, 0.03],
        current: [0.7, 0.06, 0.08, 0.08, 0.05, 0.03],
      },
    },
    {
      column: 'score[yes]',
      role: 'prediction',
      edges: [0.01, 0.03, 0.06, 0.12, 0.25, 0.48, 0.7, 0.88, 0.96],
      categories: null,
      shares: { reference: tenth, current: [0.09, 0.1, 0.1, 0.1, 0.11, 0.1, 0.1, 0.1, 0.1, 0.1] },
    },
    {
      column: 'busy',
      role: 'target',
      edges: null,
      categories: ['no', 'yes'],
      shares: { reference: [0.63, 0.37], current: [0.42, 0.58] },
    },
  ],
  left_out: 0,
  chunks: ACCURACY.map((_, at) => ({
    side: at < 4 ? ('reference' as const) : ('current' as const),
    label: `2012-0${at + 1}-01`,
    rows: 550 - at * 20,
  })),
  realised: [accuracyBy('labels', ACCURACY)],
  estimates: [accuracyBy('cbpe', ESTIMATED)],
  columns: [
    {
      column: 'humidity',
      role: 'feature',
      effect: 'ks',
      limit: 0.12,
      values: [0.05, 0.04, 0.08, 0.1, 0.07, 0.09, 0.2, 0.11],
    },
    {
      column: 'weather',
      role: 'feature',
      effect: 'js',
      limit: 0.1,
      values: [0.05, 0.04, 0.08, 0.06, 0.15, 0.17, 0.2, null],
    },
  ],
};
