// What would have to change so that the workspace holds what a lock says. Only data: nothing is touched here.
// A file whose bytes are stored nowhere is in the way: it is a conflict, and only `force` goes over it.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { type StoredArtifact, sameArtifact } from '../core/artifact.ts';
import { type Digest, pathIn, type RepoPath } from '../core/ids.ts';
import { orAbsent } from '../util/errno.ts';
import { refuseLink, refuseNames, refuseProtected } from './checkout-guard.ts';
import type { FileStat } from './file-stat.ts';
import { type Snapshot, type SnapshotLeaf, snapshot } from './snapshot.ts';
import type { Leaf } from './tree-build.ts';
import { missingObjects } from './tree-objects.ts';
import { walkTree } from './tree-read.ts';
import { absoluteInside, realPathInside, type Workspace } from './workspace.ts';

export interface CheckoutOptions {
  /** Go over modified and foreign files. */
  readonly force?: boolean;
  /** Whether Git tracks a path that no `git: true` out declares: such a file is never written. */
  readonly tracked?: (path: RepoPath) => boolean;
}

export interface CheckoutPlan {
  readonly targets: readonly TargetPlan[];
  /** Every path that stands in the way, also when `force` goes over it. */
  readonly conflicts: readonly Conflict[];
  /** Objects that are not in the store: they must be fetched first. */
  readonly missing: readonly Digest[];
  readonly force: boolean;
}

export interface Conflict {
  readonly path: RepoPath;
  /** `modified`: the target holds it otherwise; `foreign`: nothing of that name is in the target; `tracked`: Git's. */
  readonly why: 'modified' | 'foreign' | 'tracked';
}

/** What happens at one declared path. Inner paths are relative to it; '' is the path itself. */
export interface TargetPlan extends Difference {
  readonly path: RepoPath;
  readonly artifact: StoredArtifact;
}

interface Difference {
  /** Directories before what stands in them. */
  readonly write: readonly PlannedWrite[];
  /** What the target does not have, or has as something else; children before parents. */
  readonly remove: readonly SnapshotLeaf[];
  /** Right bytes, wrong exec bit. */
  readonly mode: readonly (KeptFile & { readonly exec: boolean })[];
  readonly kept: readonly KeptFile[];
}

/** `over`: the file that stands there now. */
export type PlannedWrite = Leaf & { readonly over?: SnapshotLeaf };

export interface KeptFile {
  readonly path: string;
  readonly digest: Digest;
  readonly stat: FileStat;
}

/**
 * Compares each target with what the workspace holds.
 * @throws MlopsError for a target that may never be written, and for a tree that cannot be trusted
 */
export async function planCheckout(
  ws: Workspace,
  targets: ReadonlyMap<RepoPath, StoredArtifact>,
  options: CheckoutOptions = {},
): Promise<CheckoutPlan> {
  const plans: TargetPlan[] = [];
  const conflicts: Conflict[] = [];
  const missing = new Set<Digest>();
  for (const [path, artifact] of targets) {
    refuseProtected(path);
    refuseProtected(realPathInside(ws, path));
    const now = await snapshot(ws, path);
    if (now && sameArtifact(now.artifact, artifact)) continue;
    const lacking = missingObjects(ws.store, artifact);
    for (const digest of lacking) missing.add(digest);
    if (lacking.length > 0) continue;
    const wanted = leavesOf(ws, artifact);
    refuseNames(ws, path, wanted);
    const plan = { path, artifact, ...difference(wanted, standing(ws, path, now)) };
    plans.push(plan);
    for (const each of conflictsOf(ws, plan, now !== undefined && isStored(ws, now), options))
      conflicts.push(each);
  }
  return { targets: plans, conflicts, missing: [...missing], force: options.force === true };
}

type Leaves = ReadonlyMap<string, SnapshotLeaf>;

/** Everything in an artifact by its path; a tree's own root is the directory ''. */
function leavesOf(ws: Workspace, artifact: StoredArtifact): Leaves {
  if ('file' in artifact) {
    const { file: digest, bytes, exec = false } = artifact;
    return new Map([['', { kind: 'file', path: '', digest, bytes, exec }]]);
  }
  const leaves = new Map<string, SnapshotLeaf>([['', { kind: 'directory', path: '' }]]);
  for (const entry of walkTree(ws.store, artifact.tree)) {
    if (entry.kind === 'link') refuseLink(artifact.tree, entry.path, entry.target);
    leaves.set(entry.path, entry.kind === 'directory' ? { kind: 'directory', path: entry.path } : entry);
  }
  return leaves;
}

/** What stands there now. A symlink at the declared path counts as itself: it will not be written through. */
function standing(ws: Workspace, path: RepoPath, now: Snapshot<StoredArtifact> | undefined): Leaves {
  if (standingAt(absoluteInside(ws, path))?.isSymbolicLink())
    return new Map([['', { kind: 'link', path: '', target: '' }]]);
  const leaves = new Map((now?.leaves ?? []).map((leaf) => [leaf.path, leaf]));
  if (now && 'tree' in now.artifact) leaves.set('', { kind: 'directory', path: '' });
  return leaves;
}

function difference(wanted: Leaves, here: Leaves): Difference {
  const write: PlannedWrite[] = [];
  const remove: SnapshotLeaf[] = [];
  const mode: Difference['mode'][number][] = [];
  const kept: KeptFile[] = [];
  for (const leaf of wanted.values()) {
    const old = here.get(leaf.path);
    if (old?.kind === 'file' && leaf.kind === 'file' && old.digest === leaf.digest) {
      const same = { path: leaf.path, digest: leaf.digest, stat: old.stat! };
      if (old.exec === leaf.exec) kept.push(same);
      else mode.push({ ...same, exec: leaf.exec });
    } else if (old?.kind === 'file' && leaf.kind === 'file') write.push({ ...leaf, over: old });
    else if (!old) write.push(leaf);
    else if (!sameStanding(old, leaf)) {
      remove.push(old);
      write.push(leaf);
    }
  }
  for (const old of here.values()) if (!wanted.has(old.path)) remove.push(old);
  remove.sort((a, b) => b.path.length - a.path.length);
  return { write, remove, mode, kept };
}

function sameStanding(a: SnapshotLeaf, b: SnapshotLeaf): boolean {
  return a.kind === 'link' ? b.kind === 'link' && a.target === b.target : a.kind === b.kind;
}

/** `stored`: what stands there as a whole can be had again, so nothing of it can be lost. */
function conflictsOf(ws: Workspace, plan: TargetPlan, stored: boolean, options: CheckoutOptions): Conflict[] {
  const absolute = absoluteInside(ws, plan.path);
  const exists = standingAt(absolute) !== undefined;
  const vacant = vacantPaths(plan);
  const conflicts: Conflict[] = [];
  const judge = (leaf: SnapshotLeaf, why: Conflict['why']): void => {
    const itselfLink = leaf.kind === 'link' && leaf.path === ''; // followed, so not part of what is stored
    if (itselfLink || !(stored || replaceable(ws, leaf)))
      conflicts.push({ path: pathIn(plan.path, leaf.path), why });
  };
  const wanted = new Set(plan.write.map((leaf) => leaf.path));
  for (const leaf of plan.remove) judge(leaf, wanted.has(leaf.path) ? 'modified' : 'foreign');
  for (const leaf of plan.write) {
    const path = pathIn(plan.path, leaf.path);
    if (leaf.kind !== 'directory' && options.tracked?.(path)) conflicts.push({ path, why: 'tracked' });
    else if (leaf.over) judge(leaf.over, 'modified');
    else if (exists && !vacant.has(leaf.path) && hides(absolute, leaf))
      conflicts.push({ path, why: 'foreign' });
  }
  return conflicts;
}

/** What will be removed before it is written, with everything below it. */
function vacantPaths({ remove, write }: TargetPlan): ReadonlySet<string> {
  const vacant = new Set(remove.map((leaf) => leaf.path));
  for (const { path } of write) if (path !== '' && vacant.has(parentOf(path))) vacant.add(path);
  return vacant;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function isStored(ws: Workspace, { artifact }: Snapshot<StoredArtifact>): boolean {
  return missingObjects(ws.store, artifact).length === 0;
}

/** Whether going over it loses no bytes. Where a link led is known only from a stored tree. */
function replaceable(ws: Workspace, leaf: SnapshotLeaf): boolean {
  return leaf.kind === 'directory' || (leaf.kind === 'file' && ws.store.has(leaf.digest));
}

/** Something that the snapshot did not see, because it is ignored, stands where the target has an entry. */
function hides(absolute: string, leaf: PlannedWrite): boolean {
  const found = standingAt(join(absolute, leaf.path));
  return found !== undefined && !(leaf.kind === 'directory' && found.isDirectory());
}

function standingAt(path: string) {
  return orAbsent(() => lstatSync(path, { throwIfNoEntry: false }), undefined);
}
