// Experiments beside each other: what a table of them holds, whoever draws, filters or sorts it.
import type { Override } from './experiment.ts';
import type { CommitId, RepoPath } from './ids.ts';
import type { Json } from './json.ts';

/** `done` and `gate` are commits; the last four are tickets of the queue. */
export type RowState =
  | 'workspace'
  | 'baseline'
  | 'done'
  | 'gate'
  | 'waiting'
  | 'running'
  | 'failed'
  | 'killed';

/** A param or a metric. */
export interface ValueColumn {
  readonly kind: 'param' | 'metric';
  readonly file: RepoPath;
  /** Dotted. */
  readonly key: string;
  /** The shortest end of `file:key` that means no other column. */
  readonly name: string;
  /** Of a metric whose direction is known. */
  readonly better: 'max' | 'min' | 'zero' | null;
  /** Whether the rows differ in it, or somebody overrode it. */
  readonly differs: boolean;
}

export interface ExperimentRow {
  /** Of an experiment; `workspace`; of a baseline its branch or tag, else the beginning of its id. */
  readonly name: string;
  readonly state: RowState;
  /** Null: the workspace, or a ticket that has not run. */
  readonly commit: CommitId | null;
  /** Index into the groups of the table. */
  readonly group: number;
  /** ISO time. */
  readonly created: string | null;
  readonly ms: number | null;
  /** What it was for, in words. */
  readonly message: string;
  readonly overrides: readonly Override[];
  /** Why it failed. */
  readonly failure: string | null;
  /** One a column; undefined where it has none. */
  readonly values: readonly (Json | undefined)[];
}

/** A baseline with what was tried on it. */
export interface RowGroup {
  readonly commit: CommitId | null;
  readonly name: string;
  /** No branch leads to it any more. */
  readonly gone: boolean;
}

export interface ExperimentTable {
  readonly columns: readonly ValueColumn[];
  readonly groups: readonly RowGroup[];
  /** By group; in each first its baseline, then experiments as they were made, then the queue. */
  readonly rows: readonly ExperimentRow[];
}
