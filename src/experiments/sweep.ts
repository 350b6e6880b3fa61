// A sweep: what one command asked for, and how far its search has come. `<common>/mlops/queue/sweeps/<id>.json`:
//
//   {"v":1,"id":"…","created":"…","fixed":[…Override],"dimensions":[…],"objective":{"file":"metrics.json","key":"accuracy"},
//    "search":"tpe","seed":0,"direction":"max","limit":40,"trials":[{"point":{"train.lr":0.01},"outcome":{"kind":"value","value":0.93}}]}
import type { Override } from '../core/experiment.ts';
import type { Outcome, Study } from '../search/study.ts';
import type { Objective } from './objective.ts';
import type { SweepDimension } from './overrides/sweep-dimension.ts';

export interface Sweep extends Omit<Study, 'space'> {
  readonly v: 1;
  readonly id: string;
  /** ISO time. */
  readonly created: string;
  readonly fixed: readonly Override[];
  readonly dimensions: readonly SweepDimension[];
  /** Null where nothing is told: grid, random. */
  readonly objective: Objective | null;
}

/** What a trial overrides, as its ticket says: `sweep: {id, trial}`. */
export interface SweepTrial {
  readonly trial: number;
  readonly overrides: readonly Override[];
}

export type SweepRequest = Omit<Sweep, 'v' | 'created' | 'trials'>;

/**
 * Writes the sweep's file. For grid and random every trial is asked at once: `openTrials` gives them all.
 * `queue` is `<git-common-dir>/mlops/queue`. @throws MlopsError (usage) when there is nothing to try, or no end of it
 */
export function createSweep(queue: string, request: SweepRequest): Sweep {
  void queue;
  throw new Error(`BUG: not yet ${request.id}`);
}

/** @throws MlopsError (missing, integrity) */
export function readSweep(queue: string, id: string): Sweep {
  void queue;
  throw new Error(`BUG: not yet ${id}`);
}

/** Trials that were asked and not told. After a crash some have no ticket yet: whoever goes on makes it. */
export function openTrials(sweep: Sweep): readonly SweepTrial[] {
  void sweep;
  return [];
}

/** Asks for one more and records it before it is given; undefined when the sweep is done asking. */
export async function nextTrial(queue: string, id: string): Promise<SweepTrial | undefined> {
  void queue;
  void id;
  return undefined;
}

/** May be called again: the first value stands, a failure may become a value. Grid and random need no telling. */
export async function tellTrial(queue: string, id: string, trial: number, outcome: Outcome): Promise<void> {
  void queue;
  void id;
  void trial;
  void outcome;
}
