// fsck as a user needs it: not which digest, but which paths are affected, and what brings them back.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { artifactDigest } from '../core/artifact.ts';
import type { Report } from '../core/event.ts';
import type { Digest, RepoPath } from '../core/ids.ts';
import type { Pipeline } from '../core/pipeline.ts';
import type { Repository } from '../git/repository.ts';
import { Completeness, type Lack } from '../store/completeness.ts';
import { checkStore, type StoreCheck } from '../store/fsck.ts';
import { type Snapshot, snapshot } from '../store/snapshot.ts';
import { isStatTable } from '../store/stat-table.ts';
import { type StoreUsage, storeUsage } from '../store/usage.ts';
import type { Workspace } from '../store/workspace.ts';
import { orAbsent } from '../util/errno.ts';
import { everyLock } from './every-lock.ts';
import { namedIn } from './lock-names.ts';
import { type LockDamage, type Recorded, recordedNow, storedOnly } from './recorded.ts';

/** How lost bytes can come back, the surest first. */
export type Way = 'workspace' | 'fetch' | 'repro' | 'update';

export interface Affected extends Recorded {
  readonly lack: Lack;
  /** `damaged`: something of it was here and is lost. `part`: some of it is here. `absent`: nothing is. */
  readonly state: 'damaged' | 'part' | 'absent';
  readonly ways: readonly Way[];
}

/** Where else lost objects are needed. */
export interface Elsewhere {
  /** `branch main`. */
  readonly by: string;
  readonly path: string;
  readonly lost: number;
}

export interface DamagedCache {
  /** From the worktree's state. */
  readonly file: string;
  readonly problem: string;
}

export interface FsckReport {
  readonly store: StoreCheck;
  readonly locks: readonly LockDamage[];
  /** Stat caches: a damaged one costs a second look at files, nothing more. */
  readonly caches: readonly DamagedCache[];
  /** Artifacts of the locks in the workspace, whole ones counted only. */
  readonly artifacts: number;
  readonly affected: readonly Affected[];
  readonly elsewhere: readonly Elsewhere[];
  readonly usage: StoreUsage;
}

export interface FsckScope {
  readonly repo: Repository;
  readonly workspace: Workspace;
  /** Undefined when pipeline.yaml cannot be read. */
  readonly pipeline: Pipeline | undefined;
  readonly hasRemote: boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
}

export async function fsck(scope: FsckScope): Promise<FsckReport> {
  const { repo, workspace, report, signal } = scope;
  const store = await checkStore(workspace.store, report, signal);
  const { recorded, damage } = recordedNow(repo);
  const wanted = storedOnly(recorded, scope.pipeline);
  return {
    store,
    locks: damage,
    caches: checkCaches(repo),
    artifacts: wanted.length,
    affected: await affectedOf(scope, store, wanted),
    elsewhere: await neededElsewhere(scope, store, wanted),
    usage: storeUsage(workspace.store.dir),
  };
}

/** Those of `recorded` that the store cannot give back. */
export async function affectedOf(
  scope: FsckScope,
  { lost }: Pick<StoreCheck, 'lost'>,
  recorded: readonly Recorded[],
): Promise<Affected[]> {
  const { store } = scope.workspace;
  const completeness = new Completeness(store, lost);
  const affected: Affected[] = [];
  for (const each of recorded) {
    const lack = completeness.of(artifactDigest(each.artifact), 'tree' in each.artifact);
    if (lack.digests.length === 0) continue;
    const damaged = lack.digests.some((digest) => lost.has(digest));
    const part = !lack.digests.includes(artifactDigest(each.artifact));
    affected.push({
      ...each,
      lack,
      state: damaged ? 'damaged' : part ? 'part' : 'absent',
      ways: await waysBack(scope, each, lack),
    });
  }
  return affected;
}

async function waysBack({ workspace, hasRemote }: FsckScope, each: Recorded, lack: Lack): Promise<Way[]> {
  const here = await snapshotOrNothing(workspace, each.path);
  const has = new Set<Digest>(here?.nodeDigests);
  for (const { digest } of here?.files ?? []) has.add(digest);
  return [
    ...(lack.digests.every((digest) => has.has(digest)) ? (['workspace'] as const) : []),
    ...(hasRemote ? (['fetch'] as const) : []),
    ...(each.imported ? (['update'] as const) : []),
    ...(each.stage ? (['repro'] as const) : []),
  ];
}

/** What the workspace holds there, if it can be recorded at all. */
export async function snapshotOrNothing(workspace: Workspace, path: RepoPath): Promise<Snapshot | undefined> {
  try {
    return await snapshot(workspace, path);
  } catch {
    return undefined; // a socket, a changing file: not what was recorded
  }
}

/** What the workspace's locks name themselves is said once, with the way back. */
async function neededElsewhere(
  { repo, workspace }: FsckScope,
  { lost }: StoreCheck,
  recorded: readonly Recorded[],
): Promise<Elsewhere[]> {
  if (lost.size === 0) return [];
  const said = new Set(recorded.map(({ artifact }) => artifactDigest(artifact)));
  const completeness = new Completeness(workspace.store, lost);
  const found = new Map<string, Elsewhere>();
  for await (const { text, heldBy } of everyLock(repo)) {
    if (heldBy[0]!.kind === 'workspace' && heldBy.length === 1) continue;
    for (const { digest, tree, path } of namedIn(text)) {
      if (said.has(digest)) continue;
      const count = completeness.of(digest, tree).digests.filter((each) => lost.has(each)).length;
      const by = heldBy.find(({ kind }) => kind !== 'workspace');
      if (count > 0 && by) found.set(`${by.name}\0${path}`, { by: by.name, path, lost: count });
    }
  }
  return [...found.values()];
}

function checkCaches({ gitDir }: Repository): DamagedCache[] {
  const dir = join(gitDir, 'mlops', 'stat');
  return orAbsent(() => readdirSync(dir), []).flatMap((name): DamagedCache[] => {
    const bytes = orAbsent(() => readFileSync(join(dir, name)), undefined);
    if (!bytes || name.startsWith('.') || isStatTable(bytes)) return [];
    return [{ file: `stat/${name}`, problem: 'is not what was written: files are hashed anew' }];
  });
}
