// What a report says of how well a model does: realised with labels, or estimated without.
import type { AlertLimits } from './alert-limits.ts';

/** One metric. `basis`: `labels` = realised; CBPE estimates for classes, DLE for numbers. */
export interface Estimate {
  readonly metric: string;
  readonly basis: 'labels' | 'cbpe' | 'dle';
  /** From the realised metric of the reference's chunks. */
  readonly limits: AlertLimits;
  /** Over all rows of the side. */
  readonly reference: EstimatedPoint;
  readonly current: EstimatedPoint;
  /** In the order of the chunks that were asked for: the reference's, then the current ones. */
  readonly chunks: readonly EstimatedPoint[];
}

export interface EstimatedPoint {
  readonly rows: number;
  /** Null where it cannot be computed, as an area under a curve of one class. */
  readonly value: number | null;
  /** Standard error of the metric over as many rows as these. */
  readonly sampling_error: number | null;
  /** `value` ± 3 sampling errors, within what the metric can be. */
  readonly band: readonly [number, number] | null;
  /** `value` lies outside the limits. */
  readonly alert: boolean;
}

/** What a report says of it; the chunks stand in the details. */
export type EstimateSummary = Omit<Estimate, 'chunks'>;
