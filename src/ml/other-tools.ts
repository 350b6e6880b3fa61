// What scikit-learn, Evidently, NannyML and shap call things that have another name here: said when somebody writes theirs.
type Words = { readonly [theirs: string]: string };

const DATA: Words = {
  X: 'data: PATH',
  y_true: 'target: COLUMN',
  label_column: 'target: COLUMN',
  problem_type: 'task: binary | multiclass | regression',
  pos_label: 'positive: LABEL',
  categorical_features: 'columns: {NAME: {kind: categorical}}',
  numerical_features: 'columns: {NAME: {kind: numeric}}',
};

const PREDICTIONS: Words = {
  y_pred: 'predictions: {label: COLUMN}, or {value: COLUMN} of a regression',
  y_pred_proba: 'predictions: {scores: …}',
  prediction: 'predictions: {label: COLUMN}, or {value: COLUMN} of a regression',
};

export const FOR_EVALUATE: Words = {
  ...DATA,
  ...PREDICTIONS,
  sample_weight: 'weight: COLUMN',
  scoring: 'metrics: [NAME]',
  costs: 'decide: {costs: {false_positive: 1, false_negative: 5}}',
  threshold_costs: 'decide: {costs: {false_positive: 1, false_negative: 5}}',
  sensitive_features: 'fairness: {by: [COLUMN]}',
  groups: 'fairness: {by: [COLUMN]}',
  bootstrap: 'intervals: {replicates: 1000}',
  n_bins: 'calibration: {bins: 10}',
  train: 'compare: PATH, the rows that the model learned from',
};

export const FOR_FAIRNESS: Words = { groups: 'by: [COLUMN]', sensitive_features: 'by: [COLUMN]' };

export const FOR_COSTS: Words = {
  fp: 'false_positive',
  fn: 'false_negative',
  tp: 'true_positive',
  tn: 'true_negative',
};

const TEST = 'effect: {numeric: {ks: 0.1}, categorical: {js: 0.1}}, how large a change has to be';
const CHUNK = 'time: {chunk: "500 rows"}, or "10 chunks", or P7D';

export const FOR_DRIFT: Words = {
  ...DATA,
  ...PREDICTIONS,
  reference_data: 'reference: PATH',
  current_data: 'current: PATH',
  analysis: 'current: PATH',
  chunk: CHUNK,
  chunk_size: CHUNK,
  chunk_number: CHUNK,
  chunk_period: CHUNK,
  timestamp: 'time: {column: COLUMN}',
  timestamp_column: 'time: {column: COLUMN}',
  timestamp_column_name: 'time: {column: COLUMN}',
  stattest: TEST,
  stattest_threshold: TEST,
  method: TEST,
  threshold: TEST,
  thresholds: TEST,
  drift_share: 'gates: {max_drifted_share: 0.5}',
  tolerance: 'advice: {tolerance: 0.05}',
};

export const FOR_EXPLAIN: Words = {
  ...DATA,
  method: 'methods: [NAME]',
  nsamples: 'shap: {permutations: 10}, lime: {samples: 5000}',
  max_evals: 'max_calls: COUNT',
  n_repeats: 'importance: {repeats: 5}',
  scoring: 'importance: {metric: NAME}',
  background_data: 'reference: PATH, of which background: {rows: 100} are drawn',
  index: 'rows: [0, 17]',
};

const SHAP = 'shap: any model, by its answers alone';

export const FOR_METHODS: Words = {
  permutation: 'importance',
  permutation_importance: 'importance',
  feature_importance: 'importance',
  treeshap: SHAP,
  tree_shap: SHAP,
  kernelshap: SHAP,
  kernel_shap: SHAP,
  partial_dependence: 'pdp',
  ice: 'pdp, which draws single rows too',
  tree: 'surrogate',
  anchor: 'anchors',
};
