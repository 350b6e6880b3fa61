// Directories of which only a part was checked out (`mlops pull data/raw/2014`). What is not here was not deleted: as
// long as nothing in them changed, they count as absent, and their record stays what it was.
import { readFileSync } from 'node:fs';
import type { StoredArtifact } from '../core/artifact.ts';
import { failure, MlopsError } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import type { Batch } from '../store/batch.ts';
import { save } from '../store/save.ts';
import { type Snapshot, snapshot } from '../store/snapshot.ts';
import { diffTrees } from '../store/tree-list.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';
import type { RunContext, StateDirs } from './context.ts';

/**
 * What stands at `path`; undefined when it is absent, or a part of what was recorded. @throws Failure 'refused' for a part that was changed
 * `into`: see `snapshot`.
 */
export async function snapshotWhole(
  context: RunContext,
  path: RepoPath,
  into?: Batch,
): Promise<Snapshot<StoredArtifact> | undefined> {
  const here = await snapshot(context.workspace, path, into);
  if (!here || !readPartial(context.state).has(path)) return here;
  const recorded = context.locks.owner(path)?.artifact;
  if (!recorded || !('tree' in recorded) || !('tree' in here.artifact)) return here;
  await save(context.workspace, here);
  const changed = diffTrees(context.workspace.store, recorded, here.artifact).filter(
    (each) => each.kind !== 'removed',
  );
  if (changed.length === 0) return undefined;
  throw new MlopsError(
    failure(
      'refused',
      `${path} is only partly here, and ${changed[0]!.path} in it changed: the rest would look deleted`,
      { help: `bring the rest first: mlops pull ${path}` },
    ),
  );
}

/** After a checkout: whether `path` is now whole or a part. */
export function markPartial(state: StateDirs, path: RepoPath, partial: boolean): void {
  const known = readPartial(state);
  if (known.has(path) === partial) return;
  if (partial) known.add(path);
  else known.delete(path);
  writeAtomic(fileOf(state), JSON.stringify([...known]));
}

function readPartial(state: StateDirs): Set<RepoPath> {
  return new Set(JSON.parse(orAbsent(() => readFileSync(fileOf(state), 'utf8'), '[]')) as RepoPath[]);
}

function fileOf(state: StateDirs): string {
  return `${state.worktree}/partial.json`;
}
