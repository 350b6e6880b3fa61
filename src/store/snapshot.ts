// What the workspace holds at a path now, as an artifact. Only files that changed since they were last hashed are read.
import { lstatSync, realpathSync, statSync } from 'node:fs';
import type { FileArtifact, StoredArtifact } from '../core/artifact.ts';
import type { RepoPath } from '../core/ids.ts';
import { isErrno, orAbsent } from '../util/errno.ts';
import type { Batch } from './batch.ts';
import { FileColumns } from './file-columns.ts';
import type { FileStat, HashedFile } from './file-stat.ts';
import { hashFiles } from './hash.ts';
import { snapshotDirectory } from './snapshot-directory.ts';
import type { Snapshot } from './snapshot-types.ts';
import type { BuiltTree } from './tree-build.ts';
import { regular } from './walk.ts';
import { absoluteInside, type Workspace } from './workspace.ts';

export type { Snapshot, SnapshotFile, SnapshotLeaf } from './snapshot-types.ts';

const NO_NODES: BuiltTree['nodes'] = new Map();

/**
 * `undefined` when nothing is there. A path that is itself a symlink is followed; links inside a directory are recorded.
 * `into` takes in, in the same pass, most of the bytes that had to be hashed; `save` does the rest.
 * @throws MlopsError when something there cannot be recorded, or changes while it is read
 */
export async function snapshot(
  ws: Workspace,
  path: RepoPath,
  into?: Batch,
): Promise<Snapshot<StoredArtifact> | undefined> {
  const absolute = absoluteInside(ws, path);
  const itself = orAbsent(() => lstatSync(absolute, { bigint: true, throwIfNoEntry: false }), undefined);
  const stats = itself?.isSymbolicLink() ? followed(absolute) : itself;
  if (!stats) return undefined;
  if (stats.isDirectory()) return snapshotDirectory(ws, path, absolute, into);
  const real = stats === itself ? absolute : realpathSync.native(absolute);
  return snapshotFile(ws, path, real, regular(absolute, stats), into);
}

/** A link that leads nowhere, or in a circle, holds nothing. */
function followed(path: string) {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined;
    throw error;
  }
}

async function snapshotFile(
  ws: Workspace,
  path: RepoPath,
  absolute: string,
  stat: FileStat,
  into: Batch | undefined,
): Promise<Snapshot<FileArtifact>> {
  const [hashed] = (await hashSingles(ws, [{ path, absolute, stat }], into)) as [HashedFile];
  const artifact: FileArtifact = {
    bytes: hashed.stat.bytes,
    file: hashed.digest,
    ...(stat.exec ? { exec: true as const } : {}),
  };
  return {
    path,
    artifact,
    files: [{ path: absolute, digest: hashed.digest, bytes: hashed.stat.bytes }],
    paths: [''],
    nodes: NO_NODES,
    nodeDigests: [],
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
export async function hashSingles(
  ws: Workspace,
  files: readonly SingleFile[],
  into?: Batch,
): Promise<HashedFile[]> {
  const hashed = files.map(({ path, stat }): HashedFile | undefined => {
    const digest = ws.stat.file(path, stat);
    return digest && { digest, stat };
  });
  const columns = new FileColumns(files.length);
  const unknown = files.flatMap((file, i) => {
    if (hashed[i]) return [];
    columns.add(file.absolute, file.stat);
    return [{ path: file.path, i }];
  });
  if (unknown.length > 0) {
    const from = ws.stat.clock.now();
    const known = (row: number): boolean => ws.stat.fileBytes(unknown[row]!.path) === columns.bytes(row);
    await hashFiles(columns, [...columns.paths.keys()], {
      root: '',
      report: ws.report,
      ...(into ? { into: { store: ws.store, batch: into, known } } : {}),
    });
    unknown.forEach(({ path, i }, row) => {
      hashed[i] = { digest: columns.digest(row), stat: columns.stat(row) };
      ws.stat.setFile(path, columns.stat(row), columns.digest(row), from);
    });
  }
  return hashed as HashedFile[];
}
