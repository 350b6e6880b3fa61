// A file or folder on this machine or a share. A file's version is its size and time; a folder has none.
import { lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail } from '../core/failure.ts';
import { type RepoPath, repoPathProblem } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import { save } from '../store/save.ts';
import { snapshot } from '../store/snapshot.ts';
import type { Store } from '../store/store.ts';
import { openWorkspace } from '../store/workspace.ts';
import { orAbsent } from '../util/errno.ts';
import type { Source, SourceContext } from './source.ts';

/** `path` is absolute; `url` is what the lock will say. */
export function folderSource(url: string, path: string, context: SourceContext): Source {
  return {
    shown: path,
    look: async () => {
      const from = fromOf(url, path);
      return Object.keys(from).length > 1 ? from : undefined;
    },
    bring: async (store) => {
      const from = fromOf(url, path);
      const scratch = newFolder(context);
      try {
        return { artifact: await taken(realpathSync(path), store, scratch, context), from };
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    },
    close: () => {},
  };
}

function newFolder({ scratch }: SourceContext): string {
  mkdirSync(scratch, { recursive: true });
  return mkdtempSync(join(scratch, 'folder-'));
}

function fromOf(url: string, path: string): JsonObject {
  const stat = orAbsent(() => statSync(path), undefined);
  if (!stat) fail('missing', `${path} does not exist`);
  return stat.isFile() ? { url, bytes: stat.size, modified: stat.mtime.toISOString() } : { url };
}

/** As `mlops add` takes what lies in the workspace: the same names are refused, links stay links. */
async function taken(path: string, store: Store, state: string, { report }: SourceContext) {
  const name = basename(path);
  const problem = repoPathProblem(name);
  if (problem || lstatSync(path).isSymbolicLink())
    fail('config', `"${path}" ${problem ?? 'is a link'}`, { help: 'name a folder in it' });
  const ws = openWorkspace({
    top: dirname(path),
    gitDir: state,
    commonDir: state,
    storeDir: store.dir,
    ...(report ? { report } : {}),
    warn: (text) => report?.({ kind: 'warning', text }),
  });
  const here = await snapshot(ws, name as RepoPath);
  if (!here) return fail('missing', `${path} does not exist`);
  await save(ws, here);
  return here.artifact;
}
