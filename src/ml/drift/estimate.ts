// How well a model does, over all rows of a side and chunk by chunk: told by labels, or estimated where there are none.
import type { Computed } from '../metrics/data.ts';
import { type AlertLimits, alertLimits, type LimitRule, outside } from './alert-limits.ts';
import type { Estimate, EstimatedPoint } from './estimate-report.ts';
import type { Pair } from './report.ts';
import type { Chunk, Side } from './split.ts';

/** How one metric is found. Rows are indexes into the side's frame. */
export interface Estimator {
  readonly metric: string;
  readonly basis: Estimate['basis'];
  /** What the metric can be; infinite where nothing bounds it. */
  readonly range: readonly [number, number];
  /** Those of `rows` that have what the metric needs: truth, or a prediction. */
  usable(side: Side, rows: Int32Array): Int32Array;
  value(side: Side, usable: Int32Array): Computed;
  /** From labels of the reference, as far as `rows` have them. */
  realised(rows: Int32Array): Computed;
  /** Standard error of the metric over `rows` rows; NaN where unknown. */
  samplingError(rows: number): number;
}

/** NannyML's band: estimate ± 3 sampling errors. */
const BAND = 3;

/** `rows`: all row indexes of each side. */
export function estimateOf(
  estimator: Estimator,
  rows: Pair<Int32Array>,
  chunks: readonly Chunk[],
  rule: LimitRule,
): Estimate {
  const { metric, basis, range } = estimator;
  const realised = chunks
    .filter(({ side }) => side === 'reference')
    .map((chunk) => numberOf(estimator.realised(chunk.rows)));
  const limits = alertLimits(realised.filter(isKnown), rule, range);
  const point = (side: Side, of: Int32Array) => pointOf(estimator, side, of, limits);
  return {
    metric,
    basis,
    limits,
    reference: point('reference', rows.reference),
    current: point('current', rows.current),
    chunks: chunks.map((chunk) => point(chunk.side, chunk.rows)),
  };
}

function pointOf(estimator: Estimator, side: Side, of: Int32Array, limits: AlertLimits): EstimatedPoint {
  const rows = estimator.usable(side, of);
  const value = rows.length === 0 ? null : numberOf(estimator.value(side, rows));
  const error = rows.length === 0 ? Number.NaN : estimator.samplingError(rows.length);
  const known = value !== null && Number.isFinite(error);
  const [least, most] = estimator.range;
  return {
    rows: rows.length,
    value,
    sampling_error: Number.isFinite(error) ? error : null,
    band: known ? [Math.max(least, value - BAND * error), Math.min(most, value + BAND * error)] : null,
    alert: value !== null && outside(value, limits),
  };
}

function numberOf(computed: Computed): number | null {
  return typeof computed === 'number' && Number.isFinite(computed) ? computed : null;
}

function isKnown(value: number | null): value is number {
  return value !== null;
}
