// What a smoke test says: `reports/<stage>.json` (mlops.smoke/1). How long it took and how much memory stands in the run
// record: the next run would measure something else.
import type { Finding } from '../../core/finding.ts';
import type { FindingCounts } from '../findings-report.ts';

export interface SmokeReport {
  readonly schema: 'mlops.smoke/1';
  readonly stage: string;
  readonly inputs: {
    readonly model: { readonly path: string; readonly sha256: string; readonly bytes: number };
    readonly data: { readonly path: string; readonly sha256: string; readonly rows: number };
    readonly expected: { readonly path: string; readonly sha256: string } | null;
  };
  readonly metrics: FindingCounts & {
    readonly rows: number;
    /** Between answers for all rows at once and one by one; null where they are no numbers to compare. */
    readonly max_difference_alone: number | null;
    /** To the predictions saved before; null where none are named. */
    readonly max_difference_expected: number | null;
  };
  readonly findings: readonly Finding[];
}
