// `--pull` in one transfer instead of one a stage. With the digests that the locks name, every stage can be judged
// before any byte is here: what is fresh but absent is fetched at once, and the visit that follows only puts it in place.
import type { StoredArtifact } from '../core/artifact.ts';
import { MlopsError } from '../core/failure.ts';
import type { RepoPath, StageName } from '../core/ids.ts';
import type { Stage } from '../core/pipeline.ts';
import { fetchObjects } from '../remote/fetch.ts';
import { missingObjects } from '../store/tree-objects.ts';
import type { RunContext } from './context.ts';
import { fingerprintOf } from './fingerprint.ts';
import { outDifferences, snapshotOuts } from './outs.ts';

/** The stages whose outs came. What could not be had is no failure yet: it can be made again. */
export async function prefetch(
  context: RunContext,
  stages: readonly Stage[],
): Promise<ReadonlySet<StageName>> {
  const wanted = new Map<RepoPath, StoredArtifact>();
  const found = new Set<StageName>();
  for (const stage of stages) {
    const outs = await absentOuts(context, stage);
    for (const [path, artifact] of outs) wanted.set(path, artifact);
    if (outs.length) found.add(stage.name);
  }
  if (wanted.size === 0 || !context.remote) return new Set();
  await fetchObjects(
    {
      remote: await context.remote(),
      store: context.workspace.store,
      state: context.state.remotes,
      report: context.report,
      signal: context.signal,
    },
    [...wanted].map(([path, artifact]) => ({ path, artifact })),
  );
  return found;
}

/** Outs that the lock names for exactly what the stage would do now, and that are neither in place nor in the store. */
async function absentOuts(context: RunContext, stage: Stage): Promise<[RepoPath, StoredArtifact][]> {
  const block = context.locks.block(stage);
  if (!block || stage.frozen || stage.always || !stage.outs.every((out) => out.cache)) return [];
  try {
    if ((await fingerprintOf(context, stage)).key !== block.key) return [];
  } catch (error) {
    // A dep that nothing has made yet: the visit will say so, if it is still true then.
    if (error instanceof MlopsError) return [];
    throw error;
  }
  const differing = new Set(
    outDifferences(await snapshotOuts(context, stage), block.outs).flatMap((reason) =>
      'path' in reason ? [reason.path] : [],
    ),
  );
  return [...differing].flatMap((path): [RepoPath, StoredArtifact][] => {
    const artifact = block.outs[path];
    return artifact && missingObjects(context.workspace.store, artifact).length > 0 ? [[path, artifact]] : [];
  });
}
