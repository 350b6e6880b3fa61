// What a data set is like, for people who look at it for the first time (mlops.explore/1), alone or beside how it was
// before. Not a hashed out; still no rows, and no value that only few rows have.
import type { CellType } from '../frame/frame.ts';

export interface ExploreReport {
  readonly schema: 'mlops.explore/1';
  readonly data: DataSummary;
  readonly before: DataSummary | null;
  readonly min_count: number;
  /** What deserves a look, the gravest first. */
  readonly warnings: readonly Warning[];
}

export interface DataSummary {
  readonly path: string;
  readonly sha256: string;
  readonly rows: number;
  /** Rows that repeat an earlier one. */
  readonly duplicates: number;
  /** Share of all cells. */
  readonly missing: number | null;
  /** Rows that quantiles were taken from: each n-th where there are very many. */
  readonly quantile_rows: number;
  readonly columns: readonly ColumnSummary[];
  /** Pearson, between numeric columns; null where one of them does not vary. */
  readonly correlations: {
    readonly columns: readonly string[];
    readonly matrix: readonly (readonly (number | null)[])[];
  };
}

export interface ColumnSummary {
  readonly column: string;
  readonly type: CellType;
  readonly present: number;
  /** Share of rows. */
  readonly missing: number | null;
  /** Within about 2 %. */
  readonly distinct: number;
  readonly numbers: NumberSummary | null;
  /** Cells of a text column that are numbers. */
  readonly numeric_cells: number;
  /** Names and rows, the most frequent first; only those that enough rows have. Null for numbers, and where too many differ. */
  readonly top: readonly (readonly [value: string, rows: number])[] | null;
  readonly length: { readonly min: number; readonly max: number } | null;
}

/** Of the finite values. Times in milliseconds since 1970 UTC. */
export interface NumberSummary {
  readonly mean: number;
  /** Divisor n − 1; null for one value. */
  readonly std: number | null;
  readonly zeros: number;
  readonly infinite: number;
  /** 1, 5, 25, 50, 75, 95 and 99 %. */
  readonly quantiles: readonly number[];
  /** Bins of one width; the outer ones hold all beyond them, too. The same edges for both data sets. */
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] } | null;
}

export interface Warning {
  readonly column: string | null;
  readonly kind: string;
  readonly message: string;
}
