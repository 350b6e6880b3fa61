// Which tracked data and outs differ between two sides, and for directories which files.
import { type StoredArtifact, sameArtifact } from '../core/artifact.ts';
import { MlopsError } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import { diffTrees, type TreeDiff } from '../store/tree-list.ts';
import type { NodeReader } from '../store/tree-read.ts';
import { byCodeUnit } from '../util/compare.ts';
import type { Side } from './side.ts';

export interface DataChange {
  readonly path: RepoPath;
  /** Absent: not recorded on that side. */
  readonly was?: StoredArtifact;
  readonly now?: StoredArtifact;
  /** Inside a directory whose listings are here; undefined otherwise. */
  readonly files: readonly TreeDiff[] | undefined;
}

/** What the locks of a side record. */
export function recordedAt(side: Side): Map<RepoPath, StoredArtifact> {
  const all = new Map<RepoPath, StoredArtifact>();
  for (const lock of side.locks().values()) {
    for (const [path, { from: _, ...artifact }] of lock.data) all.set(path, artifact);
    for (const block of lock.stages.values())
      for (const [path, artifact] of Object.entries(block.outs)) all.set(path as RepoPath, artifact);
  }
  return all;
}

export function compareData(
  was: ReadonlyMap<RepoPath, StoredArtifact>,
  now: ReadonlyMap<RepoPath, StoredArtifact>,
  nodes: NodeReader,
): DataChange[] {
  const paths = [...new Set([...was.keys(), ...now.keys()])].sort(byCodeUnit);
  return paths.flatMap((path): DataChange[] => {
    const [old, fresh] = [was.get(path), now.get(path)];
    if (old && fresh && sameArtifact(old, fresh)) return [];
    return [
      {
        path,
        ...(old ? { was: old } : {}),
        ...(fresh ? { now: fresh } : {}),
        files: old && fresh ? filesBetween(nodes, old, fresh) : undefined,
      },
    ];
  });
}

function filesBetween(nodes: NodeReader, was: StoredArtifact, now: StoredArtifact): DataChange['files'] {
  if (!('tree' in was) || !('tree' in now)) return undefined;
  return whereListed(() => diffTrees(nodes, was, now));
}

/** Undefined when a listing is not here: what is inside is not known then. */
export function whereListed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MlopsError && error.failures[0]!.exit === 'missing') return undefined;
    throw error;
  }
}
