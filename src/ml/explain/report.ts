// What an explanation says: `reports/<stage>.json` (mlops.explain/1) and its details (mlops.explain.details/1).
//
// The report is kept in Git: no row and no value of one, only what holds for many. The details hold curves, and the
// explanations of single rows by their number; the values of these rows only where `privacy.rows` says so.
import type { Finding } from '../../core/finding.ts';
import type { DataRecord, InputMapping, Label, MetricValues, Task } from '../evaluate/report.ts';

export interface ExplainReport {
  readonly schema: 'mlops.explain/1';
  readonly stage: string;
  readonly task: Task;
  readonly inputs: {
    readonly model: {
      readonly path: string;
      readonly sha256: string;
      readonly external: readonly { readonly path: string; readonly sha256: string }[];
    };
    readonly data: DataRecord;
    /** null: the data themselves. */
    readonly reference: DataRecord | null;
  };
  readonly mapping: { readonly target: string | null; readonly inputs: readonly InputMapping[] };
  readonly explains: Explained;
  /** What is explained as one; of a column that stands alone its own name. */
  readonly groups: readonly { readonly name: string; readonly columns: readonly string[] }[];
  /** Rows that the model is asked about, as planned before the first of them. */
  readonly calls: {
    readonly planned: number;
    readonly by_method: { readonly [method: string]: number };
    readonly max: number;
  };
  /** What `mlops metrics` lists. */
  readonly metrics: MetricValues;
  readonly importance: ImportanceReport | null;
  readonly shap: ShapReport | null;
  readonly pdp: PdpReport | null;
  readonly surrogate: SurrogateReport | null;
  /** Single rows that were explained, by number in the data, and why these; what was found is in the details. */
  readonly rows: {
    readonly chosen: 'worst' | 'where' | 'indexes';
    readonly count: number;
    readonly methods: readonly string[];
  };
  readonly correlated: readonly { readonly columns: readonly [string, string]; readonly spearman: number }[];
  /** Method → why it was not computed. */
  readonly unavailable: { readonly [method: string]: string };
  readonly findings: readonly Finding[];
}

/** The number of the model that is explained. */
export interface Explained {
  readonly kind: 'probability' | 'logit' | 'score' | 'value';
  /** The class whose score it is; null for a value. */
  readonly class: Label | null;
  readonly class_from: 'option' | 'positive' | 'guess' | 'most-predicted' | null;
  /** Mean over the background: where every explanation starts. */
  readonly mean: number;
}

export interface ImportanceReport {
  readonly metric: string;
  /** On the rows that were permuted, as they are. */
  readonly baseline: number;
  readonly rows: number;
  readonly repeats: number;
  readonly replicates: number;
  readonly level: number;
  readonly seed: number;
  /** By falling importance: how much worse the metric gets when the column tells nothing. */
  readonly columns: readonly {
    readonly name: string;
    readonly mean: number;
    readonly std: number;
    readonly interval: readonly [number, number] | null;
  }[];
}

export interface ShapReport {
  readonly method: 'exact' | 'permutation';
  readonly permutations: number | null;
  readonly background: {
    readonly rows: number;
    readonly method: 'sample' | 'medoids';
    readonly from: 'reference' | 'data';
  };
  readonly seed: number;
  readonly rows: number;
  /** Largest |sum of the parts − what was to be explained|, and how large it may be. */
  readonly additivity: { readonly worst: number; readonly limit: number };
  /** By falling mean size. */
  readonly columns: readonly {
    readonly name: string;
    readonly mean_abs: number;
    /** Mean standard error of a row's value; null where nothing was sampled. */
    readonly error: number | null;
    /** Spearman correlation of a number with its part: +1, more of it pushes up. null of categories and groups. */
    readonly direction: number | null;
  }[];
}

export interface PdpReport {
  readonly rows: number;
  /** Highest minus lowest mean answer over the grid: how far this column alone moves it. */
  readonly columns: readonly {
    readonly name: string;
    readonly kind: 'numeric' | 'categorical';
    readonly span: number;
  }[];
}

export interface SurrogateReport {
  readonly depth: number;
  readonly leaves: number;
  /** R² against the model's own answers, on rows that the tree has not seen; null where they do not vary. */
  readonly fidelity: number | null;
  readonly rows: { readonly fitted: number; readonly held_out: number };
  /** Empty when the tree is not faithful enough to be shown. */
  readonly rules: readonly { readonly when: string; readonly answer: number; readonly rows: number }[];
}

export interface ExplainDetails {
  readonly schema: 'mlops.explain.details/1';
  readonly stage: string;
  /** Rows of the reference (else of the data), by number, that unknown columns are drawn from. */
  readonly background: { readonly from: 'reference' | 'data'; readonly rows: readonly number[] };
  /** For each column of `shap`: how its parts are spread, and how large its values are there. */
  readonly shap: readonly ShapStrip[];
  readonly pdp: readonly PdpCurve[];
  readonly pairs: readonly PdpPair[];
  readonly local: readonly LocalExplanation[];
}

export interface ShapStrip {
  readonly name: string;
  /** One more than counts. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** Mean rank of the column's value in each bin, 0 lowest to 1 highest; null of no rows, and of categories. */
  readonly value_rank: readonly (number | null)[];
}

export interface PdpCurve {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  /** Where it was asked: numbers, or names of categories. */
  readonly at: readonly (number | string)[];
  readonly mean: readonly number[];
  /** Single rows, each less its own first answer, so that they can be compared. */
  readonly curves: readonly (readonly number[])[];
  /** Share of the reference's rows near each point of `at` (between its neighbours' middles): few rows, little known. */
  readonly density: readonly number[];
}

export interface PdpPair {
  readonly names: readonly [string, string];
  readonly at: readonly [readonly (number | string)[], readonly (number | string)[]];
  /** first × second. */
  readonly mean: readonly (readonly number[])[];
}

export interface LocalExplanation {
  /** Number of the row in the data, from 0, after `where`. */
  readonly row: number;
  readonly answer: number;
  readonly predicted: Label | null;
  readonly actual: Label | null;
  /** Only with `privacy.rows`. */
  readonly values: { readonly [column: string]: string | null } | null;
  readonly shap: {
    readonly base: number;
    readonly parts: readonly {
      readonly name: string;
      readonly value: number;
      readonly error: number | null;
    }[];
  } | null;
  readonly lime: {
    readonly intercept: number;
    readonly r2: number | null;
    readonly prediction: number;
    readonly parts: readonly { readonly name: string; readonly condition: string; readonly weight: number }[];
  } | null;
  readonly anchor: {
    readonly conditions: readonly string[];
    readonly precision: number;
    readonly precision_low: number;
    readonly coverage: number;
    readonly asked: number;
    readonly found: boolean;
  } | null;
}
