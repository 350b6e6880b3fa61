// What the workspace holds at a path now, as an artifact. Only files that changed since they were last hashed are read.
import { lstatSync, realpathSync, statSync } from 'node:fs';
import type { Artifact, FileArtifact, StoredArtifact } from '../core/artifact.ts';
import type { Digest, RepoPath } from '../core/ids.ts';
import { isErrno } from '../util/errno.ts';
import type { FileStat } from './file-stat.ts';
import { type FileToHash, type HashedFile, hashFiles } from './hash.ts';
import type { StatRow } from './stat-table.ts';
import { type BuiltTree, buildTree, type Leaf } from './tree-build.ts';
import { regular, type Walked, walkDirectory } from './walk.ts';
import { absoluteInside, type Workspace } from './workspace.ts';

export interface Snapshot<A extends Artifact = Artifact> {
  /** The path, or the pattern of a glob. */
  readonly path: RepoPath;
  readonly artifact: A;
  /** Every file that it names. */
  readonly files: readonly SnapshotFile[];
  /** Nodes of its tree, children before parents; none for a single file. */
  readonly nodes: BuiltTree['nodes'];
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

const NO_NODES: BuiltTree['nodes'] = new Map();

/**
 * `undefined` when nothing is there. A path that is itself a symlink is followed; links inside a directory are recorded.
 * @throws MlopsError when something there cannot be recorded, or changes while it is read
 */
export async function snapshot(ws: Workspace, path: RepoPath): Promise<Snapshot<StoredArtifact> | undefined> {
  const absolute = absoluteInside(ws, path);
  const stats = statOf(absolute);
  if (!stats) return undefined;
  if (!stats.isDirectory()) return snapshotFile(ws, path, realpathSync(absolute), regular(absolute, stats));
  return snapshotDirectory(ws, path, absolute);
}

function statOf(path: string) {
  try {
    return lstatSync(path, { bigint: true }).isSymbolicLink()
      ? statSync(path, { bigint: true })
      : lstatSync(path, { bigint: true });
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

async function snapshotFile(
  ws: Workspace,
  path: RepoPath,
  absolute: string,
  stat: FileStat,
): Promise<Snapshot<FileArtifact>> {
  const [hashed] = (await hashSingles(ws, [{ path, absolute, stat }])) as [HashedFile];
  const artifact: FileArtifact = {
    bytes: hashed.stat.bytes,
    file: hashed.digest,
    ...(stat.exec ? { exec: true as const } : {}),
  };
  return {
    path,
    artifact,
    files: [{ path: absolute, digest: hashed.digest, bytes: hashed.stat.bytes }],
    nodes: NO_NODES,
    leaves: [
      {
        kind: 'file',
        path: '',
        exec: stat.exec,
        digest: hashed.digest,
        bytes: hashed.stat.bytes,
        stat: hashed.stat,
      },
    ],
  };
}

export interface SingleFile {
  readonly path: RepoPath;
  readonly absolute: string;
  readonly stat: FileStat;
}

/** Digests of files that are each remembered under their own path, in order. */
export async function hashSingles(ws: Workspace, files: readonly SingleFile[]): Promise<HashedFile[]> {
  const hashed = files.map(({ path, stat }): HashedFile | undefined => {
    const digest = ws.stat.file(path, stat);
    return digest && { digest, stat };
  });
  const unknown = files.flatMap((file, i) => (hashed[i] ? [] : [{ file, i }]));
  if (unknown.length > 0) {
    const from = ws.stat.clock.now();
    const found = await hashFiles(unknown.map(({ file }) => ({ path: file.absolute, stat: file.stat })));
    unknown.forEach(({ file, i }, at) => {
      hashed[i] = found[at]!;
      ws.stat.setFile(file.path, found[at]!.stat, found[at]!.digest, from);
    });
  }
  return hashed as HashedFile[];
}

async function snapshotDirectory(
  ws: Workspace,
  path: RepoPath,
  absolute: string,
): Promise<Snapshot<StoredArtifact>> {
  const walked = walkDirectory(absolute, ws.ignore(path));
  const hashed = await hashWalked(ws, path, absolute, walked);
  const leaves = walked.map((each): SnapshotLeaf => {
    if (each.kind !== 'file') return each;
    const { digest, stat } = hashed.get(each.path)!;
    return { kind: 'file', path: each.path, exec: each.stat.exec, digest, bytes: stat.bytes, stat };
  });
  const { artifact, nodes } = buildTree(leaves);
  return { path, artifact, nodes, leaves, files: filesOf(absolute, leaves) };
}

export function filesOf(root: string, leaves: readonly SnapshotLeaf[]): SnapshotFile[] {
  return leaves.flatMap((leaf) =>
    leaf.kind === 'file' ? [{ path: `${root}/${leaf.path}`, digest: leaf.digest, bytes: leaf.bytes }] : [],
  );
}

/** Digests by path, from the cache where a file has not changed; what was learnt is written back. */
async function hashWalked(
  ws: Workspace,
  path: RepoPath,
  absolute: string,
  walked: readonly Walked[],
): Promise<Map<string, HashedFile>> {
  const from = ws.stat.clock.now();
  const table = ws.stat.directory(path);
  const known = new Map<string, HashedFile>();
  const unknown: (FileToHash & { readonly inner: string })[] = [];
  for (const each of walked) {
    if (each.kind !== 'file') continue;
    const digest = table.find(each.path, each.stat);
    if (digest) known.set(each.path, { digest, stat: each.stat });
    else unknown.push({ inner: each.path, path: `${absolute}/${each.path}`, stat: each.stat });
  }
  if (unknown.length === 0 && known.size === table.size) return known;
  const hashed = await hashFiles(unknown);
  unknown.forEach((each, i) => {
    known.set(each.inner, hashed[i]!);
  });
  ws.stat.setDirectory(path, rowsInOrder(walked, known), from);
  return known;
}

function rowsInOrder(walked: readonly Walked[], known: ReadonlyMap<string, HashedFile>): StatRow[] {
  return walked.flatMap((each) =>
    each.kind === 'file' ? [{ path: each.path, ...known.get(each.path)! }] : [],
  );
}
