// Trees as people read them: what is in one, and what differs between two.
import type { Artifact, StoredArtifact } from '../core/artifact.ts';
import { artifactDigest } from '../core/artifact.ts';
import { type Digest, pathIn } from '../core/ids.ts';
import { byUtf8 } from '../util/compare.ts';
import type { NodeEntry, TreeEntry } from './tree.ts';
import { type NodeReader, readDirectory, refuseDepth, walkTree } from './tree-read.ts';

export interface Listed {
  /** From the root of the tree; '' for a single file. */
  readonly path: string;
  readonly bytes: number;
  readonly digest?: Digest;
  readonly exec: boolean;
  /** Target of a symlink. */
  readonly link?: string;
}

/** Files and symlinks of an artifact, in name order. */
export function listTree(store: NodeReader, artifact: Artifact): Listed[] {
  if ('file' in artifact)
    return [{ path: '', bytes: artifact.bytes, digest: artifact.file, exec: artifact.exec === true }];
  const listed: Listed[] = [];
  for (const entry of walkTree(store, artifactDigest(artifact))) {
    if (entry.kind === 'file')
      listed.push({ path: entry.path, bytes: entry.bytes, digest: entry.digest, exec: entry.exec });
    else if (entry.kind === 'link')
      listed.push({ path: entry.path, bytes: 0, exec: false, link: entry.target });
  }
  return listed;
}

export interface TreeDiff {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
}

/** Files, symlinks and empty directories that differ; equal directories are not read. Either side may be absent. */
export function diffTrees(
  store: NodeReader,
  before: StoredArtifact | undefined,
  after: StoredArtifact | undefined,
): TreeDiff[] {
  const diffs: TreeDiff[] = [];
  compare(store, before && asEntry(before), after && asEntry(after), '', diffs);
  return diffs;
}

function asEntry(artifact: StoredArtifact): TreeEntry {
  return 'file' in artifact
    ? { kind: 'file', name: '', exec: artifact.exec === true, digest: artifact.file, bytes: artifact.bytes }
    : { kind: 'directory', name: '', digest: artifact.tree, bytes: artifact.bytes, files: artifact.files };
}

function compare(
  store: NodeReader,
  before: TreeEntry | undefined,
  after: TreeEntry | undefined,
  path: string,
  diffs: TreeDiff[],
): void {
  if (before && after && sameEntry(before, after)) return;
  if (before?.kind === 'directory' && after?.kind === 'directory') {
    refuseDepth(after.digest, path);
    const left = childrenOf(store, before);
    const right = childrenOf(store, after);
    for (const name of [...new Set([...left.keys(), ...right.keys()])].sort(byUtf8))
      compare(store, left.get(name), right.get(name), pathIn(path, name), diffs);
  } else if (before && after && before.kind !== 'directory' && after.kind !== 'directory') {
    diffs.push({ path, kind: 'changed' });
  } else {
    if (before) for (const leaf of leavesOf(store, before, path)) diffs.push({ path: leaf, kind: 'removed' });
    if (after) for (const leaf of leavesOf(store, after, path)) diffs.push({ path: leaf, kind: 'added' });
  }
}

function* leavesOf(store: NodeReader, entry: TreeEntry, path: string): Generator<string> {
  if (entry.kind === 'directory') refuseDepth(entry.digest, path);
  const children = entry.kind === 'directory' ? readDirectory(store, entry.digest) : [];
  if (children.length === 0) yield path;
  for (const child of children) yield* leavesOf(store, child, pathIn(path, child.name));
}

function childrenOf(store: NodeReader, entry: NodeEntry): Map<string, TreeEntry> {
  return new Map(readDirectory(store, entry.digest).map((each) => [each.name, each]));
}

function sameEntry(a: TreeEntry, b: TreeEntry): boolean {
  if (a.kind === 'link' || b.kind === 'link')
    return a.kind === 'link' && b.kind === 'link' && a.target === b.target;
  return (
    a.kind === b.kind &&
    a.digest === b.digest &&
    (a.kind === 'file' && a.exec) === (b.kind === 'file' && b.exec)
  );
}
