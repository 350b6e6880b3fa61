// Files that Git may keep, brought from one state to another in the work tree. What stands in the way and is nobody's but
// the user's is found while planning; a folder or a symlink there is never gone over.
import { lstatSync, readdirSync, rmdirSync, rmSync, type Stats } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { RepoPath } from '../core/ids.ts';
import type { Repository } from '../git/repository.ts';
import {
  sameEntry,
  type TreeChange,
  type TreeEntry,
  treeChanges,
  writeFilesOf,
} from '../git/tree-changes.ts';
import { refuseUnmerged, writeWorkTree } from '../git/write-commit.ts';
import { isErrno, orAbsent } from '../util/errno.ts';

export interface FileStep extends TreeChange {
  /** What stands there is the user's, and written nowhere else: it is kept in the record of the apply. */
  readonly overwrites: boolean;
}

export interface FilesPlan {
  readonly steps: readonly FileStep[];
  /** Where something stands that is never gone over. */
  readonly blocked: readonly RepoPath[];
  /** The work tree now: what Git tracks, and what stands where something will be written. */
  readonly now: string;
}

export interface FileWish extends TreeChange {
  /** May be gone over as `from` may. */
  readonly expected?: TreeEntry | null;
  /** Left alone unless `expected` stands there. */
  readonly only?: true;
}

/** The work tree as a tree of Git, with the files at `wished` also where Git does not track them. @throws MlopsError `config` in a merge */
export async function workTreeNow(
  repo: Repository,
  folder: string,
  wished: readonly RepoPath[],
): Promise<string> {
  refuseUnmerged(repo);
  const also = wished.filter((path) => {
    const found = standing(repo, path);
    return (found?.isFile() || found?.isSymbolicLink()) && !isBelowFile(repo, path);
  });
  return writeWorkTree(repo, folder, { take: 'tracked', also });
}

/** `base`: the tree that every `from` of a wish is of. `now`: see `workTreeNow`. */
export function planFiles(
  repo: Repository,
  wishes: readonly FileWish[],
  base: string,
  now: string,
): FilesPlan {
  const work = new Map(treeChanges(repo, base, now).map((change) => [change.path, change.to]));
  const steps = wishes.flatMap(({ path, from, to, expected, only }): FileStep[] => {
    const here = work.has(path) ? work.get(path)! : from;
    const asExpected = expected !== undefined && sameEntry(here, expected);
    if (sameEntry(here, to) || (only && !asExpected)) return [];
    return [{ path, from: here, to, overwrites: !(asExpected || sameEntry(here, from)) }];
  });
  const going = new Set(steps.filter(({ to }) => to === null).map(({ path }) => path));
  const blocked = steps.filter(({ path, to }) => to !== null && isBlocked(repo, path, going));
  return { steps, blocked: blocked.map(({ path }) => path), now };
}

/** First what goes, then what comes. `to`: the tree that holds what comes. */
export function moveFiles(repo: Repository, folder: string, steps: readonly FileStep[], to: string): void {
  for (const step of steps) if (step.to === null) removeFile(repo, step.path);
  writeFilesOf(
    repo,
    folder,
    to,
    steps.filter((step) => step.to !== null).map(({ path }) => path),
  );
}

/** Folders that it leaves empty go too, as Git does it. */
function removeFile(repo: Repository, path: RepoPath): void {
  rmSync(join(repo.top, path), { force: true });
  for (let dir = dirname(path); dir !== '.'; dir = dirname(dir))
    try {
      rmdirSync(join(repo.top, dir));
    } catch (error) {
      if (isErrno(error, 'ENOTEMPTY', 'EEXIST')) return;
      if (!isErrno(error, 'ENOENT')) throw error;
    }
}

/** A folder stands there that will not be empty by then, or a file or symlink where a folder has to be. */
function isBlocked(repo: Repository, path: RepoPath, going: ReadonlySet<RepoPath>): boolean {
  const parents = parentsOf(path);
  const inWay = parents.find((parent) => {
    const found = standing(repo, parent);
    return found !== undefined && !found.isDirectory();
  });
  if (inWay !== undefined) return !going.has(inWay);
  if (!standing(repo, path)?.isDirectory()) return false;
  return filesBelow(join(repo.top, path)).some((inside) => !going.has(`${path}/${inside}` as RepoPath));
}

function isBelowFile(repo: Repository, path: RepoPath): boolean {
  return parentsOf(path).some((parent) => standing(repo, parent)?.isDirectory() === false);
}

function parentsOf(path: RepoPath): RepoPath[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, at) => names.slice(0, at + 1).join('/') as RepoPath);
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((each) => !each.isDirectory())
    .map((each) => relative(dir, join(each.parentPath, each.name)).split(sep).join('/'));
}

function standing(repo: Repository, path: RepoPath): Stats | undefined {
  return orAbsent(() => lstatSync(join(repo.top, path), { throwIfNoEntry: false }), undefined);
}
