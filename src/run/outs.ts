// What the workspace holds of a stage's outs, against what was recorded.
import { type StoredArtifact, sameArtifact } from '../core/artifact.ts';
import type { RepoPath } from '../core/ids.ts';
import type { Outs } from '../core/lock.ts';
import type { Stage } from '../core/pipeline.ts';
import type { Reason } from '../core/verdict.ts';
import type { Batch } from '../store/batch.ts';
import { type Snapshot, snapshot } from '../store/snapshot.ts';
import type { RunContext } from './context.ts';

export type OutSnapshots = ReadonlyMap<RepoPath, Snapshot<StoredArtifact> | undefined>;

/** `into`: see `snapshot`; given when what is found will be stored. */
export async function snapshotOuts(context: RunContext, stage: Stage, into?: Batch): Promise<OutSnapshots> {
  const found = new Map<RepoPath, Snapshot<StoredArtifact> | undefined>();
  for (const out of stage.outs)
    found.set(out.path, await snapshot(context.workspace, out.path, out.cache ? into : undefined));
  return found;
}

/** Empty when every out is in the workspace exactly as recorded. */
export function outDifferences(now: OutSnapshots, recorded: Outs): Reason[] {
  return [...now].flatMap(([path, here]): Reason[] => {
    if (!here) return [{ kind: 'out-missing', path }];
    const before = recorded[path];
    return before && sameArtifact(here.artifact, before) ? [] : [{ kind: 'out-modified', path }];
  });
}
