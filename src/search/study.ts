// A search under way, as data: what was asked so far and what came of it. The next point follows from this record and
// nothing else, so a search that is read from a file goes on as if it had never stopped.
import type { Point, Space } from './space.ts';

export type Outcome =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'failed'; readonly why?: string };

export interface Trial {
  readonly point: Point;
  /** Null while it runs or waits. */
  readonly outcome: Outcome | null;
}

export interface Study {
  readonly space: Space;
  /** A whole number from 0 to 2³² − 1. */
  readonly seed: number;
  readonly direction: 'min' | 'max';
  /** In the order they were asked; a trial's number is its index. */
  readonly trials: readonly Trial[];
}

/** A value stands for good; a failure may still become a value, when the trial was tried again. NaN is a failure. */
export function told(trials: readonly Trial[], trial: number, outcome: Outcome): readonly Trial[] {
  const before = trials[trial];
  if (!before || before.outcome?.kind === 'value') return trials;
  const known: Outcome =
    outcome.kind === 'value' && !Number.isFinite(outcome.value)
      ? { kind: 'failed', why: `${outcome.value} cannot be compared` }
      : outcome;
  return trials.with(trial, { ...before, outcome: known });
}
