// A search under way, as data: what was asked so far and what came of it. The next point follows from this record and
// nothing else, so a search that is read from a file goes on as if it had never stopped.
import type { Point, Space } from './space.ts';

export type Outcome = { readonly kind: 'value'; readonly value: number } | { readonly kind: 'failed' };

export interface Trial {
  readonly point: Point;
  /** Null while it runs or waits. */
  readonly outcome: Outcome | null;
}

export interface Study {
  readonly space: Space;
  readonly search: 'grid' | 'random' | 'tpe';
  /** A whole number from 0 to 2³² − 1. */
  readonly seed: number;
  readonly direction: 'min' | 'max';
  /** How many at most; null = all there are, for grid. */
  readonly limit: number | null;
  /** In the order they were asked; a trial's number is its index. */
  readonly trials: readonly Trial[];
}

/** The study with one more trial; undefined when there is nothing left to try. */
export function ask(study: Study): Study | undefined {
  void study;
  throw new Error('BUG: not yet');
}

/** A value stands for good; a failure may still become a value, when the trial was tried again. */
export function tell(study: Study, trial: number, outcome: Outcome): Study {
  void trial;
  void outcome;
  return study;
}
