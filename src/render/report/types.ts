// What the pages read: the types stand with the code that measures.
export type { CheckReport } from '../../ml/check/report.ts';
export type { Estimate, EstimateSummary } from '../../ml/drift/estimate-report.ts';
export type * from '../../ml/drift/report.ts';
export type {
  CalibrationBin,
  ClassRecord,
  Confusion,
  Curve,
  DecideReport,
  Difference,
  EvaluateDetails,
  EvaluateReport,
  FairnessReport,
  Histogram as CountHistogram,
  MetricDifferences,
  MetricValues,
  SliceRecord,
  ThresholdOutcome,
  WeakSegmentsReport,
} from '../../ml/evaluate/report.ts';
export type {
  ExplainDetails,
  ExplainReport,
  LocalExplanation,
  PdpCurve,
  PdpPair,
} from '../../ml/explain/report.ts';
export type * from '../../ml/explore/report.ts';
export type { GatesResult } from '../../ml/gates-result.ts';
export type {
  Attribution,
  DetectorReport,
  DomainClassifierReport,
  ErrorHistogram,
  OutliersReport,
  PcaReport,
  SpearmanReport,
} from '../../ml/multivariate/report.ts';
export type { SmokeReport } from '../../ml/smoke/report.ts';
export type { Anomaly, ColumnRecord, ValidateReport } from '../../ml/validate/report.ts';
