// Baselines in a history that was rewritten since: a rebase, a squash or an amend gives a commit another id. No ref is moved
// for that; a baseline is found again at reading, by what the record of an experiment says of it.
import type { Experiment } from '../core/experiment.ts';
import type { CommitId } from '../core/ids.ts';
import { commitsWithPatches, commitsWithTrees, unreachable } from '../git/reachable.ts';
import type { Repository } from '../git/repository.ts';
import { experimentPrefixes } from './refs.ts';

export type FoundBaseline =
  /** A branch, a tag or HEAD leads to the baseline itself. */
  | { readonly kind: 'itself'; readonly commit: CommitId }
  /** To another commit with the same files, or with the same change. */
  | { readonly kind: 'tree' | 'patch'; readonly commit: CommitId }
  | { readonly kind: 'gone' };

/**
 * By the recorded baseline. `configured` is `exp.refs`. One git call where no history was rewritten, three where trees are
 * looked for, six at most, however many experiments there are.
 */
export function findBaselines(
  repo: Repository,
  experiments: readonly Pick<Experiment, 'baseline' | 'baselineTree' | 'patch'>[],
  configured?: string,
): ReadonlyMap<CommitId, FoundBaseline> {
  const tips = { except: experimentPrefixes(configured) };
  const records = new Map(experiments.map((each) => [each.baseline, each]));
  const lost = unreachable(repo, [...records.keys()], tips);
  const sought = [...records.values()].filter(({ baseline }) => lost.has(baseline));
  const byTree = commitsWithTrees(repo, new Set(sought.map(({ baselineTree }) => baselineTree)), tips);
  const patches = sought.flatMap(({ baselineTree, patch }) =>
    patch === null || byTree.has(baselineTree) ? [] : patch,
  );
  const byPatch = commitsWithPatches(repo, new Set(patches), tips);
  const find = ({ baseline, baselineTree, patch }: (typeof experiments)[number]): FoundBaseline => {
    if (!lost.has(baseline)) return { kind: 'itself', commit: baseline };
    const sameTree = byTree.get(baselineTree);
    if (sameTree) return { kind: 'tree', commit: sameTree };
    const samePatch = patch === null ? undefined : byPatch.get(patch);
    return samePatch ? { kind: 'patch', commit: samePatch } : { kind: 'gone' };
  };
  return new Map([...records].map(([baseline, record]) => [baseline, find(record)]));
}

/** Experiments by the commit they belong to now; those of which it is gone by what it was. */
export function groupByBaseline(
  repo: Repository,
  experiments: readonly Experiment[],
  configured: string | undefined,
): { readonly on: Map<CommitId, Experiment[]>; readonly gone: Map<CommitId, Experiment[]> } {
  const found = findBaselines(repo, experiments, configured);
  const [on, gone] = [new Map<CommitId, Experiment[]>(), new Map<CommitId, Experiment[]>()];
  for (const each of experiments) {
    const baseline = found.get(each.baseline)!;
    const [among, commit] = baseline.kind === 'gone' ? [gone, each.baseline] : [on, baseline.commit];
    const group = among.get(commit);
    if (group) group.push(each);
    else among.set(commit, [each]);
  }
  return { on, gone };
}
