// Columns looked at together: each check fills its key of `multivariate`, or says in `unavailable` why it could not.
import type { Finding } from '../../core/finding.ts';
import type { ErrorHistogram, Multivariate } from './report.ts';

export interface Together {
  readonly report: Multivariate;
  readonly unavailable: { readonly [name: string]: string };
  readonly findings: readonly Finding[];
  /** What `mlops metrics` lists. */
  readonly metrics: { readonly [name: string]: number };
  readonly histograms: readonly ErrorHistogram[];
}

/** Every key null, for one reason. */
export function nothingTogether(reason: string): Together {
  const unavailable = Object.fromEntries(Object.keys(NOTHING).map((key) => [key, reason]));
  return { report: NOTHING, unavailable, findings: [], metrics: {}, histograms: [] };
}

const NOTHING: Multivariate = {
  pca: null,
  detector: null,
  domain_classifier: null,
  spearman: null,
  outliers: null,
};
