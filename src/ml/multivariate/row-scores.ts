// How strange each current row is, whatever found it: what outliers are picked from.
import type { OutliersReport } from './report.ts';

export interface RowScores {
  readonly by: OutliersReport['by'];
  /** Of each current row; NaN where it could not be scored. */
  readonly scores: Float64Array;
  readonly threshold: number;
  /** Share of the reference's rows over the threshold. */
  readonly usual: number;
  /** Names and squared errors of the columns, row by row, for the rows asked for; null where only a score is known. */
  readonly columns: ((rows: Int32Array) => Promise<ColumnErrors>) | null;
}

export interface ColumnErrors {
  readonly names: readonly string[];
  readonly errors: Float64Array;
}
