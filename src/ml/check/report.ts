// What a check of the user's own says: `reports/<stage>.json` (mlops.check/1). No rows, no time, no machine.
import type { Finding } from '../../core/finding.ts';
import type { FindingCounts } from '../findings-report.ts';

export interface CheckReport {
  readonly schema: 'mlops.check/1';
  readonly stage: string;
  readonly inputs: {
    /** The module or command, as written. */
    readonly check: string;
    readonly data: readonly { readonly path: string; readonly sha256: string; readonly rows: number }[];
  };
  readonly metrics: FindingCounts & { readonly rows: number | null };
  readonly findings: readonly Finding[];
}
