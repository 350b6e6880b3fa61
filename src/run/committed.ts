// The pipeline and its locks as a commit holds them, whatever the workspace does.
import type { ActionCatalog } from '../core/action.ts';
import type { CommitId, RepoPath } from '../core/ids.ts';
import type { Lock } from '../core/lock.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { filesNamedAt } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import { loadPipeline } from '../pipeline/load.ts';
import type { LockedPipeline } from './shared.ts';
import { sideOf } from './side.ts';

/** @throws MlopsError with all problems of its pipeline.yaml */
export function committed(repo: Repository, commit: CommitId, actions: ActionCatalog): LockedPipeline {
  const side = sideOf(repo, commit);
  const locks = side.locks();
  const pipeline = loadPipeline(
    {
      files: filesNamedAt(repo, commit, 'pipeline.yaml'),
      read: (path) => side.read([path])[0]?.toString(),
    },
    actions,
  );
  return lockedBy(pipeline, locks);
}

/** `locks` by their paths. */
export function lockedBy(pipeline: Pipeline, locks: ReadonlyMap<RepoPath, Lock>): LockedPipeline {
  return {
    pipeline,
    locks: {
      data: (path) => locks.get(pipeline.data.get(path)!.file.lock)?.data.get(path),
      block: (stage) => locks.get(stage.file.lock)?.stages.get(stage.local),
    },
  };
}
