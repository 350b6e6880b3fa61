// Files that are drawn, on one side: those of the workspace or of a commit, and outs that Git does not keep, out of the
// store by the lock of that side.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { StoredArtifact } from '../core/artifact.ts';
import type { Digest, RepoPath } from '../core/ids.ts';
import { isWithin, pathFrom, pathIn } from '../core/ids.ts';
import { blobsBelow, readAt } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import type { Store } from '../store/store.ts';
import { listTree } from '../store/tree-list.ts';
import { artifactAt } from '../store/tree-read.ts';
import { orAbsent } from '../util/errno.ts';
import { recordedAt } from './data-diff.ts';
import type { Side } from './side.ts';

export interface PlotFile {
  readonly path: RepoPath;
  readonly bytes: number;
  /** Undefined where the store lacks what the lock records. */
  read(): Buffer | undefined;
}

/** Of a side, by path: the file itself, or the files of a folder, sorted as they lie. Nothing where nothing is. */
export function plotFilesAt(repo: Repository, side: Side, store: Store): (path: RepoPath) => PlotFile[] {
  let recorded: ReadonlyMap<RepoPath, StoredArtifact> | undefined;
  const known = new Map<RepoPath, PlotFile[]>();
  const find = (path: RepoPath): PlotFile[] => {
    const kept = side.commit === undefined ? inWorkspace(repo.top, path) : inCommit(repo, side.commit, path);
    if (kept.length > 0) return kept;
    recorded ??= recordedAt(side);
    return inStore(store, recorded, path);
  };
  return (path) => {
    const files = known.get(path) ?? find(path);
    known.set(path, files);
    return files;
  };
}

function inWorkspace(top: string, path: RepoPath): PlotFile[] {
  const file = (each: RepoPath): PlotFile[] => {
    const stat = orAbsent(() => statSync(`${top}/${each}`, { throwIfNoEntry: false }), undefined);
    return stat?.isFile()
      ? [{ path: each, bytes: stat.size, read: () => readFileSync(`${top}/${each}`) }]
      : [];
  };
  if (!statSync(`${top}/${path}`, { throwIfNoEntry: false })?.isDirectory()) return file(path);
  return readdirSync(`${top}/${path}`, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const below = pathIn(path, entry.name);
      return entry.isDirectory() ? inWorkspace(top, below) : file(below);
    });
}

function inCommit(repo: Repository, commit: NonNullable<Side['commit']>, path: RepoPath): PlotFile[] {
  return blobsBelow(repo, commit, path).map((blob) => ({
    ...blob,
    read: () => readAt(repo, commit, [blob.path])[0],
  }));
}

function inStore(store: Store, recorded: ReadonlyMap<RepoPath, StoredArtifact>, path: RepoPath): PlotFile[] {
  const owner = [...recorded].find(([each]) => isWithin(path, each));
  if (!owner) return [];
  const [root, whole] = owner;
  const artifact = partOf(store, whole, pathFrom(root, path), root === path);
  if (artifact === 'lost') return [{ path, bytes: 0, read: () => undefined }];
  if (artifact === undefined) return [];
  if ('file' in artifact) return [stored(store, path, artifact.file, artifact.bytes)];
  if (!store.has(artifact.tree)) return [{ path, bytes: 0, read: () => undefined }];
  return listTree(store, artifact).flatMap((each) =>
    each.digest === undefined ? [] : [stored(store, pathIn(path, each.path), each.digest, each.bytes)],
  );
}

function partOf(
  store: Store,
  whole: StoredArtifact,
  inside: string,
  itself: boolean,
): StoredArtifact | 'lost' | undefined {
  if (itself) return whole;
  if (!('tree' in whole)) return undefined;
  return store.has(whole.tree) ? artifactAt(store, whole.tree, inside) : 'lost';
}

function stored(store: Store, path: RepoPath, digest: Digest, bytes: number): PlotFile {
  return { path, bytes, read: () => (store.has(digest) ? store.read(digest) : undefined) };
}
