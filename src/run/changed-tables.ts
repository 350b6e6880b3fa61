// Which tables changed: files whose names say that they are one, alone or inside directories.
import type { FileArtifact, StoredArtifact } from '../core/artifact.ts';
import { pathIn, type RepoPath } from '../core/ids.ts';
import { namedFormat } from '../ml/frame/files.ts';
import { artifactAt, type NodeReader } from '../store/tree-read.ts';
import { type DataChange, whereListed } from './data-diff.ts';

/** At least one side is there. */
export interface ChangedTable {
  readonly path: RepoPath;
  readonly was: FileArtifact | undefined;
  readonly now: FileArtifact | undefined;
}

/** In the order of `changes`. A directory may hold more than anybody reads: it is asked for one when it is looked at. */
export function* changedTables(nodes: NodeReader, changes: readonly DataChange[]): Generator<ChangedTable> {
  for (const { path, was, now, files } of changes) {
    if (files === undefined && isTable(path)) yield* tableOf(path, was, now);
    for (const { path: name } of files ?? []) {
      if (isTable(name))
        yield* tableOf(pathIn(path, name), inside(nodes, was, name), inside(nodes, now, name));
    }
  }
}

/** Text of any kind is called .txt. */
function isTable(path: string): boolean {
  return namedFormat(path).format !== undefined && !/\.txt(\.gz|\.zst)?$/i.test(path);
}

function inside(
  nodes: NodeReader,
  whole: StoredArtifact | undefined,
  name: string,
): StoredArtifact | undefined {
  return whole && 'tree' in whole ? whereListed(() => artifactAt(nodes, whole.tree, name)) : undefined;
}

function tableOf(
  path: RepoPath,
  was: StoredArtifact | undefined,
  now: StoredArtifact | undefined,
): ChangedTable[] {
  const [before, after] = [asFile(was), asFile(now)];
  // Only whether it can be executed may differ.
  return before?.file === after?.file ? [] : [{ path, was: before, now: after }];
}

function asFile(artifact: StoredArtifact | undefined): FileArtifact | undefined {
  return artifact && 'file' in artifact ? artifact : undefined;
}
