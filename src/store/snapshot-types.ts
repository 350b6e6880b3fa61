import type { Artifact } from '../core/artifact.ts';
import type { Digest, RepoPath } from '../core/ids.ts';
import type { FileStat } from './file-stat.ts';
import type { BuiltTree, Leaf } from './tree-build.ts';

/** What the workspace held at a path when it was looked at. */
export interface Snapshot<A extends Artifact = Artifact> {
  /** The path, or the pattern of a glob. */
  readonly path: RepoPath;
  readonly artifact: A;
  /** Every file that it names; a million of them are made one by one. */
  readonly files: Iterable<SnapshotFile>;
  /** Paths of everything in it. */
  readonly paths: Iterable<string>;
  /** Nodes of its tree, children before parents; none for a single file. */
  readonly nodes: BuiltTree['nodes'];
  /** Their digests, which are known without building it again. */
  readonly nodeDigests: Iterable<Digest>;
  /** Everything that stands in it, for checkout to compare; a single file has the path ''. */
  readonly leaves: readonly SnapshotLeaf[];
}

export interface SnapshotFile {
  /** Absolute. */
  readonly path: string;
  readonly digest: Digest;
  readonly bytes: number;
}

export type SnapshotLeaf = Leaf & { readonly stat?: FileStat };

export function filesOf(root: string, leaves: readonly SnapshotLeaf[]): SnapshotFile[] {
  return leaves.flatMap((leaf) =>
    leaf.kind === 'file' ? [{ path: `${root}/${leaf.path}`, digest: leaf.digest, bytes: leaf.bytes }] : [],
  );
}
