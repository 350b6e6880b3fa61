// Files as one side holds them, as something that a reader of tables can open: where they lie here, or as a copy.
import { mkdtempSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileArtifact } from '../core/artifact.ts';
import type { RepoPath } from '../core/ids.ts';
import { PACKED_MOST_BYTES } from '../store/batch.ts';
import { openVerified } from '../store/verified.ts';
import { absoluteInside, type Workspace } from '../store/workspace.ts';
import { digestBytes } from '../util/digest.ts';
import { orAbsent } from '../util/errno.ts';
import { removeWhole } from '../util/whole-path.ts';
import type { Side } from './side.ts';

/** Larger files that are in no store are not looked for in Git. */
const MOST_IN_GIT = 64 << 20;

export interface SideFile {
  readonly side: Side;
  readonly path: RepoPath;
  readonly artifact: FileArtifact;
}

export interface SideFiles {
  /** Absolute path of proved bytes; undefined when they are not here. @throws MlopsError when they are damaged */
  find(file: SideFile): Promise<string | undefined>;
  /** Whether `find` would find them, as far as can be told without reading them. */
  isHere(file: SideFile): boolean;
}

/** What `find` gives out can be opened while `use` runs. */
export async function withSideFiles<T>(ws: Workspace, use: (files: SideFiles) => Promise<T>): Promise<T> {
  const copies = mkdtempSync(join(ws.store.dir, 'tmp', 'tables-'));
  const verified = openVerified(ws.store);
  let count = 0;
  const copied = (bytes: Uint8Array): string => {
    const path = join(copies, String(count++));
    writeFileSync(path, bytes);
    return path;
  };
  const find = async (wanted: SideFile): Promise<string | undefined> => {
    const { artifact } = wanted;
    const there = inWorkspace(ws, wanted);
    if (there !== undefined) return there;
    if (ws.store.has(artifact.file)) {
      if (artifact.bytes <= PACKED_MOST_BYTES) return copied(ws.store.read(artifact.file));
      await verified.prove(artifact.file);
      return ws.store.pathOf(artifact.file);
    }
    const kept = keptByGit(wanted);
    return kept && copied(kept);
  };
  try {
    return await use({
      find,
      isHere: (wanted) =>
        inWorkspace(ws, wanted) !== undefined ||
        ws.store.has(wanted.artifact.file) ||
        keptByGit(wanted) !== undefined,
    });
  } finally {
    verified.flush();
    removeWhole(copies);
  }
}

/** Undefined where it is not: what the workspace side holds was hashed where it lies. */
function inWorkspace(ws: Workspace, { side, path, artifact }: SideFile): string | undefined {
  if (side.commit !== undefined) return undefined;
  const absolute = absoluteInside(ws, path);
  const stat = orAbsent(() => statSync(absolute, { throwIfNoEntry: false }), undefined);
  return stat?.isFile() && stat.size === artifact.bytes ? realpathSync.native(absolute) : undefined;
}

/** Outs that Git keeps are in no store. Those are small. */
function keptByGit({ side, path, artifact: { file, bytes } }: SideFile): Buffer | undefined {
  if (side.commit === undefined || bytes > MOST_IN_GIT) return undefined;
  const [found] = side.read([path]);
  return found && digestBytes(found) === file ? found : undefined;
}
