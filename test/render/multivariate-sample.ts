// What a drift report may say of columns together, for the page's tests.
import type { ErrorHistogram, Multivariate } from '../../src/ml/multivariate/report.ts';

export const MULTIVARIATE: Multivariate = {
  pca: {
    columns: 4,
    components: 2,
    variance: 0.714,
    rows: { reference: 2192, current: 2208 },
    error: { reference: 1.021, current: 1.34 },
    sampling_error: { reference: 0.011, current: 0.014 },
    limits: { lower: 0.93, upper: 1.11 },
    chunks: 10,
    chunks_from: 'rows',
    alert: true,
    held_out: { error: 1.032, sampling_error: 0.011, limits: { lower: 0.94, upper: 1.12 } },
    drifted: true,
    reason: 'the error rose from 1.03 to 1.34, parts of the reference reach 0.94 to 1.12',
    attribution: [
      { column: 'temp', reference: 0.2, current: 0.5, share: 0.61 },
      { column: 'humidity', reference: 0.3, current: 0.49, share: 0.39 },
      { column: 'weather', reference: 0.4, current: 0.31, share: 0 },
    ],
  },
  detector: {
    kind: 'autoencoder',
    from: 'profile',
    path: 'profiles/rides/detector.onnx',
    sha256: '5'.repeat(64),
    columns: ['humidity', 'temp', 'weather', 'precipitation'],
    rows: { reference: 548, current: 2208 },
    error: { reference: 0.11, current: 0.29 },
    limits: { lower: 0.06, upper: 0.16 },
    rows_over: {
      threshold: 0.62,
      threshold_from: 'quantile',
      reference: 0.009,
      current: 0.071,
      p: 2e-9,
      floor: 0.02,
    },
    distribution: { ks: 0.21, p: 3e-16, limit: 0.1 },
    drifted: true,
    reason: '7.1 % of the rows are strange, usually 0.9 %; errors are spread otherwise: KS 0.21, limit 0.1',
    attribution: [{ column: 'temp', reference: 0.1, current: 0.4, share: 1 }],
    autodeploy: {
      columns: 3,
      threshold: 0.18,
      rows_over: 12,
      share: 0.0054,
      alert: true,
      false_alarm: 0.573,
    },
  },
  domain_classifier: {
    rows: { reference: 2192, current: 2208 },
    columns: 3,
    folds: 5,
    auroc: 0.831,
    ci95: [0.8, 0.86],
    p: 1e-90,
    limit: 0.6,
    limit_from: 'floor',
    chunks: 0,
    drifted: true,
    reason: '0.831 where 0.5 is chance, limit 0.6',
    importance: [
      { column: 'temp', drop: 0.22, gain: 0.61 },
      { column: 'humidity', drop: 0.11, gain: 0.33 },
      { column: 'wind', drop: -0.001, gain: 0.06 },
    ],
  },
  spearman: {
    columns: 3,
    pairs: 3,
    rows: { reference: 2192, current: 2208 },
    changed: 1,
    largest: 0.71,
    floor: 0.1,
    alpha: 0.01,
    drifted: true,
    top: [
      {
        columns: ['humidity', 'temp'],
        reference: -0.62,
        current: 0.09,
        change: 0.71,
        p_adjusted: 1e-40,
        limit: 0.1,
        changed: true,
        text: 'humidity and temp go clearly against each other (ρ −0.62), now they have nothing in common (ρ 0.09)',
      },
      {
        columns: ['humidity', 'precipitation'],
        reference: 0.41,
        current: 0.37,
        change: -0.04,
        p_adjusted: 0.3,
        limit: 0.1,
        changed: false,
        text: 'humidity and precipitation go clearly together (ρ 0.41), now they go loosely together (ρ 0.37)',
      },
    ],
  },
  outliers: {
    by: 'autoencoder',
    threshold: 0.62,
    count: 157,
    expected: 19.9,
    rows: [
      {
        row: 1412,
        file: null,
        row_in_file: null,
        score: 9.4,
        columns: [
          { column: 'temp', share: 0.83 },
          { column: 'humidity', share: 0.12 },
        ],
      },
      { row: 7, file: 'data/july.csv', row_in_file: 7, score: 4.1, columns: [] },
    ],
  },
};

const cells = (peak: number) => {
  const heights = Array.from({ length: 20 }, (_, i) => 1 / (1 + (i - peak) ** 2));
  const sum = heights.reduce((total, height) => total + height, 0);
  return heights.map((height) => height / sum);
};

export const ERRORS: readonly ErrorHistogram[] = [
  { of: 'pca', edges: edges(0.2), shares: { reference: cells(4), current: cells(6) }, threshold: 2.4 },
  { of: 'detector', edges: edges(0.05), shares: { reference: cells(1), current: cells(4) }, threshold: 0.62 },
];

function edges(width: number): number[] {
  return Array.from({ length: 19 }, (_, i) => Number((width * (i + 1)).toFixed(2)));
}
