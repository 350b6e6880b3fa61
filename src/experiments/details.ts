// One experiment in full: what its stages took, and which files it changed.
import type { Experiment } from '../core/experiment.ts';
import type { RepoPath, StageName } from '../core/ids.ts';
import { tryResolve } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import { changesAgainst, filesAt } from '../git/tree-files.ts';
import type { LockedPipeline } from '../run/shared.ts';
import { readRuns } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { byCodeUnit } from '../util/compare.ts';

export interface StageTime {
  readonly stage: StageName;
  /** Null where no run of it is known here. */
  readonly ms: number | null;
  /** `before`: its result was there when the experiment began. */
  readonly ran: 'here' | 'before' | 'unknown';
}

/** In the order of the pipeline; a stage without a record did not run. `trust`: scopes of the run cache. */
export function stageTimes(
  { started }: Experiment,
  { pipeline, locks }: LockedPipeline,
  store: Pick<Store, 'dir'>,
  trust: readonly string[],
): StageTime[] {
  return pipeline.order.flatMap((name): StageTime[] => {
    const block = locks.block(pipeline.stages.get(name)!);
    if (!block) return [];
    const runs = trust.flatMap((scope) => readRuns(store, scope, block.key));
    const own = runs.find((each) => each.started >= started);
    const ran = own ? 'here' : runs.length > 0 ? 'before' : 'unknown';
    return [{ stage: name, ms: (own ?? runs[0])?.ms ?? null, ran }];
  });
}

export interface FileChange {
  readonly path: RepoPath;
  readonly kind: 'added' | 'changed' | 'removed';
}

/** Files of Git that differ from the baseline; undefined where that is not here. */
export function filesChanged(repo: Repository, { commit, baseline }: Experiment): FileChange[] | undefined {
  if (!tryResolve(repo, baseline)) return undefined;
  const changes =
    changesAgainst(repo, [{ commit, against: baseline }]).get(commit) ?? new Map<RepoPath, null>();
  const before = filesAt(repo, baseline);
  return [...changes]
    .map(([path, blob]): FileChange => {
      const kind = blob === null ? 'removed' : before.has(path) ? 'changed' : 'added';
      return { path, kind };
    })
    .sort((a, b) => byCodeUnit(a.path, b.path));
}
