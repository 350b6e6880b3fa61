// The table of experiments: who is in it, what each has of params and metrics, and which of these are worth a column.
import type { EndedTicket, Experiment, Override, Ticket } from '../core/experiment.ts';
import type { ExperimentRow, ExperimentTable, RowGroup } from '../core/experiment-table.ts';
import type { Failure } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import { commitHeads } from '../git/commit-heads.ts';
import type { Repository } from '../git/repository.ts';
import { flattened } from '../run/values.ts';
import type { Store } from '../store/store.ts';
import { byCodeUnit } from '../util/compare.ts';
import { type RowValues, tabulate } from './table-columns.ts';
import { Blobs, CommitFiles } from './table-files.ts';
import { withOverrides } from './table-overrides.ts';
import { CommitPipelines } from './table-pipelines.ts';
import { CommitValues, type Values } from './table-values.ts';

/** A baseline that was chosen, with what was tried on it. */
export interface TableGroup extends RowGroup {
  readonly experiments: readonly Experiment[];
  readonly tickets: readonly QueueEntry[];
}

/** What the queue says of a ticket that is no experiment. */
export type QueueEntry =
  | { readonly state: 'waiting'; readonly ticket: Ticket }
  | { readonly state: 'running'; readonly ticket: Ticket; readonly started: string }
  | { readonly state: 'failed' | 'killed'; readonly ticket: EndedTicket };

export interface TableParts {
  readonly repo: Repository;
  readonly store: Pick<Store, 'has' | 'read'>;
  readonly groups: readonly TableGroup[];
  /** First in the table, in the group of HEAD; undefined: not wanted, or its pipeline is wrong. */
  readonly workspace: RowValues | undefined;
  /** From which the baselines are understood; undefined before the first commit. */
  readonly head: CommitId | undefined;
}

export interface BuiltTable {
  readonly table: ExperimentTable;
  /** Files of rows that could not be read. */
  readonly unreadable: readonly { readonly row: string; readonly failure: Failure }[];
}

/** A row, and the commit whose files it shows. */
interface Draft {
  readonly row: Omit<ExperimentRow, 'values'>;
  readonly from: CommitId | null;
}

export function buildTable(parts: TableParts): BuiltTable {
  const drafts = parts.groups.flatMap((group, at) => draftsOf(parts, group, at));
  if (parts.workspace) drafts.unshift({ row: workspaceRow(groupOfHead(parts)), from: null });
  const found = valuesOf(parts, drafts);
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

function groupOfHead({ groups, head }: TableParts): number {
  return Math.max(
    0,
    groups.findIndex(({ commit }) => commit === head),
  );
}

function workspaceRow(group: number): Draft['row'] {
  return { ...BLANK, name: 'workspace', state: 'workspace', group };
}

const BLANK = { commit: null, created: null, ms: null, message: '', overrides: [], failure: null } as const;

/** The baseline, its experiments as they were made, then what waits, runs or failed. */
function draftsOf({ repo }: TableParts, group: TableGroup, at: number): Draft[] {
  const head = group.commit === null ? undefined : commitHeads(repo, [group.commit]).get(group.commit);
  const baseline: Draft[] =
    group.commit === null || head === undefined
      ? []
      : [
          {
            row: {
              ...BLANK,
              name: group.name,
              state: 'baseline',
              commit: group.commit,
              group: at,
              created: head.when,
              message: head.subject,
            },
            from: group.commit,
          },
        ];
  const made = [...group.experiments].sort((a, b) => byCodeUnit(a.started, b.started));
  return [
    ...baseline,
    ...made.map((experiment) => ({ row: experimentRow(experiment, at), from: experiment.commit })),
    ...group.tickets.map((entry) => ({ row: ticketRow(entry, at), from: entry.ticket.commit })),
  ];
}

function experimentRow(experiment: Experiment, group: number): Draft['row'] {
  const { name, commit, started, ms, message, overrides, ended } = experiment;
  const state = ended === 'gate' ? 'gate' : 'done';
  return { name, state, commit, group, created: started, ms, message, overrides, failure: null };
}

function ticketRow({ state, ticket }: QueueEntry, group: number): Draft['row'] {
  const { name, created, overrides, message } = ticket;
  const ended = 'ended' in ticket ? (ticket as EndedTicket) : undefined;
  return {
    ...BLANK,
    name,
    state,
    group,
    created,
    ms: ended ? Date.parse(ended.ended) - Date.parse(ended.started) : null,
    message: message ?? '',
    overrides,
    failure: ended?.failure ?? null,
  };
}

function valuesOf(parts: TableParts, drafts: readonly Draft[]): Values[] {
  const read = readCommits(parts, [...new Set(drafts.flatMap(({ from }) => from ?? []))]);
  return drafts.map(({ row, from }): Values => {
    if (from === null) return { params: [], metrics: [], unreadable: [], ...parts.workspace };
    const values = read.get(from)!;
    if (row.commit !== null) return values;
    // A ticket stands on the workspace it was queued in: its params will be those with the overrides, metrics it has none.
    return { ...values, params: withOverrides(values.params, row.overrides), metrics: [] };
  });
}

function readCommits({ repo, store, groups, head }: TableParts, commits: readonly CommitId[]) {
  const baselineOf = new Map<CommitId, CommitId>(
    groups.flatMap(({ experiments, tickets }) => [
      ...experiments.map(({ commit, baseline }): [CommitId, CommitId] => [commit, baseline]),
      ...tickets.map(({ ticket }): [CommitId, CommitId] => [ticket.commit, ticket.baseline]),
    ]),
  );
  const here = commitHeads(repo, [...new Set([...commits, ...baselineOf.values()])]);
  const present = commits.filter((commit) => here.has(commit));
  const root = head ?? present[0];
  const nothing: Values = { params: [], metrics: [], unreadable: [] };
  if (root === undefined) return new Map(commits.map((commit) => [commit, nothing]));
  const baselines = new Set([...baselineOf.values(), ...present].filter((commit) => here.has(commit) && !baselineOf.has(commit)));
  const files = new CommitFiles(
    repo,
    root,
    baselines,
    present.flatMap((commit) => {
      const baseline = baselineOf.get(commit);
      return baseline === undefined ? [] : [{ commit, baseline }];
    }),
  );
  const blobs = new Blobs(repo);
  const values = new CommitValues(files, blobs, new CommitPipelines(files, blobs), store).of(present);
  const found = new Map(present.map((commit, at) => [commit, values[at]!]));
  return new Map(commits.map((commit) => [commit, found.get(commit) ?? nothing]));
}

/** `file\0key` of every param that a row overrode, down to single values. */
function overriddenIn(drafts: readonly Draft[]): Set<string> {
  return new Set(drafts.flatMap(({ row }) => row.overrides.flatMap(keysOf)));
}

function keysOf({ file, key, value }: Override): string[] {
  const dotted = key.filter((part) => typeof part === 'string').join('.');
  return [`${file}\0${dotted}`, ...flattened(file, value ?? null, dotted).map((each) => `${file}\0${each.key}`)];
}
