// Reading trees out of the store. Nothing here trusts a node: its cut, its sums and its names are checked.
import type { StoredArtifact } from '../core/artifact.ts';
import type { Digest } from '../core/ids.ts';
import type { Store } from './store.ts';
import {
  type AnyEntry,
  badTree,
  decodeNode,
  type FileEntry,
  type LinkEntry,
  NODE_LIMIT,
  sumsOf,
  type TreeEntry,
} from './tree.ts';
import { cut } from './tree-cut.ts';

/** Only reading is needed: a store, or a remote's cache of nodes. */
export type NodeReader = Pick<Store, 'read'>;

/** An entry with its path from the root of the tree. */
export type TreePath =
  | (FileEntry & { readonly path: string })
  | (LinkEntry & { readonly path: string })
  | (TreeEntry & { readonly kind: 'directory'; readonly path: string });

/** Every entry of one directory, in name order. `onNode` hears of each node that was read. */
export function readDirectory(
  store: NodeReader,
  digest: Digest,
  onNode?: (digest: Digest) => void,
): TreeEntry[] {
  onNode?.(digest);
  const root = decodeNode(store.read(digest), digest);
  let entries: readonly AnyEntry[] = root.entries;
  for (let level = root.level - 1; level >= 0; level--) {
    const parts = entries;
    const sizes: number[] = [];
    entries = parts.flatMap((part) => {
      if (part.kind !== 'part') return badTree(digest, 'mixes parts and entries');
      onNode?.(part.digest);
      const node = decodeNode(store.read(part.digest), part.digest);
      const sums = sumsOf(node.entries);
      if (node.level !== level || node.entries.at(-1)?.name !== part.name)
        badTree(part.digest, 'is not the part that its parent names');
      if (sums.bytes !== part.bytes || sums.files !== part.files)
        badTree(part.digest, 'does not add up to what its parent says');
      sizes.push(node.entries.length);
      return node.entries;
    });
    checkCut(digest, entries, sizes, level);
  }
  return entries as TreeEntry[];
}

/** One directory must have one digest, so a reader cuts again and takes no other cut. */
function checkCut(
  digest: Digest,
  entries: readonly AnyEntry[],
  sizes: readonly number[],
  level: number,
): void {
  const right = cut(
    entries.map((entry) => entry.name),
    level,
  );
  const same =
    entries.length > NODE_LIMIT &&
    right.length === sizes.length &&
    right.every((size, i) => size === sizes[i]);
  if (!same) badTree(digest, 'is cut in the wrong places');
}

/** Everything below a tree, parents before children, in name order; nodes are read as the walk reaches them. */
export function* walkTree(
  store: NodeReader,
  root: Digest,
  onNode?: (digest: Digest) => void,
): Generator<TreePath> {
  let walked = 0;
  for (const entry of below(store, root, '', onNode)) {
    if (++walked === LOOK_AFTER && countEntries(store, root) > MOST_ENTRIES)
      badTree(root, `holds more than ${MOST_ENTRIES.toLocaleString('en')} entries`);
    yield entry;
  }
}

/** Equal folders are one node, so a few kilobytes can name more entries than any memory holds. */
const MOST_ENTRIES = 10_000_000;
/** Walked entries after which the rest is counted before it is walked: smaller trees need no count. */
const LOOK_AFTER = 100_000;

/** Longer paths no system takes; who walks a tree goes as deep as it does. */
const LONGEST_PATH = 4096;

/** @throws MlopsError `integrity` for a directory that lies too deep to be one of anybody's */
export function refuseDepth(digest: Digest, path: string): void {
  if (path.length > LONGEST_PATH) badTree(digest, 'lies deeper than any path reaches');
}

/** Entries below a node; each node is read once, however often it is named. */
function countEntries(
  store: NodeReader,
  digest: Digest,
  known = new Map<Digest, number>(),
  prefix = '',
): number {
  refuseDepth(digest, prefix);
  const before = known.get(digest);
  if (before !== undefined) return before;
  let count = 0;
  for (const entry of decodeNode(store.read(digest), digest).entries) {
    if (entry.kind !== 'part') count++;
    if (entry.kind === 'part' || entry.kind === 'directory')
      count += countEntries(store, entry.digest, known, `${prefix}/${entry.name}`);
  }
  known.set(digest, count);
  return count;
}

function* below(
  store: NodeReader,
  digest: Digest,
  prefix: string,
  onNode?: (digest: Digest) => void,
): Generator<TreePath> {
  refuseDepth(digest, prefix);
  for (const entry of readDirectory(store, digest, onNode)) {
    const path = prefix + entry.name;
    yield { ...entry, path };
    if (entry.kind === 'directory') {
      let bytes = 0;
      let files = 0;
      for (const each of below(store, entry.digest, `${path}/`, onNode)) {
        if (each.kind === 'file') bytes += each.bytes;
        if (each.kind !== 'directory') files++;
        yield each;
      }
      if (bytes !== entry.bytes || files !== entry.files)
        badTree(entry.digest, 'does not add up to what its parent says');
    }
  }
}

/** The file or directory at `subpath` inside a stored tree; undefined when nothing or a symlink is there. */
export function artifactAt(store: NodeReader, root: Digest, subpath: string): StoredArtifact | undefined {
  let at: Digest = root;
  const names = subpath.split('/');
  for (const [i, name] of names.entries()) {
    const entry = readDirectory(store, at).find((each) => each.name === name);
    const last = i === names.length - 1;
    if (entry?.kind === 'directory') {
      if (last) return { bytes: entry.bytes, files: entry.files, tree: entry.digest };
      at = entry.digest;
    } else if (entry?.kind === 'file' && last) {
      return { bytes: entry.bytes, file: entry.digest, ...(entry.exec ? { exec: true as const } : {}) };
    } else return undefined;
  }
  return undefined;
}
