// What a validation says: `reports/<stage>.json` (mlops.validate/1). Rows are named by their lines, never by what they
// hold; no time, no machine.
import type { Finding } from '../../core/finding.ts';
import type { CellType } from '../frame/frame.ts';

/** One anomaly, by TFDV's name where it has one. */
export interface Anomaly extends Finding {
  /** Values, rows or groups that are wrong, and of how many; null where it is not about a number of them. */
  readonly count: number | null;
  readonly of: number | null;
  /** Where the first of them stand, by file. Lines of text files count from 1, as do rows of others. */
  readonly places: readonly Place[];
  /** Values that are not in the domain, those that enough rows have; the most frequent first. */
  readonly unexpected: readonly (readonly [value: string, rows: number])[];
  /** What `mlops schema update --accept` calls the change that would allow it; null where only the data can be mended. */
  readonly accept: string | null;
}

export interface Place {
  readonly file: string;
  readonly lines: readonly number[];
}

export interface DataInput {
  readonly path: string;
  readonly sha256: string;
  readonly where?: string;
  readonly rows: number;
}

export interface ColumnRecord {
  readonly column: string;
  /** As declared, else as found. */
  readonly type: CellType;
  readonly role: 'column' | 'target' | 'extra' | 'absent' | 'elsewhere';
  readonly status: 'pass' | 'warn' | 'fail' | 'skipped';
  /** Share of rows without a value; null for a column that is not there. */
  readonly missing: number | null;
  /** How many checks were made. */
  readonly checks: number;
}

export interface ValidateReport {
  readonly schema: 'mlops.validate/1';
  readonly stage: string;
  readonly inputs: {
    readonly data: DataInput;
    readonly schema: { readonly path: string; readonly sha256: string } | null;
    readonly against: DataInput | null;
  };
  readonly environment: string | null;
  readonly now: string | null;
  readonly method: {
    readonly limits: Limits;
    readonly warn: readonly string[];
    readonly keys: readonly string[];
    readonly target: string | null;
    readonly time: string | null;
    readonly exclude: readonly string[];
    readonly min_count: number;
    /** Rows that were looked at for what predicts the target. */
    readonly target_rows: number | null;
  };
  readonly summary: {
    readonly checks: number;
    readonly pass: number;
    readonly warn: number;
    readonly fail: number;
    readonly error: number;
    readonly skipped: number;
  };
  readonly metrics: { readonly [name: string]: number | null };
  readonly columns: readonly ColumnRecord[];
  /** What each feature alone tells of the target, the most first: 0 nothing, 1 all. */
  readonly predictive: readonly { readonly column: string; readonly score: number | null }[];
  /** All but what passed, in the order they were looked for. */
  readonly findings: readonly Anomaly[];
  readonly unavailable: { readonly [name: string]: string };
}

/** null: not looked for. Shares of rows but for `target`, which is a score. */
export interface Limits {
  readonly duplicates: number | null;
  readonly shared: number | null;
  readonly conflicts: number | null;
  readonly target: number | null;
  readonly id: number | null;
  readonly late: number | null;
}
