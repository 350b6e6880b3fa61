// Gets outs back instead of making them: from the store, after fetching what only the remote has.
import { type StoredArtifact, sameArtifact } from '../core/artifact.ts';
import { failure, MlopsError } from '../core/failure.ts';
import { isWithin, type RepoPath } from '../core/ids.ts';
import type { Outs } from '../core/lock.ts';
import { fetchObjects } from '../remote/fetch.ts';
import { applyCheckout, planCheckout } from '../store/checkout.ts';
import { snapshot } from '../store/snapshot.ts';
import { missingObjects } from '../store/tree-objects.ts';
import { adviceFor } from './advice.ts';
import { setAside } from './aside.ts';
import { orAway } from './away.ts';
import type { RunContext } from './context.ts';
import { heldByGit } from './held-by-git.ts';
import { markPartial } from './partial.ts';

/**
 * Puts `outs` into the workspace. What stands there and differs is set aside first; bytes of it that are stored nowhere
 * go to the trash, and are named in the answer where Git has them neither.
 * @throws Failure 'missing' when an object is neither here nor on the remote; nothing is changed then.
 */
export async function restoreOuts(
  context: RunContext,
  claim: string,
  outs: Outs,
  pull: boolean,
): Promise<{ readonly written: RepoPath[]; readonly trashed: readonly string[] }> {
  const differing = new Map<RepoPath, StoredArtifact>();
  const standing: RepoPath[] = [];
  for (const [path, artifact] of Object.entries(outs) as [RepoPath, StoredArtifact][]) {
    const here = await snapshot(context.workspace, path);
    if (here && sameArtifact(here.artifact, artifact)) continue;
    if (here) standing.push(path);
    differing.set(path, artifact);
  }
  await bringHere(context, differing, pull);
  const held = heldByGit(context.repo, standing);
  const aside = await setAside(
    context.workspace,
    context.state.worktree,
    claim,
    standing.map((path) => ({ path, keep: false })),
  );
  try {
    await applyCheckout(context.workspace, await planCheckout(context.workspace, differing, { force: true }));
  } catch (error) {
    aside.putBack();
    throw error;
  }
  const { trashed } = await aside.discard();
  return { written: [...differing.keys()], trashed: trashed.filter((path) => !held.has(path)) };
}

/** Fetches what the store lacks of these artifacts, when `pull` allows it. */
export async function bringHere(
  context: RunContext,
  artifacts: ReadonlyMap<RepoPath, StoredArtifact>,
  pull: boolean,
): Promise<void> {
  const lacking = [...artifacts].filter(
    ([, artifact]) => missingObjects(context.workspace.store, artifact).length > 0,
  );
  if (lacking.length === 0) return;
  const { remote } = context;
  const fetched = async (open: NonNullable<typeof remote>): Promise<void> => {
    const result = await fetchObjects(
      {
        remote: await open(),
        store: context.workspace.store,
        state: context.state.remotes,
        report: context.report,
        signal: context.signal,
      },
      lacking.map(([path, artifact]) => ({ path, artifact })),
    );
    if (result.failures.length) throw new MlopsError(result.failures);
  };
  if (pull && remote && (await orAway(context, () => fetched(remote))) === 'asked') return;
  throw new MlopsError(
    lacking.map(([path]) =>
      failure('missing', `the bytes of ${path} are not here`, {
        help: adviceFor(context, path, 'mlops pull, or mlops repro --pull'),
      }),
    ),
  );
}

/** Makes deps that only the lock knows readable: a stage that runs needs bytes. */
export async function materialise(
  context: RunContext,
  absent: readonly RepoPath[],
  pull: boolean,
): Promise<void> {
  const owners = new Map<RepoPath, StoredArtifact>();
  for (const path of absent) {
    const owner = context.locks.owner(path);
    if (owner) owners.set(owner.path, owner.artifact);
  }
  const outermost = new Map(
    [...owners].filter(
      ([path]) => ![...owners.keys()].some((other) => other !== path && isWithin(path, other)),
    ),
  );
  if (outermost.size === 0) return;
  await bringHere(context, outermost, pull);
  await applyCheckout(context.workspace, await planCheckout(context.workspace, outermost, { force: false }));
  for (const path of outermost.keys()) markPartial(context.state, path, false);
}
