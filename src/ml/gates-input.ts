// What gates are judged on.
import type { Json } from '../core/json.ts';
import type { DriftReport } from './drift/report.ts';
import type { EvaluateReport } from './evaluate/report.ts';
import type { FindingsReport } from './findings-report.ts';
import type { ValidateReport } from './validate/report.ts';

export interface GatesBaseline {
  /** `merge-base`, `HEAD`, `HEAD^`, a revision, `report`; `model`: judged in this very report, on the same rows. */
  readonly from: string;
  readonly commit: string | null;
  /** The report there; or, rescored, that of the baseline's model on today's rows. */
  readonly report: EvaluateReport;
  /** The report there as it was made, where `report` is of today's rows. */
  readonly before?: EvaluateReport | undefined;
}

export interface GatesInput {
  readonly stage: string;
  /** As written, checked by the shape of the action's gates. */
  readonly gates: Json | undefined;
  readonly report: EvaluateReport | DriftReport | ValidateReport | FindingsReport;
  /** undefined: there is none yet. */
  readonly baseline?: GatesBaseline | undefined;
  /** When the baseline was judged on other rows and could not be scored again: `skip` leaves its rules out, else they fail. */
  readonly onDataChange?: 'rescore' | 'fail' | 'skip' | undefined;
}
