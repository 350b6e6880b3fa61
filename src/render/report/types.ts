// What the pages read. The reports' own types stand with the code that measures them; gate results as
// `mlops gates --json` prints them (`mlops.gates/1`).
export type * from '../../ml/drift/report.ts';
export type {
  ClassRecord,
  Confusion,
  Curve,
  EvaluateDetails,
  EvaluateReport,
  Histogram as CountHistogram,
  SliceRecord,
} from '../../ml/evaluate/report.ts';

export interface GateReport {
  readonly passed: boolean;
  readonly first_run?: boolean;
  readonly baseline?: {
    readonly from?: string;
    readonly commit?: string | null;
    readonly same_data?: boolean | null;
  } | null;
  readonly results: readonly {
    readonly metric: string;
    readonly slice?: { readonly [column: string]: unknown } | string | null;
    readonly rule: string;
    readonly limit: unknown;
    readonly value: unknown;
    readonly baseline?: number | null;
    readonly change?: number | null;
    readonly passed: boolean;
    readonly reason?: string | null;
  }[];
}
