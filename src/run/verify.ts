// Whether everything that a lock names can be had: here, on a remote, or nowhere. Asked of each object, never inferred
// from a listing that names it.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { artifactDigest } from '../core/artifact.ts';
import { type Failure, MlopsError } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { fetchObjects } from '../remote/fetch.ts';
import type { Remote } from '../remote/remote.ts';
import { remoteStatus } from '../remote/status.ts';
import { Completeness } from '../store/completeness.ts';
import { hashLarge } from '../store/copy.ts';
import { openStore, type Store } from '../store/store.ts';
import { objectsIn } from '../store/tree-objects.ts';
import type { Workspace } from '../store/workspace.ts';
import { removeWhole } from '../util/whole-path.ts';
import { snapshotOrNothing } from './fsck.ts';
import type { Recorded } from './recorded.ts';

export interface Verified {
  readonly path: string;
  readonly bytes: number;
  /** Objects that it needs and that are not here; damaged ones count as such. */
  readonly lackingHere: number;
  /** Undefined when no remote was asked. */
  readonly lackingThere?: number;
  readonly lackingBoth: number;
  /** Whether the workspace has what is lacking everywhere else. */
  readonly inWorkspace: boolean;
  /** Here. */
  readonly damaged: number;
  /** Why it cannot be fetched, where every byte was read. */
  readonly failures: readonly Failure[];
}

export interface VerifyScope {
  readonly store: Store;
  readonly remote: Remote | undefined;
  /** Where the locks of the workspace are verified: what it holds. */
  readonly workspace: Workspace | undefined;
  /** Read every byte, here and there, instead of believing names and sizes. */
  readonly read: boolean;
  readonly signal: AbortSignal;
}

export async function verify(scope: VerifyScope, recorded: readonly Recorded[]): Promise<Verified[]> {
  const { store, remote, signal } = scope;
  const there = remote ? await remoteStatus({ remote, store, signal }, recorded) : undefined;
  const verified: Verified[] = [];
  for (const [at, { path, artifact }] of recorded.entries()) {
    signal.throwIfAborted();
    const damaged = scope.read ? await damagedIn(store, artifact) : new Set<Digest>();
    const lack = new Completeness(store, damaged).of(artifactDigest(artifact), 'tree' in artifact);
    const failures = remote && scope.read ? await rehearse(scope, remote, recorded[at]!) : [];
    const status = there?.[at];
    const lackingBoth = status ? status.missingBoth : lack.digests.length;
    verified.push({
      path,
      bytes: artifact.bytes,
      lackingHere: lack.digests.length,
      ...(status ? { lackingThere: Math.max(status.missingThere, failures.length) } : {}),
      lackingBoth,
      inWorkspace: lackingBoth > 0 && (await isInWorkspace(scope, recorded[at]!)),
      damaged: damaged.size,
      failures,
    });
  }
  return verified;
}

async function isInWorkspace({ workspace }: VerifyScope, { path, artifact }: Recorded): Promise<boolean> {
  const here = workspace && (await snapshotOrNothing(workspace, path));
  return here !== undefined && artifactDigest(here.artifact) === artifactDigest(artifact);
}

/** Objects whose bytes are not theirs. A small one is set aside by reading it; a large one is left for fsck. */
async function damagedIn(store: Store, artifact: Recorded['artifact']): Promise<Set<Digest>> {
  const damaged = new Set<Digest>();
  const seen = new Set<Digest>();
  for (const digest of objectsIn(store, artifact)) {
    const bytes = seen.has(digest) ? undefined : store.bytesOf(digest);
    seen.add(digest);
    if (bytes !== undefined && !(await isItself(store, digest, bytes))) damaged.add(digest);
  }
  return damaged;
}

async function isItself(store: Store, digest: Digest, bytes: number): Promise<boolean> {
  if (bytes > LARGE) return (await hashLarge(store.pathOf(digest))).digest === digest;
  try {
    store.read(digest);
    return true;
  } catch (error) {
    if (error instanceof MlopsError && error.failures.every(({ exit }) => exit === 'integrity')) return false;
    throw error;
  }
}

const LARGE = 1 << 20;

/** Does what a fresh clone would: fetches it all into an empty store, which proves every byte, and drops that. */
async function rehearse(
  { store, signal }: VerifyScope,
  remote: Remote,
  wanted: Recorded,
): Promise<readonly Failure[]> {
  const dir = mkdtempSync(join(store.dir, 'tmp', 'verify-'));
  try {
    return (await fetchObjects({ remote, store: openStore(dir), signal }, [wanted])).failures;
  } finally {
    removeWhole(dir);
  }
}
