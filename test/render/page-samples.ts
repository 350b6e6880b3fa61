// Small reports for the pages beside evaluate, drift and explain, with every part that those can show.
import type { RepoPath } from '../../src/core/ids.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Graph } from '../../src/render/dag/graph.ts';
import { saidOf } from '../../src/render/pipeline/said.ts';
import type { PipelineView, StageView } from '../../src/render/pipeline/types.ts';
import type {
  Anomaly,
  CheckReport,
  ExploreReport,
  SmokeReport,
  ValidateReport,
} from '../../src/render/report/types.ts';
import { EXPLANATION } from './explain-sample.ts';
import { DRIFT, EVALUATION } from './report-samples.ts';

const sha = (digit: string): string => digit.repeat(64);

const anomaly = (check: string, subject: string, message: string, more: Partial<Anomaly> = {}): Anomaly => ({
  check,
  subject,
  status: 'fail',
  message,
  value: null,
  limit: null,
  count: null,
  of: null,
  places: [],
  unexpected: [],
  accept: null,
  ...more,
});

export const VALIDATION: ValidateReport = {
  schema: 'mlops.validate/1',
  stage: 'check',
  inputs: {
    data: { path: 'data/test.csv', sha256: sha('1'), rows: 3080 },
    schema: { path: 'schema.yaml', sha256: sha('2') },
    against: { path: 'data/train.csv', sha256: sha('3'), rows: 4000 },
  },
  environment: 'TRAINING',
  now: '2012-12-31',
  method: {
    limits: { duplicates: 0, shared: 0, conflicts: null, target: 0.95, id: 0.99, late: 0 },
    warn: ['DUPLICATE_ROWS'],
    keys: ['date'],
    target: 'busy',
    time: 'date',
    exclude: [],
    min_count: 10,
    target_rows: 3080,
  },
  summary: { checks: 75, pass: 71, warn: 1, fail: 3, error: 0, skipped: 0 },
  metrics: { missing_share: 0.0609, duplicate_share: 0.0162, shared_share: 0.00325 },
  columns: [
    { column: 'temp', type: 'float64', role: 'column', status: 'pass', missing: 0, checks: 5 },
    { column: 'weather', type: 'string', role: 'column', status: 'fail', missing: 0.01, checks: 3 },
    { column: 'uid', type: 'string', role: 'extra', status: 'fail', missing: 0, checks: 0 },
    { column: 'busy', type: 'string', role: 'target', status: 'pass', missing: 0, checks: 2 },
    { column: 'note', type: 'string', role: 'absent', status: 'skipped', missing: null, checks: 0 },
  ],
  predictive: [
    { column: 'uid', score: 0.979 },
    { column: 'temp', score: 0.02 },
    { column: 'weather', score: null },
  ],
  findings: [
    anomaly('SCHEMA_NEW_COLUMN', 'uid', 'the column is not in the schema', { accept: 'uid' }),
    anomaly(
      'ENUM_TYPE_UNEXPECTED_STRING_VALUES',
      'weather',
      '61 of 3,080 values are not among the 4 values',
      {
        count: 61,
        of: 3080,
        places: [{ file: 'data/test.csv', lines: [102, 103, 104] }],
        unexpected: [['hail', 61]],
        accept: 'weather.values',
      },
    ),
    anomaly('TARGET_LEAKAGE', 'uid', 'alone it tells 97.9 % of busy'),
    anomaly('DUPLICATE_ROWS', 'rows', '50 of 3,080 rows are a repetition', {
      status: 'warn',
      count: 50,
      of: 3080,
    }),
  ],
  unavailable: { time: 'the column has no dates' },
};

const numbers = (counts: readonly number[]) => ({
  mean: 11.5,
  std: 6.92,
  zeros: 104,
  infinite: 0,
  quantiles: [0, 1, 6, 12, 18, 22, 23],
  histogram: { edges: [0, 6, 12, 18, 24], counts },
});
const column = { present: 2500, missing: 0, numeric_cells: 0, numbers: null, top: null, length: null };

export const EXPLORATION: ExploreReport = {
  schema: 'mlops.explore/1',
  data: {
    path: 'data/today.csv',
    sha256: sha('4'),
    rows: 2500,
    duplicates: 3,
    missing: 0.016,
    quantile_rows: 2500,
    columns: [
      { ...column, column: 'hr', type: 'int64', distinct: 24, numbers: numbers([600, 650, 640, 610]) },
      {
        ...column,
        column: 'weather',
        type: 'string',
        present: 2400,
        missing: 0.04,
        distinct: 5,
        top: [
          ['clear', 1200],
          ['rain', 1100],
        ],
        length: { min: 4, max: 5 },
      },
      { ...column, column: 'id', type: 'string', distinct: 2500, length: { min: 8, max: 8 } },
    ],
    correlations: {
      columns: ['hr', 'temp'],
      matrix: [
        [1, -0.82],
        [-0.82, null],
      ],
    },
  },
  before: {
    path: 'data/yesterday.csv',
    sha256: sha('5'),
    rows: 3000,
    duplicates: 0,
    missing: 0,
    quantile_rows: 3000,
    columns: [
      { ...column, column: 'hr', type: 'int64', distinct: 24, numbers: numbers([900, 700, 700, 700]) },
      { ...column, column: 'weather', type: 'string', present: 3000, distinct: 4, top: [['clear', 2000]] },
    ],
    correlations: { columns: [], matrix: [] },
  },
  min_count: 10,
  warnings: [{ column: 'weather', kind: 'missing', message: '4 % of the rows have no value' }],
};

export const CHECK: CheckReport = {
  schema: 'mlops.check/1',
  stage: 'amounts@clean',
  inputs: { check: './amounts.mjs', data: [{ path: 'sales.csv', sha256: sha('6'), rows: 300 }] },
  metrics: { passed: 1, warned: 1, failed: 1, skipped: 0, errors: 0, rows: 300 },
  findings: [
    {
      check: 'rows',
      subject: '',
      status: 'pass',
      message: '300 rows were looked at',
      value: 300,
      limit: null,
    },
    { check: 'odd', subject: 'income', status: 'warn', message: 'looks odd', value: 0.1, limit: null },
    {
      check: 'amounts',
      subject: 'amount',
      status: 'fail',
      message: '2 values are under 0',
      value: 2,
      limit: 0,
    },
  ],
};

export const SMOKE: SmokeReport = {
  schema: 'mlops.smoke/1',
  stage: 'smoke',
  inputs: {
    model: { path: 'models/busy.onnx', sha256: sha('7'), bytes: 449_958 },
    data: { path: 'data/test.csv', sha256: sha('1'), rows: 3080 },
    expected: { path: 'reports/judge.predictions.parquet', sha256: sha('8') },
  },
  metrics: {
    passed: 3,
    warned: 0,
    failed: 0,
    skipped: 0,
    errors: 0,
    rows: 100,
    max_difference_alone: 1e-7,
    max_difference_expected: 0,
  },
  findings: [
    {
      check: 'load',
      subject: 'models/busy.onnx',
      status: 'pass',
      message: 'loads',
      value: null,
      limit: null,
    },
  ],
};

const asJson = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value));

const stage = (name: string, action: string, more: Partial<StageView> = {}): StageView => ({
  stage: name,
  action,
  state: 'fresh',
  why: '',
  headlines: [],
  lines: [],
  gates: null,
  said: more.report ? saidOf(more.report, more.lines ?? []) : null,
  report: null,
  page: null,
  run: null,
  ...more,
});

const node = { kind: 'stage' as const, count: 1, folder: '', frozen: false };

export const GRAPH: Graph = {
  nodes: [
    { ...node, id: 'data/train.csv', kind: 'data', label: 'data/train.csv', action: '' },
    { ...node, id: 'train', label: 'train', action: 'cmd' },
    { ...node, id: 'judge', label: 'judge', action: 'evaluate' },
  ],
  edges: [
    { from: 'data/train.csv', to: 'train' },
    { from: 'train', to: 'judge' },
  ],
};

export const PIPELINE: PipelineView = {
  name: 'bikes',
  at: 'try',
  against: { name: 'main', commit: 'a'.repeat(40) },
  stages: [
    stage('train', 'cmd', { state: 'stale', why: 'params.yaml: depth 8 → 9' }),
    stage('judge', 'evaluate', {
      headlines: [{ name: 'roc_auc', value: 0.884, plusMinus: 0.013 }],
      gates: {
        passed: false,
        held: 1,
        total: 2,
        firstRun: false,
        broken: [{ text: 'recall 0.965 is under min 0.99' }],
        notes: [],
      },
      report: asJson(EVALUATION),
      page: 'reports/judge.html',
    }),
    stage('watch', 'drift', { report: asJson(DRIFT), page: 'reports/watch.html' }),
    stage('why', 'explain', {
      headlines: [{ name: '', value: 'relies most on hr and temp' }],
      report: asJson(EXPLANATION),
    }),
    stage('check', 'validate', {
      headlines: [{ name: '', value: '3 anomalies' }],
      report: asJson(VALIDATION),
    }),
    stage('amounts', 'check', { report: asJson(CHECK), page: 'reports/amounts.html' }),
  ],
  data: [
    {
      path: 'data/train.csv' as RepoPath,
      artifact: { file: sha('3') as never, bytes: 341_254 },
      changed: true,
    },
  ],
  changes: {
    data: [{ path: 'data/train.csv' as RepoPath, now: { file: sha('3') as never, bytes: 341_254 } }],
    params: [{ file: 'params.yaml', key: 'depth', was: 8, now: 9 }],
    metrics: [{ file: 'reports/judge.json', key: 'roc_auc', was: 0.9, now: 0.884, better: false }],
  },
  history: [
    {
      file: 'reports/judge.json',
      key: 'roc_auc',
      better: 'max',
      points: [
        { at: '1234567', value: 0.85 },
        { at: '89abcde', value: 0.9 },
        { at: 'now', value: 0.884 },
      ],
    },
    { file: 'reports/judge.json', key: 'rows', better: null, points: [{ at: 'now', value: 3000 }] },
  ],
  graph: GRAPH,
  tables: [],
  folders: [],
  images: [],
  run: null,
  links: { page: null, job: null, files: null },
};
