// An explanation as `explain` writes it: a model of busy hours.
import type { ExplainDetails, ExplainReport } from '../../src/render/report/types.ts';

export const EXPLANATION: ExplainReport = {
  schema: 'mlops.explain/1',
  stage: 'why',
  task: 'binary',
  inputs: {
    model: { path: 'models/busy.onnx', sha256: '9f2c'.repeat(16), external: [] },
    data: {
      path: 'data/holdout.csv',
      sha256: '41d0'.repeat(16),
      rows: 2163,
      used: 2163,
      dropped: { missing_target: 0, missing_feature: 0 },
    },
    reference: null,
  },
  mapping: {
    target: 'busy',
    inputs: [
      { name: 'X', dtype: 'float32', columns: ['hr', 'temp', 'sky_clear', 'sky_rain'], from: 'metadata' },
    ],
  },
  explains: { kind: 'probability', class: 'yes', class_from: 'positive', mean: 0.31 },
  groups: [
    { name: 'hr', columns: ['hr'] },
    { name: 'temp', columns: ['temp'] },
    { name: 'sky', columns: ['sky_clear', 'sky_rain'] },
  ],
  calls: {
    planned: 1_234_567,
    by_method: { predictions: 2163, shap: 1_232_404, surrogate: 0 },
    max: 10_000_000,
  },
  metrics: { surrogate_fidelity: 0.84 },
  importance: {
    metric: 'roc_auc',
    baseline: 0.964,
    rows: 2000,
    repeats: 5,
    replicates: 200,
    level: 0.95,
    seed: 0,
    columns: [
      { name: 'hr', mean: 0.21, std: 0.01, interval: [0.18, 0.24] },
      { name: 'temp', mean: 0.04, std: 0.004, interval: [0.02, 0.06] },
      { name: 'sky', mean: -0.001, std: 0.002, interval: null },
    ],
  },
  shap: {
    method: 'permutation',
    permutations: 10,
    background: { rows: 100, method: 'sample', from: 'data' },
    seed: 0,
    rows: 100,
    additivity: { worst: 1e-8, limit: 9e-5 },
    columns: [
      { name: 'hr', mean_abs: 0.22, error: 0.01, direction: 0.1 },
      { name: 'temp', mean_abs: 0.06, error: 0.005, direction: 0.9 },
      { name: 'sky', mean_abs: 0.01, error: 0.001, direction: null },
    ],
  },
  pdp: {
    rows: 500,
    columns: [
      { name: 'hr', kind: 'numeric', span: 0.5 },
      { name: 'sky', kind: 'categorical', span: 0.2 },
    ],
  },
  surrogate: {
    depth: 4,
    leaves: 2,
    fidelity: 0.84,
    rows: { fitted: 1514, held_out: 649 },
    rules: [
      { when: 'hr > 15.5 and temp > 12', answer: 0.8, rows: 400 },
      { when: 'hr <= 15.5', answer: 0.12, rows: 1114 },
    ],
  },
  rows: { chosen: 'worst', count: 1, methods: ['shap', 'lime', 'anchors'] },
  correlated: [],
  unavailable: { 'pdp of temp': 'its 5th and 95th percentile are the same, or it has one value' },
  findings: [
    {
      check: 'correlated_columns',
      subject: 'temp, hr',
      status: 'warn',
      message: '"temp" and "hr" tell nearly the same',
      value: 0.85,
      limit: 0.8,
    },
  ],
};

export const EXPLANATION_DETAILS: ExplainDetails = {
  schema: 'mlops.explain.details/1',
  stage: 'why',
  background: { from: 'data', rows: [0, 17] },
  shap: ['hr', 'temp', 'sky'].map((name) => ({
    name,
    edges: [-0.3, -0.1, 0.1, 0.3],
    counts: [20, 50, 30],
    value_rank: name === 'sky' ? [null, null, null] : [0.1, 0.4, 0.9],
  })),
  pdp: [
    {
      name: 'hr',
      kind: 'numeric',
      at: [0, 6, 12, 18, 23],
      mean: [0.1, 0.2, 0.4, 0.6, 0.3],
      curves: [
        [0, 0.1, 0.3, 0.5, 0.2],
        [0, 0.2, 0.2, 0.6, 0.1],
      ],
      density: [0.2, 0.2, 0.25, 0.2, 0.15],
    },
    {
      name: 'sky',
      kind: 'categorical',
      at: ['clear', 'rain'],
      mean: [0.35, 0.15],
      curves: [],
      density: [0.8, 0.2],
    },
  ],
  pairs: [
    {
      names: ['hr', 'sky'],
      at: [
        [0, 12, 23],
        ['clear', 'rain'],
      ],
      mean: [
        [0.1, 0.05],
        [0.45, 0.2],
        [0.3, 0.1],
      ],
    },
  ],
  local: [
    {
      row: 34,
      answer: 0.86,
      predicted: 'yes',
      actual: 'no',
      values: { hr: '18', temp: null, sky_clear: '1', sky_rain: '0' },
      shap: {
        base: 0.31,
        parts: [
          { name: 'hr', value: 0.5, error: 0.01 },
          { name: 'temp', value: 0.08, error: 0.01 },
          { name: 'sky', value: -0.03, error: 0 },
        ],
      },
      lime: {
        intercept: 0.2,
        r2: 0.4,
        prediction: 0.7,
        parts: [
          { name: 'hr', condition: 'hr > 17', weight: 0.4 },
          { name: 'sky', condition: 'sky = clear', weight: -0.02 },
        ],
      },
      anchor: {
        conditions: ['hr > 17', 'sky = clear'],
        precision: 0.98,
        precision_low: 0.94,
        coverage: 0.12,
        asked: 1800,
        found: true,
      },
    },
  ],
};
