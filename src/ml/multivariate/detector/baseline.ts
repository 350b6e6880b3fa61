// What errors a detector makes on reference rows that it never saw. Everything that current rows are judged by is here, so
// that a profile can keep it and serving can judge without the reference.
import { type Chunks, numericEffect, percentile95 } from '../../drift/chunks.ts';
import { mean } from '../../stats/moments.ts';
import { equalParts, threeSigma } from '../parts.ts';
import type { Limits } from '../report.ts';

export interface Baseline {
  /** Rows behind all of this. */
  readonly rows: number;
  readonly mean: number;
  /** Ascending; of more than a thousand rows a thousand, evenly spread. */
  readonly errors: readonly number[];
  /** A row is strange over `value`; `over` of the baseline's rows are. */
  readonly row: {
    readonly value: number;
    readonly from: 'quantile' | 'metadata' | 'option';
    readonly over: number;
  };
  /** Mean ± 3 standard deviations of parts of the rows, for mean errors of batches. */
  readonly limits: Limits | null;
  /** How far the errors of one stretch of time are from the rest, 95 % of the time; null without time. */
  readonly ks_limit: number | null;
  /** Mean squared error of each column, in the order of the detector's columns; null where only a score is known. */
  readonly column_errors: readonly number[] | null;
}

const QUANTILE = 0.99;
const KEPT = 1000;

/**
 * @param errors of rows in their order, finite
 * @param timeParts indexes into `errors`
 * @param given a threshold that somebody else found
 */
export function baselineOf(
  errors: Float64Array,
  columnErrors: readonly number[] | null,
  timeParts: Chunks,
  given: { readonly value: number; readonly from: 'metadata' | 'option' } | null,
): Baseline {
  const sorted = errors.slice().sort();
  const parts = timeParts.length >= 2 ? timeParts : equalParts(errors.length);
  const partOf = (rows: Int32Array) => Float64Array.from(rows, (at) => errors[at]!);
  const row = given ?? { value: sorted[Math.ceil(QUANTILE * sorted.length) - 1]!, from: 'quantile' as const };
  const apart = timeParts.map((rows) => numericEffect('ks', sorted, partOf(rows).sort(), 2));
  return {
    rows: errors.length,
    mean: mean(errors),
    errors: spread(sorted),
    row: { ...row, over: sorted.filter((error) => error > row.value).length },
    limits: threeSigma(Float64Array.from(parts, (rows) => mean(partOf(rows)))),
    ks_limit: apart.length >= 2 ? percentile95(Float64Array.from(apart)) : null,
    column_errors: columnErrors,
  };
}

function spread(sorted: Float64Array): number[] {
  if (sorted.length <= KEPT) return [...sorted];
  return Array.from({ length: KEPT }, (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / KEPT)]!);
}
