// Imports: data entries that say where their bytes come from. Bringing one runs nothing, and loses nothing: what stands
// in its place is in the store before it is replaced.
import { sameArtifact } from '../core/artifact.ts';
import { fail } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import type { DataRecord } from '../core/lock.ts';
import type { DataDecl } from '../core/pipeline.ts';
import type { Brought, Source } from '../source/source.ts';
import { save } from '../store/save.ts';
import type { Store } from '../store/store.ts';
import { missingObjects } from '../store/tree-objects.ts';
import { canonicalJson } from '../util/canonical-json.ts';
import { claimWork, type Work } from './claims.ts';
import type { RunContext } from './context.ts';
import { snapshotWhole } from './partial.ts';
import { type Placed, putInPlace } from './put-in-place.ts';

/** Brings what the source holds into the store; undefined when that is what `recorded` says and it is there already. */
export async function bringNewer(
  source: Source,
  store: Store,
  recorded: DataRecord | undefined,
): Promise<Brought | undefined> {
  if (recorded?.from) {
    const now = await source.look();
    const same = now && canonicalJson(now) === canonicalJson(recorded.from);
    if (same && missingObjects(store, asArtifact(recorded)).length === 0) return undefined;
  }
  return source.bring(store);
}

/** Two processes that bring the same thing would write into one another's half. */
export async function whileBringing<T>(
  work: Work,
  source: Source,
  signal: AbortSignal,
  task: () => Promise<T>,
): Promise<T> {
  const wish = { name: `source:${source.shown}`, what: `import of ${source.shown}`, writes: [] };
  const claim = await claimWork(work, wish, { signal });
  try {
    return await task();
  } finally {
    claim.release();
  }
}

/** @throws Failure 'refused' when the workspace holds there what did not come from the source */
export async function refuseChanged(context: RunContext, data: DataDecl): Promise<void> {
  const here = await snapshotWhole(context, data.path);
  const recorded = context.locks.data(data.path);
  if (!here || (recorded?.from && sameArtifact(here.artifact, recorded))) return;
  const why = recorded
    ? 'was changed here since it was imported'
    : 'stands there already, and was not imported';
  fail('refused', `${data.path} ${why}`, {
    help: `--force takes what ${data.source?.url} has; yours stays in the store`,
  });
}

/** Puts what was brought into the workspace and into the lock. */
export async function placeImport(
  context: RunContext,
  data: DataDecl,
  { artifact, from }: Brought,
  options: { readonly force: boolean },
): Promise<Placed> {
  const here = await snapshotWhole(context, data.path);
  if (here) await save(context.workspace, here);
  const placed = await putInPlace(context, [{ path: data.path, artifact }], options);
  context.locks.setData(data.file, data.path, { ...artifact, from });
  context.locks.flush();
  return placed;
}

/** Puts the recorded bytes, which are in the store, where they are not. */
export async function placeRecorded(
  context: RunContext,
  path: RepoPath,
  options: { readonly force: boolean },
): Promise<Placed> {
  return putInPlace(context, [{ path, artifact: asArtifact(context.locks.data(path)!) }], options);
}

function asArtifact(record: DataRecord): Brought['artifact'] {
  const { from: _, ...artifact } = record;
  return artifact as Brought['artifact'];
}
