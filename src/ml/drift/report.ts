// What a drift report says: `mlops.drift/1`, and the details beside it. Shares lie in [0, 1]; null = not computed.
import type { Finding, FindingStatus } from '../../core/finding.ts';
import type { ErrorHistogram, Multivariate } from '../multivariate/report.ts';
import type { Estimate, EstimateSummary } from './estimate-report.ts';

export interface Pair<T> {
  readonly reference: T;
  readonly current: T;
}

export type DriftKind = 'numeric' | 'categorical' | 'datetime' | 'text' | 'id';

/** The one test that decides: drifted = p_adjusted ≤ alpha and value ≥ limit. */
export interface Decision {
  readonly test: 'ks' | 'chi2';
  readonly p: number;
  readonly p_adjusted: number;
  readonly effect: Effect;
  readonly value: number;
  readonly limit: number;
  /** `chunks`: parts of the reference differ from the rest by more than the floor. */
  readonly limit_from: 'floor' | 'chunks';
}
export type Effect = 'ks' | 'wasserstein_norm' | 'js' | 'tvd' | 'cramers_v';

export interface ColumnReport {
  readonly column: string;
  readonly role: 'feature' | 'prediction' | 'target';
  readonly kind: DriftKind;
  readonly status: FindingStatus;
  readonly drifted: boolean;
  readonly reason: string;
  readonly rows: Pair<number>;
  readonly missing: Pair<number>;
  readonly out_of_range: number | null;
  readonly unseen: number | null;
  readonly decides: Decision | null;
  readonly ks: {
    readonly statistic: number;
    readonly p: number;
    readonly method: 'exact' | 'asymptotic';
  } | null;
  /** `norm`: divided by the reference's standard deviation; null where that is 0. */
  readonly wasserstein: { readonly value: number; readonly norm: number | null } | null;
  readonly js: { readonly value: number } | null;
  readonly psi: { readonly value: number; readonly critical: number; readonly bins: number } | null;
  readonly chi2: {
    readonly statistic: number;
    readonly p: number;
    readonly df: number;
    readonly merged: number;
  } | null;
  readonly tvd: { readonly value: number } | null;
  readonly cramers_v: { readonly value: number } | null;
  readonly most_moved: ({ readonly category: string } & Pair<number>) | null;
  readonly quantiles: ({ readonly p: readonly number[] } & Pair<readonly number[]>) | null;
}

export interface Performance {
  readonly basis: 'labels';
  readonly metric: string;
  readonly reference: number;
  readonly current: number;
  readonly change: number;
  readonly ci95: readonly [number, number] | null;
}

export interface Evidence {
  readonly subject: string;
  readonly text: string;
  /** Of a column that moved: effect over its limit. */
  readonly drift?: number;
  /** Share of what the model relies on; null where it could not be asked. */
  readonly importance?: number | null;
  /** Estimated metric if this column alone had not moved, less the estimate as it is. */
  readonly cost?: number | null;
}

/** Permutation importance on rows of the reference. */
export interface ImportanceReport {
  readonly method: 'permutation';
  readonly metric: string;
  /** What the metric was taken against: labels, or the model's own answers. */
  readonly basis: 'labels' | 'predictions';
  readonly rows: number;
  readonly repeats: number;
  /** The most important first. `value`: what the metric gets worse by; `share` of all that is above zero. */
  readonly columns: readonly {
    readonly column: string;
    readonly value: number;
    readonly std: number;
    readonly share: number;
  }[];
}

export interface Advice {
  readonly decision: 'keep' | 'investigate' | 'retrain' | 'block';
  readonly basis: 'labels' | 'estimate' | 'drift' | 'schema';
  readonly probability: {
    readonly value: number | null;
    readonly event: string;
    readonly method: string | null;
    readonly replicates: number;
    /** Why `value` is null. */
    readonly reason?: string;
  };
  readonly unusualness: number | null;
  /** Whether the model's scores foresaw what labels say was lost; null where that cannot be told. */
  readonly loss: 'foreseen' | 'unforeseen' | null;
  readonly for: readonly Evidence[];
  readonly against: readonly Evidence[];
  readonly caveats: readonly string[];
}

export interface DriftInput {
  readonly path: string;
  readonly sha256: string;
}

export interface DriftReport {
  readonly schema: 'mlops.drift/1';
  readonly stage: string;
  readonly inputs: {
    readonly reference: DriftInput & { readonly rows: number };
    readonly current: DriftInput & { readonly rows: number };
    readonly model: (DriftInput & { readonly external: readonly DriftInput[] }) | null;
    readonly predictions: DriftInput | null;
  };
  readonly method: {
    readonly alpha: number;
    readonly correction: 'bh' | 'bonferroni' | 'none';
    readonly family: number;
    readonly bins: number;
    readonly psi_floor: number;
    readonly js_base: 2;
    readonly min_rows: number;
    readonly calibrated: boolean;
    readonly chunks: number;
    readonly seed: number;
  };
  readonly summary: {
    readonly columns: number;
    readonly tested: number;
    readonly skipped: number;
    readonly errors: number;
    readonly drifted: number;
    readonly drifted_share: number;
    readonly predictions_drifted: boolean | null;
    readonly target_drifted: boolean | null;
  };
  readonly metrics: { readonly [name: string]: number };
  readonly unavailable: { readonly [name: string]: string };
  readonly columns: readonly ColumnReport[];
  readonly predictions: ColumnReport | null;
  readonly target: ColumnReport | null;
  readonly performance: Performance | null;
  /** Metrics from labels, each against limits from the reference's chunks. */
  readonly realised: readonly EstimateSummary[];
  /** The same, estimated without labels of the current rows. */
  readonly estimates: readonly EstimateSummary[];
  /** Of the model on its columns; null where none moved, or there is no model to ask. */
  readonly importance: ImportanceReport | null;
  /** Columns together. Reports made before there was such a thing have no key. */
  readonly multivariate?: Multivariate;
  readonly advice: Advice;
  readonly findings: readonly Finding[];
}

/** Two distributions over the same cells. */
export interface Histogram {
  readonly column: string;
  readonly role: ColumnReport['role'];
  /** Numeric: inner edges; shares has one more cell than edges, the first and last are open. */
  readonly edges: readonly number[] | null;
  /** Categorical: a name for each cell. */
  readonly categories: readonly string[] | null;
  readonly shares: Pair<readonly number[]>;
}

export interface DriftDetails {
  readonly schema: 'mlops.drift.details/1';
  readonly stage: string;
  readonly histograms: readonly Histogram[];
  /** Columns without a histogram because there are too many. */
  readonly left_out: number;
  /** What the points of `realised` and `estimates` stand for. */
  readonly chunks: readonly {
    readonly side: 'reference' | 'current';
    readonly label: string;
    readonly rows: number;
  }[];
  readonly realised: readonly Estimate[];
  readonly estimates: readonly Estimate[];
  /** Reconstruction errors of rows, where they were computed. */
  readonly errors?: readonly ErrorHistogram[];
  /** Effects of each chunk: of the reference's against its other rows, of the current ones against all the reference. */
  readonly columns: readonly ColumnCourse[];
}

/** One column over the chunks; only where chunks or a time column were asked for. */
export interface ColumnCourse {
  readonly column: string;
  readonly role: ColumnReport['role'];
  readonly effect: Effect;
  /** From the reference's chunks. */
  readonly limit: number | null;
  readonly values: readonly (number | null)[];
}
