// What changed inside the data that differ between two sides, and how its bytes are had.
import type { FolderChange, TableChange } from '../core/data-change.ts';
import { type Failure, MlopsError } from '../core/failure.ts';
import type { Project } from '../project.ts';
import { fetchObjects } from '../remote/fetch.ts';
import type { Wanted } from '../remote/wanted.ts';
import type { DataChange } from '../run/data-diff.ts';
import { folderChanges } from '../run/folder-changes.ts';
import type { Side } from '../run/side.ts';
import { tableChanges } from '../run/table-changes.ts';
import type { NodeReader } from '../store/tree-read.ts';

/** Where bytes may come from that are needed to look inside: from here, or from the default remote too. */
export type Reach = 'here' | 'remote';

export interface Inside {
  readonly tables: readonly TableChange[];
  readonly folders: readonly FolderChange[];
}

export interface Between {
  readonly from: Side;
  readonly to: Side;
  readonly nodes: NodeReader;
}

export async function lookInside(
  project: Project,
  between: Between,
  changes: readonly DataChange[],
  reach: Reach,
): Promise<Inside> {
  const fetch = reach === 'remote' ? fetching(project) : undefined;
  const looking = { ...between, workspace: project.workspace, fetch, signal: project.signal };
  return {
    tables: await tableChanges(looking, changes),
    folders: folderChanges(between.nodes, changes),
  };
}

/** Of directories that changed and whose listings are not here; whether there were any. Trouble leaves them unlisted. */
export async function fetchListings(project: Project, changes: readonly DataChange[]): Promise<boolean> {
  const unlisted = changes.flatMap(({ path, was, now, files }) =>
    files === undefined && was && now && 'tree' in was && 'tree' in now
      ? [was, now].map((artifact): Wanted => ({ path, artifact, listing: true }))
      : [],
  );
  if (unlisted.length === 0) return false;
  try {
    await fetching(project)(unlisted);
  } catch (error) {
    if (!(error instanceof MlopsError) || project.signal.aborted) throw error;
  }
  return true;
}

function fetching(project: Project): (wanted: readonly Wanted[]) => Promise<readonly Failure[]> {
  return async (wanted) => {
    const remote = await project.remote();
    return (await fetchObjects(project.transferContext(remote), wanted)).failures;
  };
}
