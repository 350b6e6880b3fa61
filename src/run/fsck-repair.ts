// Repair in the order in which nothing can be lost: damaged files aside, what is good in them saved; then bytes that the
// workspace still has are stored again; then what a remote has is fetched. What is lacking after that is said.
import { join } from 'node:path';
import { artifactDigest } from '../core/artifact.ts';
import { type Failure, MlopsError } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { fetchObjects } from '../remote/fetch.ts';
import type { Remote } from '../remote/remote.ts';
import { repairStore } from '../store/fsck-repair.ts';
import type { Snapshot } from '../store/snapshot.ts';
import type { Workspace } from '../store/workspace.ts';
import { moveWhole } from '../util/whole-path.ts';
import { type Affected, affectedOf, type FsckReport, type FsckScope, snapshotOrNothing } from './fsck.ts';

export interface Repaired {
  /** Files that are now in quarantine/. */
  readonly aside: readonly string[];
  /** Objects stored again out of the workspace, and fetched. */
  readonly stored: number;
  readonly fetched: number;
  /** What is still not whole. */
  readonly left: readonly Affected[];
  /** Of what was never here, or is all gone: left for who wants it to fetch. */
  readonly unasked: readonly Affected[];
  /** Why the remote could not help. */
  readonly failures: readonly Failure[];
}

/** Only what was damaged, or is partly here, is brought: what was never here was never asked for. */
export async function repair(
  scope: FsckScope,
  found: FsckReport,
  remote: (() => Promise<Remote>) | undefined,
): Promise<Repaired> {
  const { workspace, report, signal } = scope;
  const aside = [...repairStore(workspace.store, found.store), ...cachesAside(scope, found)];
  const broken = found.affected.filter(({ state, ways }) => state !== 'absent' || ways.includes('workspace'));
  const unasked = found.affected.filter((each) => !broken.includes(each));
  let stored = 0;
  for (const { path, artifact, lack } of broken) {
    const here = await snapshotOrNothing(workspace, path);
    if (!here) continue;
    // Below a node that is lost more may be: of what is as the lock says, everything is looked at.
    const same = artifactDigest(here.artifact) === artifactDigest(artifact);
    const wanted = same ? [...here.nodeDigests, ...digestsOf(here)] : lack.digests;
    stored += await storeAgain(workspace, here, new Set(workspace.store.missing(wanted)));
  }
  const nothingLost = { lost: new Set<Digest>() };
  const still = await affectedOf(scope, nothingLost, broken);
  if (still.length === 0 || !remote) return { aside, stored, fetched: 0, left: still, unasked, failures: [] };
  const context = { remote: await remote(), store: workspace.store, report, signal };
  const { objects, failures } = await fetchObjects(context, still);
  const left = await affectedOf(scope, nothingLost, still);
  return { aside, stored, fetched: objects, left, unasked, failures };
}

function cachesAside({ repo, workspace }: FsckScope, { caches }: FsckReport): string[] {
  return caches.map(({ file }) => {
    const to = join(workspace.store.dir, 'quarantine', file.replaceAll('/', '-'));
    moveWhole(join(repo.gitDir, 'mlops', file), to);
    return file;
  });
}

function* digestsOf(here: Snapshot): Generator<Digest> {
  for (const { digest } of here.files) yield digest;
}

/** Returns how many of `wanted` were put back. */
async function storeAgain(
  { store }: Workspace,
  here: Snapshot,
  wanted: ReadonlySet<Digest>,
): Promise<number> {
  if (wanted.size === 0) return 0;
  const [bytes, nodes] = [store.batch('bytes'), store.batch('trees')];
  const before = wanted.size;
  try {
    for (const { path, digest } of here.files)
      if (wanted.has(digest)) await orRefused(() => bytes.putFile(path, digest));
    await bytes.finish();
    for (const [digest, node] of here.nodes) if (wanted.has(digest)) nodes.put(digest, node);
    await nodes.finish();
  } finally {
    bytes.abandon();
    nodes.abandon();
  }
  return before - store.missing(wanted).length;
}

/** A file that is not what it was when it was last hashed cannot help. */
async function orRefused(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof MlopsError) || error.failures.some(({ exit }) => exit !== 'refused')) throw error;
  }
}
