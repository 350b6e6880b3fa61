// What a drift report says of columns together: `multivariate`. Null = not computed, with its reason in `unavailable`.

interface Sides<T> {
  readonly reference: T;
  readonly current: T;
}

/** Each key names a family of checks that sees what no single column shows. */
export interface Multivariate {
  readonly pca: PcaReport | null;
  readonly detector: DetectorReport | null;
  readonly domain_classifier: DomainClassifierReport | null;
  readonly spearman: SpearmanReport | null;
  readonly outliers: OutliersReport | null;
}

/** How much of the rise of the error falls to a column; `share` sums to 1 over the columns whose error rose. */
export type Attribution = { readonly column: string; readonly share: number } & Sides<number>;

export interface Limits {
  readonly lower: number;
  readonly upper: number;
}

/** Reconstruction by principal components, as NannyML computes it: the mean over rows of the L2 norm of what is lost. */
export interface PcaReport {
  readonly columns: number;
  readonly components: number;
  /** Share of the variance that the components hold. */
  readonly variance: number;
  readonly rows: Sides<number>;
  readonly error: Sides<number>;
  /** Standard error of the mean. */
  readonly sampling_error: Sides<number>;
  /** Mean ± 3 standard deviations of the reference's parts. */
  readonly limits: Limits;
  readonly chunks: number;
  readonly chunks_from: 'rows' | 'time';
  /** The current error lies outside `limits`: what NannyML alerts on. */
  readonly alert: boolean;
  /** The same of reference parts that took no part in fitting: this decides. */
  readonly held_out: { readonly error: number; readonly sampling_error: number; readonly limits: Limits };
  readonly drifted: boolean;
  readonly reason: string;
  /** Largest first. */
  readonly attribution: readonly Attribution[];
}

/** A detector's error on rows of the reference that it never saw, beside the current rows. */
export interface DetectorReport {
  readonly kind: 'pca' | 'autoencoder' | 'model';
  /** `profile`: trained before, `drift`: trained here, `file`: given. */
  readonly from: 'profile' | 'drift' | 'file';
  readonly path: string | null;
  readonly sha256: string | null;
  readonly columns: readonly string[];
  /** Reference rows behind the thresholds, and current rows. */
  readonly rows: Sides<number>;
  /** Mean error. */
  readonly error: Sides<number>;
  readonly limits: Limits | null;
  readonly rows_over: {
    readonly threshold: number;
    readonly threshold_from: 'quantile' | 'metadata' | 'option';
    /** Share of rows over the threshold. */
    readonly reference: number;
    readonly current: number;
    /** Of as many rows or more over it, without a change. */
    readonly p: number;
    readonly floor: number;
  };
  readonly distribution: { readonly ks: number; readonly p: number; readonly limit: number };
  readonly drifted: boolean;
  readonly reason: string;
  readonly attribution: readonly Attribution[];
  readonly autodeploy: AutodeployReport | null;
}

/** The rule of Autodeploy (2020): a row is strange when its error is over 1.01 times the largest of the training rows. */
export interface AutodeployReport {
  readonly columns: number;
  readonly threshold: number;
  readonly rows_over: number;
  readonly share: number;
  readonly alert: boolean;
  /** How often a batch of this many rows has such a row though nothing changed. */
  readonly false_alarm: number;
}

/** How well a model tells reference and current rows apart that it never saw: 0.5 is chance, 1 is always right. */
export interface DomainClassifierReport {
  /** Looked at; a sample where the data have more. */
  readonly rows: Sides<number>;
  readonly columns: number;
  readonly folds: number;
  /** Area under the ROC curve of the scores of all rows, each from the model that did not see the row. */
  readonly auroc: number;
  /** By DeLong, widened for what the models share. */
  readonly ci95: readonly [number, number];
  /** Of as high an area without a change. */
  readonly p: number;
  readonly limit: number;
  /** `chunks`: parts of the reference are told from the rest of it more easily than the floor. */
  readonly limit_from: 'floor' | 'chunks';
  readonly chunks: number;
  /** p ≤ alpha and auroc ≥ limit. */
  readonly drifted: boolean;
  readonly reason: string;
  /** What gives them away, the largest drop first; empty where nothing drifted. */
  readonly importance: readonly {
    readonly column: string;
    /** Area lost when the column is shuffled. */
    readonly drop: number;
    /** Share of what all splits gained. */
    readonly gain: number;
  }[];
}

export interface SpearmanReport {
  readonly columns: number;
  readonly pairs: number;
  /** Rows that were ranked: at most a sample of each side. */
  readonly rows: Sides<number>;
  readonly changed: number;
  /** Largest change of all pairs; 0 without one. */
  readonly largest: number;
  readonly floor: number;
  readonly alpha: number;
  readonly drifted: boolean;
  /** Those that changed, then the largest others; at most ten. */
  readonly top: readonly PairChange[];
}

export type PairChange = {
  readonly columns: readonly [string, string];
  readonly change: number;
  readonly p_adjusted: number;
  readonly limit: number;
  readonly changed: boolean;
  readonly text: string;
} & Sides<number>;

export interface OutliersReport {
  readonly by: 'pca' | DetectorReport['kind'];
  readonly threshold: number;
  /** Current rows over the threshold, and how many the reference would have among as many. */
  readonly count: number;
  readonly expected: number;
  /** The worst first, at most 10. */
  readonly rows: readonly OutlierRow[];
}

export interface OutlierRow {
  /** Counted from 1 over the current data as they are read. */
  readonly row: number;
  /** Where the current data are several files: which one, and the row in it. */
  readonly file: string | null;
  readonly row_in_file: number | null;
  readonly score: number;
  /** Those that the error falls to, the largest first. */
  readonly columns: readonly { readonly column: string; readonly share: number }[];
}

/** Errors of both sides over the same cells, for the page; part of the details. */
export interface ErrorHistogram {
  readonly of: 'pca' | 'detector';
  /** Inner edges; shares has one more cell than edges, the first and last are open. */
  readonly edges: readonly number[];
  readonly shares: Sides<readonly number[]>;
  readonly threshold: number;
}
