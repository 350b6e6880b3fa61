// Which baselines a table shows, and what belongs to each.
import type { Experiment } from '../core/experiment.ts';
import type { CommitId } from '../core/ids.ts';
import { type CommitNames, namesOfCommits, recentCommits } from '../git/commit-heads.ts';
import { currentBranch, headCommit } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import { groupByBaseline } from './find-baselines.ts';
import { experimentPrefixes } from './refs.ts';
import type { QueueEntry, TableGroup } from './table.ts';

/** Which commits are wanted as baselines. `all`: those that something was tried on; `recent`: the last of this branch. */
export type BaselineWish =
  | { readonly kind: 'all' }
  | { readonly kind: 'tags' }
  | { readonly kind: 'recent'; readonly count: number }
  | { readonly kind: 'named'; readonly commits: readonly CommitId[] };

export interface Selected {
  readonly groups: readonly TableGroup[];
  readonly head: CommitId | undefined;
  /** Experiments on baselines that are not shown, and those whose baseline is gone. */
  readonly elsewhere: number;
  readonly gone: number;
}

/** `configured` is `exp.refs`. */
export function selectGroups(
  repo: Repository,
  experiments: readonly Experiment[],
  queue: readonly QueueEntry[],
  wish: BaselineWish,
  configured?: string,
): Selected {
  const head = headCommit(repo);
  const names = namesOfCommits(repo);
  const branch = currentBranch(repo);
  const { on, gone } = groupByBaseline(repo, experiments, configured);
  const members = membersOf(on, queue);
  const commits = new Set(wanted(repo, wish, head, names, [...members.keys()]));
  const prefixes = experimentPrefixes(configured);
  const isExperiment = (name: string) => prefixes.some((prefix) => `refs/heads/${name}`.startsWith(prefix));
  const nameOf = (commit: CommitId): string => {
    const { branches = [], tags = [] } = names.get(commit) ?? {};
    if (commit === head && branch !== undefined) return branch;
    return branches.find((name) => !isExperiment(name)) ?? tags[0] ?? commit.slice(0, 7);
  };
  const groups = [...commits].map(
    (commit): TableGroup => ({
      commit,
      name: nameOf(commit),
      gone: false,
      ...(members.get(commit) ?? EMPTY),
    }),
  );
  const shown = groups.reduce((sum, group) => sum + group.experiments.length, 0);
  const lost = [...gone.values()].reduce((sum, each) => sum + each.length, 0);
  return {
    groups: wish.kind === 'all' ? [...groups, ...goneGroups(gone)] : groups,
    head,
    elsewhere: experiments.length - lost - shown,
    gone: wish.kind === 'all' ? 0 : lost,
  };
}

const EMPTY: Pick<TableGroup, 'experiments' | 'tickets'> = { experiments: [], tickets: [] };

function membersOf(experiments: ReadonlyMap<CommitId, readonly Experiment[]>, queue: readonly QueueEntry[]) {
  const members = new Map<CommitId, { experiments: readonly Experiment[]; tickets: QueueEntry[] }>();
  for (const [commit, some] of experiments) members.set(commit, { experiments: some, tickets: [] });
  for (const entry of queue) {
    const { baseline } = entry.ticket;
    const found = members.get(baseline) ?? { experiments: [], tickets: [] };
    found.tickets.push(entry);
    members.set(baseline, found);
  }
  return members;
}

/** HEAD comes first, then others in the order in which something was first tried on them. */
function wanted(
  repo: Repository,
  wish: BaselineWish,
  head: CommitId | undefined,
  names: ReadonlyMap<CommitId, CommitNames>,
  tried: readonly CommitId[],
): CommitId[] {
  switch (wish.kind) {
    case 'named':
      return [...wish.commits];
    case 'recent':
      return recentCommits(repo, wish.count);
    case 'tags':
      return [...names].flatMap(([commit, { tags }]) => (tags.length > 0 ? [commit] : []));
    case 'all':
      return [...(head === undefined ? [] : [head]), ...tried];
  }
}

/** One a baseline. */
function goneGroups(gone: ReadonlyMap<CommitId, readonly Experiment[]>): TableGroup[] {
  return [...gone].map(([commit, experiments]) => ({
    commit,
    name: commit.slice(0, 7),
    gone: true,
    experiments,
    tickets: [],
  }));
}
