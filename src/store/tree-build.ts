// From a flat list of paths to the nodes of a tree.
import type { TreeArtifact } from '../core/artifact.ts';
import type { Digest } from '../core/ids.ts';
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

/** Paths are relative to the tree's root, `/`-separated, in any order, each once. */
export function buildTree(leaves: Iterable<Leaf>): BuiltTree {
  const nodes = new Map<Digest, Buffer>();
  const folders = new Map<string, TreeEntry[]>([['', []]]);
  for (const leaf of leaves) {
    if (leaf.kind === 'directory') folderAt(folders, leaf.path);
    else {
      const slash = leaf.path.lastIndexOf('/');
      const name = leaf.path.slice(slash + 1);
      const { path: _, ...rest } = leaf;
      folderAt(folders, slash < 0 ? '' : leaf.path.slice(0, slash)).push({ ...rest, name });
    }
  }
  // A folder is made before the folders below it, so backwards every child is complete before its parent.
  for (const [path, entries] of [...folders].reverse()) {
    const node = writeDirectory(entries, nodes);
    if (path === '') return { artifact: { bytes: node.bytes, files: node.files, tree: node.digest }, nodes };
    const slash = path.lastIndexOf('/');
    folders
      .get(slash < 0 ? '' : path.slice(0, slash))!
      .push({ kind: 'directory', name: path.slice(slash + 1), ...node });
  }
  throw new Error('BUG: a tree has a root');
}

function folderAt(folders: Map<string, TreeEntry[]>, path: string): TreeEntry[] {
  const known = folders.get(path);
  if (known) return known;
  const slash = path.lastIndexOf('/');
  folderAt(folders, slash < 0 ? '' : path.slice(0, slash));
  const made: TreeEntry[] = [];
  folders.set(path, made);
  return made;
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
