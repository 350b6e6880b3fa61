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
  /** Index into the groups of the table, and the name of that one. */
  readonly group: number;
  readonly baseline: string;
  /** ISO time, UTC, milliseconds. */
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

/** What a table may show: what every row has, and its values. */
export type Cell =
  | { readonly kind: 'name' | 'baseline' | 'state' | 'created' | 'duration' | 'message' }
  | { readonly kind: 'value'; readonly at: number };

/** Undefined: the row has none. A time is ISO, a duration milliseconds. */
export function cellOf(row: ExperimentRow, cell: Cell): Json | undefined {
  switch (cell.kind) {
    case 'value':
      return row.values[cell.at];
    case 'created':
      return row.created ?? undefined;
    case 'duration':
      return row.ms ?? undefined;
    case 'message':
      return row.message;
    case 'name':
      return row.name;
    case 'baseline':
      return row.baseline;
    case 'state':
      return row.state;
  }
}

export const FIXED = ['name', 'baseline', 'state', 'created', 'duration', 'message'] as const;

/** Rows that hold the best value of a metric; none when all are equal, or nobody knows which way is better. */
export function bestRows(
  rows: readonly ExperimentRow[],
  column: ValueColumn,
  at: number,
): Set<ExperimentRow> {
  const { better } = column;
  const scored = rows.flatMap((row) => {
    const value = row.values[at];
    return typeof value === 'number' ? [{ row, gain: gainOf(value, better) }] : [];
  });
  const most = scored.reduce((top, { gain }) => Math.max(top, gain), Number.NEGATIVE_INFINITY);
  const best = scored.filter(({ gain }) => gain === most);
  return new Set(better === null || best.length === scored.length ? [] : best.map(({ row }) => row));
}

function gainOf(value: number, better: ValueColumn['better']): number {
  return better === 'max' ? value : better === 'zero' ? -Math.abs(value) : -value;
}

export function sameCell(a: Cell, b: Cell): boolean {
  return a.kind === 'value' ? b.kind === 'value' && a.at === b.at : a.kind === b.kind;
}

/** What the page of experiments and its script say to each other. */
export interface PageData {
  /** Its rows are those of the page, in order. */
  readonly table: ExperimentTable;
  readonly cells: readonly Cell[];
  readonly precision: number | null;
}
