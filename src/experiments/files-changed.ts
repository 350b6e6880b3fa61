import type { Experiment } from '../core/experiment.ts';
import type { RepoPath } from '../core/ids.ts';
import { tryResolve } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import { changesAgainst, filesAt } from '../git/tree-files.ts';
import { byCodeUnit } from '../util/compare.ts';

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
