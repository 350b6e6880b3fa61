// The table of experiments: who is in it, what each has of params and metrics, and which of these are worth a column.
import {
  type EndedTicket,
  type Experiment,
  type Override,
  overrideWords,
  type Ticket,
} from '../core/experiment.ts';
import type { ExperimentRow, ExperimentTable, RowGroup } from '../core/experiment-table.ts';
import type { Failure } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import type { CommitHead } from '../git/commit-heads.ts';
import type { Repository } from '../git/repository.ts';
import { flattened } from '../run/values.ts';
import type { Store } from '../store/store.ts';
import { byCodeUnit } from '../util/compare.ts';
import { Commits } from './commits/commits.ts';
import { CommitValues, type Values } from './commits/values.ts';
import { type RowValues, tabulate } from './table-columns.ts';
import { withOverrides } from './table-overrides.ts';

/** A baseline that was chosen, with what was tried on it. */
export interface TableGroup extends RowGroup {
  readonly experiments: readonly Experiment[];
  readonly tickets: readonly QueueEntry[];
}

/** What the queue says of a ticket that is no experiment. */
export type QueueEntry =
  | { readonly state: 'waiting' | 'running'; readonly ticket: Ticket }
  | { readonly state: 'failed' | 'killed'; readonly ticket: EndedTicket };

export interface TableParts {
  readonly repo: Repository;
  readonly store: Pick<Store, 'has' | 'read'>;
  readonly groups: readonly TableGroup[];
  /** First in the table, in the group of HEAD; undefined: not wanted, or its pipeline is wrong. */
  readonly workspace: RowValues | undefined;
  /** Undefined before the first commit. */
  readonly head: CommitId | undefined;
}

export interface BuiltTable {
  readonly table: ExperimentTable;
  /** Files of rows that could not be read. */
  readonly unreadable: readonly { readonly row: string; readonly failure: Failure }[];
}

/** What commits say of themselves, as far as they are here. */
type Heads = ReadonlyMap<CommitId, CommitHead>;

/** A row, and the commit whose files it shows. */
interface Draft {
  readonly row: Omit<ExperimentRow, 'values'>;
  readonly from: CommitId | null;
}

export function buildTable(parts: TableParts): BuiltTable {
  const commits = commitsOf(parts);
  const drafts = parts.groups.flatMap((group, at) => draftsOf(group, at, commits.here));
  if (parts.workspace) drafts.unshift({ row: workspaceRow(parts), from: null });
  const found = valuesOf(parts, drafts, commits);
  const { columns, values } = tabulate(found, overriddenIn(drafts));
  return {
    table: {
      columns,
      groups: parts.groups.map(({ commit, name, gone }) => ({ commit, name, gone })),
      rows: drafts.map(({ row }, at) => ({ ...row, values: values[at]! })),
    },
    unreadable: drafts.flatMap(({ row }, at) =>
      found[at]!.unreadable.map((failure) => ({ row: row.name, failure })),
    ),
  };
}

function commitsOf({ repo, groups }: TableParts): Commits {
  const stacked = groups.flatMap(({ experiments, tickets }) => [
    ...experiments,
    ...tickets.map(({ ticket }) => ticket),
  ]);
  return new Commits(
    repo,
    stacked,
    groups.flatMap(({ commit }) => commit ?? []),
  );
}

function workspaceRow({ groups, head }: TableParts): Draft['row'] {
  const found = groups.findIndex(({ commit }) => commit === head);
  const group = Math.max(0, found);
  return { ...BLANK, name: 'workspace', state: 'workspace', group, baseline: groups[group]?.name ?? '' };
}

const BLANK = { commit: null, created: null, ms: null, message: '', overrides: [], failure: null } as const;

/** The baseline, its experiments as they were made, then what waits, runs or failed. */
function draftsOf(group: TableGroup, at: number, here: Heads): Draft[] {
  const { commit } = group;
  const place = { group: at, baseline: group.name };
  const head = commit === null ? undefined : here.get(commit);
  const row = { ...BLANK, name: group.name, state: 'baseline' as const, ...place, commit };
  const baseline = head ? [{ row: { ...row, created: head.when, message: head.subject }, from: commit }] : [];
  const made = [...group.experiments].sort((a, b) => byCodeUnit(a.started ?? '', b.started ?? ''));
  return [
    ...baseline,
    ...made.map((experiment) => ({
      row: { ...experimentRow(experiment), ...place },
      from: experiment.commit,
    })),
    ...group.tickets.map((entry) => ({ row: { ...ticketRow(entry), ...place }, from: entry.ticket.commit })),
  ];
}

type Placeless = Omit<Draft['row'], 'group' | 'baseline'>;

function experimentRow(experiment: Experiment): Placeless {
  const { name, commit, started, ms, message, overrides, ended } = experiment;
  const state = ended === 'gate' ? 'gate' : 'done';
  return { name, state, commit, created: timeOf(started), ms, message, overrides, failure: null };
}

function ticketRow(entry: QueueEntry): Placeless {
  const { name, created, overrides, message } = entry.ticket;
  const ended = entry.state === 'failed' || entry.state === 'killed' ? entry.ticket : undefined;
  return {
    ...BLANK,
    name,
    state: entry.state,
    created: timeOf(created),
    ms: ended ? Date.parse(ended.ended) - Date.parse(ended.started) : null,
    message: message ?? overrides.map(overrideWords).join(' '),
    overrides,
    failure: ended?.failure ?? null,
  };
}

/** Null for what is no time: a message may say anything. */
function timeOf(text: string): string | null {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

function valuesOf(parts: TableParts, drafts: readonly Draft[], commits: Commits): Values[] {
  const ids = [...commits.here.keys()];
  const found = new CommitValues(commits, parts.store).of(ids);
  const read = new Map(ids.map((commit, at) => [commit, found[at]!]));
  return drafts.map(({ row, from }): Values => {
    const values = (from === null ? undefined : read.get(from)) ?? NOTHING;
    if (row.state === 'workspace') return { ...NOTHING, ...parts.workspace };
    if (row.commit !== null) return values;
    // A ticket stands on the workspace it was queued in: its params will be those with the overrides, metrics it has none.
    return { ...values, params: withOverrides(values.params, row.overrides), metrics: [] };
  });
}

const NOTHING: Values = { params: [], metrics: [], unreadable: [] };

/** `file\0key` of every param that a row overrode, down to single values. */
function overriddenIn(drafts: readonly Draft[]): Set<string> {
  return new Set(drafts.flatMap(({ row }) => row.overrides.flatMap(keysOf)));
}

function keysOf({ file, key, value }: Override): string[] {
  const dotted = key.filter((part) => typeof part === 'string').join('.');
  return [
    `${file}\0${dotted}`,
    ...flattened(file, value ?? null, '.', dotted).map((each) => `${file}\0${each.key}`),
  ];
}
