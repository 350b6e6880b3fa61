// Where an experiment belongs in a history that was rewritten since: a rebase, a squash or an amend gives its baseline
// another id. Nothing is moved for that; it is found again at reading, by what the record says of the baseline.
import type { Experiment } from '../core/experiment.ts';
import type { CommitId } from '../core/ids.ts';
import { commitsWithPatches, commitsWithTrees, unreachable } from '../git/reachable.ts';
import type { Repository } from '../git/repository.ts';
import { experimentPrefixes } from './refs.ts';

/** Where the commits are now that experiments started from. */
export type Place =
  /** A branch, a tag or HEAD leads to the baseline itself. */
  | { readonly kind: 'baseline'; readonly commit: CommitId }
  /** To another commit with the same files, or with the same change. */
  | { readonly kind: 'tree' | 'patch'; readonly commit: CommitId }
  | { readonly kind: 'gone' };

/**
 * By the recorded baseline. `configured` is `exp.refs`. One git call where no history was rewritten, three where trees are
 * looked for, six at most, however many experiments there are.
 */
export function placeExperiments(
  repo: Repository,
  experiments: readonly Pick<Experiment, 'baseline' | 'baselineTree' | 'patch'>[],
  configured?: string,
): ReadonlyMap<CommitId, Place> {
  const tips = { except: experimentPrefixes(configured) };
  const records = new Map(experiments.map((each) => [each.baseline, each]));
  const lost = unreachable(repo, [...records.keys()], tips);
  const sought = [...records.values()].filter(({ baseline }) => lost.has(baseline));
  const byTree = commitsWithTrees(repo, new Set(sought.map(({ baselineTree }) => baselineTree)), tips);
  const patches = sought.flatMap(({ baselineTree, patch }) =>
    patch === null || byTree.has(baselineTree) ? [] : patch,
  );
  const byPatch = commitsWithPatches(repo, new Set(patches), tips);
  const placeOf = ({ baseline, baselineTree, patch }: (typeof experiments)[number]): Place => {
    if (!lost.has(baseline)) return { kind: 'baseline', commit: baseline };
    const sameTree = byTree.get(baselineTree);
    if (sameTree) return { kind: 'tree', commit: sameTree };
    const samePatch = patch === null ? undefined : byPatch.get(patch);
    return samePatch ? { kind: 'patch', commit: samePatch } : { kind: 'gone' };
  };
  return new Map([...records].map(([baseline, record]) => [baseline, placeOf(record)]));
}
