// From a flat list of paths to the nodes of a tree.
import type { TreeArtifact } from '../core/artifact.ts';
import { type Digest, isWithin, pathFrom, pathIn } from '../core/ids.ts';
import { byUtf8 } from '../util/compare.ts';
import { digestBytes } from '../util/digest.ts';
import {
  type AnyEntry,
  encodeNode,
  type FileEntry,
  type LinkEntry,
  NODE_LIMIT,
  sumsOf,
  type TreeEntry,
} from './tree.ts';
import { cut } from './tree-cut.ts';

/** What stands at a path inside a tree. A directory needs a leaf of its own only when it is empty. */
export type Leaf =
  | (Omit<FileEntry, 'name'> & { readonly path: string })
  | (Omit<LinkEntry, 'name'> & { readonly path: string })
  | { readonly kind: 'directory'; readonly path: string };

export interface BuiltTree {
  readonly artifact: TreeArtifact;
  /** Every node by its digest, children before parents. */
  readonly nodes: ReadonlyMap<Digest, Buffer>;
}

/** A folder whose entries are still coming in. */
interface OpenFolder {
  readonly path: string;
  readonly name: string;
  readonly entries: TreeEntry[];
}

/**
 * Paths are relative to the tree's root, `/`-separated, each once, in the order of a walk: all of a folder comes before
 * what follows it. Only the folders around the place that the walk is at are held, so a million files fit in memory.
 */
export function buildTree(leaves: Iterable<Leaf>): BuiltTree {
  const nodes = new Map<Digest, Buffer>();
  const open: OpenFolder[] = [{ path: '', name: '', entries: [] }];
  const left = new Set<string>();
  const close = (): Sums => {
    const { path, name, entries } = open.pop()!;
    const node = writeDirectory(entries, nodes);
    left.add(path);
    open.at(-1)?.entries.push({ kind: 'directory', name, ...node });
    return node;
  };
  const enter = (path: string): TreeEntry[] => {
    while (!isWithin(path, open.at(-1)!.path)) close();
    for (const name of pathFrom(open.at(-1)!.path, path).split('/')) {
      if (name === '') break;
      const below = pathIn(open.at(-1)!.path, name);
      if (left.has(below)) throw new Error(`BUG: the walk came back to ${below}`);
      open.push({ path: below, name, entries: [] });
    }
    return open.at(-1)!.entries;
  };
  for (const leaf of leaves) {
    if (leaf.kind === 'directory') enter(leaf.path);
    else {
      const slash = leaf.path.lastIndexOf('/');
      const { path: _, ...rest } = leaf;
      enter(leaf.path.slice(0, Math.max(0, slash))).push({ ...rest, name: leaf.path.slice(slash + 1) });
    }
  }
  while (open.length > 1) close();
  const root = close();
  return { artifact: { bytes: root.bytes, files: root.files, tree: root.digest }, nodes };
}

interface Sums {
  readonly digest: Digest;
  readonly bytes: number;
  readonly files: number;
}

function writeDirectory(entries: readonly TreeEntry[], nodes: Map<Digest, Buffer>): Sums {
  const sorted = [...entries].sort((a, b) => byUtf8(a.name, b.name));
  return writeLevel(sorted, 0, nodes);
}

function writeLevel(entries: readonly AnyEntry[], level: number, nodes: Map<Digest, Buffer>): Sums {
  if (entries.length <= NODE_LIMIT) return writeNode(entries, level, nodes);
  let start = 0;
  const parts = cut(
    entries.map((entry) => entry.name),
    level,
  ).map((size) => {
    const part = entries.slice(start, start + size);
    start += size;
    return { kind: 'part' as const, name: part.at(-1)!.name, ...writeNode(part, level, nodes) };
  });
  return writeLevel(parts, level + 1, nodes);
}

function writeNode(entries: readonly AnyEntry[], level: number, nodes: Map<Digest, Buffer>): Sums {
  const node = encodeNode({ level, entries });
  const digest = digestBytes(node);
  nodes.set(digest, node);
  return { digest, ...sumsOf(entries) };
}
