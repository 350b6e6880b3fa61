// Which objects an artifact is made of, and which of them are not here.
import { type Artifact, artifactDigest } from '../core/artifact.ts';
import type { Digest } from '../core/ids.ts';
import type { Store } from './store.ts';
import { decodeNode } from './tree.ts';
import { type NodeReader, walkTree } from './tree-read.ts';

export interface NeededObject {
  readonly digest: Digest;
  /** `node` = of the tree itself; nodes come after all bytes, in the order in which they must be written. */
  readonly kind: 'bytes' | 'node';
  /** Size, where the tree says it. */
  readonly bytes?: number;
}

/** Every object an artifact needs, each once. Its nodes must be in the store to be read. */
export function objectsOf(store: NodeReader, artifact: Artifact): NeededObject[] {
  const digest = artifactDigest(artifact);
  if ('file' in artifact) return [{ digest, kind: 'bytes', bytes: artifact.bytes }];
  const nodes: Digest[] = [];
  const needed = new Map<Digest, NeededObject>();
  for (const entry of walkTree(store, digest, (node) => nodes.push(node)))
    if (entry.kind === 'file')
      needed.set(entry.digest, { digest: entry.digest, kind: 'bytes', bytes: entry.bytes });
  // A parent names its children, so it is written after them.
  for (const node of new Set(nodes.reverse())) needed.set(node, { digest: node, kind: 'node' });
  return [...needed.values()];
}

/** Objects of an artifact that are not in the store. What hangs below a missing node is not known, so it is not named. */
export function missingObjects(store: Store, artifact: Artifact): Digest[] {
  const digest = artifactDigest(artifact);
  if ('file' in artifact) return store.missing([digest]);
  const seen = new Set<Digest>([digest]);
  const missingNodes: Digest[] = [];
  const bytes = new Set<Digest>();
  for (const node of seen) {
    if (!store.has(node)) {
      missingNodes.push(node);
      continue;
    }
    for (const entry of decodeNode(store.read(node), node).entries) {
      if (entry.kind === 'file') bytes.add(entry.digest);
      else if (entry.kind !== 'link') seen.add(entry.digest);
    }
  }
  return [...missingNodes, ...store.missing(bytes)];
}

/** Every object that an artifact needs, as far as its nodes are here; a node before it is read. The same object may come several times. */
export function* objectsIn(store: Store, artifact: Artifact): Generator<Digest> {
  const root = artifactDigest(artifact);
  yield root;
  if ('file' in artifact) return;
  const nodes = new Set([root]);
  for (const node of nodes) {
    if (!store.has(node)) continue;
    for (const entry of decodeNode(store.read(node), node).entries) {
      if (entry.kind === 'link') continue;
      yield entry.digest;
      if (entry.kind !== 'file') nodes.add(entry.digest);
    }
  }
}

/** Files below a tree with the sizes that it states, as far as its nodes are here. */
export function* sizesIn(store: Store, root: Digest): Generator<readonly [Digest, number]> {
  const nodes = new Set([root]);
  for (const node of nodes) {
    if (!store.has(node)) continue;
    for (const entry of decodeNode(store.read(node), node).entries) {
      if (entry.kind === 'file') yield [entry.digest, entry.bytes];
      else if (entry.kind !== 'link') nodes.add(entry.digest);
    }
  }
}
