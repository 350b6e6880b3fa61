// Work trees of our own beside the user's. They stand on a commit and hold the files of another: changes that are not
// committed yet look the same there as where they were made. No hook runs.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fail } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import { orAbsent } from '../util/errno.ts';
import { awaitGit, NO_HOOKS, type Repository } from './repository.ts';
import { copySubmodules } from './submodules.ts';

/** HEAD is at `head`, detached; index and files are those of `tree`. What stood at `top` before goes. Sparse patterns are those of `repo`. */
export async function addWorktree(
  repo: Repository,
  top: string,
  head: CommitId,
  tree: string,
): Promise<Repository> {
  removeWorktree(repo, top);
  mkdirSync(dirname(top), { recursive: true });
  if (isPlain(repo, top)) linkWorktree(repo, top, head);
  else await must(repo.top, ['worktree', 'add', '-q', '-f', '--detach', '--no-checkout', top, head]);
  const place = { top: realpathSync(top), gitDir: gitDirsOf(repo, top)[0]!, commonDir: repo.commonDir };
  await must(place.top, ['read-tree', '-u', '--reset', tree]);
  copySubmodules(repo.top, place.top);
  return place;
}

/** Whether `git worktree add` would do no more than `linkWorktree`: settings of its own it copies, and refs it may keep otherwise. */
function isPlain(repo: Repository, top: string): boolean {
  const own = ['config.worktree', 'info/sparse-checkout'].map((name) => join(repo.gitDir, name));
  const others = [join(repo.commonDir, 'reftable'), usualGitDir(repo, top)];
  return ![...own, ...others].some((path) => existsSync(path));
}

/**
 * `git worktree add --detach --no-checkout` without its two processes, which are a fifth of what a small experiment costs.
 * Cut off, it is found by its name (`gitDirsOf`). `locked` keeps `git gc` away from half of one.
 */
function linkWorktree(repo: Repository, top: string, head: CommitId): void {
  const gitDir = usualGitDir(repo, top);
  const write = (name: string, text: string): void => writeFileSync(join(gitDir, name), `${text}\n`);
  mkdirSync(top);
  writeFileSync(join(top, '.git'), `gitdir: ${gitDir}\n`);
  mkdirSync(gitDir, { recursive: true });
  write('locked', 'initializing');
  write('gitdir', join(top, '.git'));
  write('HEAD', head);
  write('commondir', '../..');
  rmSync(join(gitDir, 'locked'));
}

/** Also what is left of one whose making or removal was cut off. */
export function removeWorktree(repo: Repository, top: string): void {
  for (const folder of foldersOf(repo, top)) rmSync(folder, WHOLE);
}

/** As `removeWorktree`; what runs beside it in this process goes on meanwhile. */
export async function awaitRemoval(repo: Repository, top: string): Promise<void> {
  for (const folder of foldersOf(repo, top)) await rm(folder, WHOLE);
}

const WHOLE = { recursive: true, force: true, maxRetries: 3 };

/** Git's last: without its own it is found by what is written there. */
function foldersOf(repo: Repository, top: string): string[] {
  return [top, ...gitDirsOf(repo, top)];
}

/**
 * Git's folders for the work tree at `top`, by Git's own records: one, or none. What the file `.git` in a work tree names
 * is not believed, since a command that ran there may have written it. A namesake that leads nowhere is half made or
 * half removed: Git would prune it too.
 */
export function gitDirsOf(repo: Repository, top: string): string[] {
  const records = join(repo.commonDir, 'worktrees');
  return orAbsent(() => readdirSync(records), [])
    .map((id) => join(records, id))
    .filter((gitDir) => {
      const text = orAbsent(() => readFileSync(join(gitDir, 'gitdir'), 'utf8'), undefined);
      if (text === undefined) return gitDir === usualGitDir(repo, top);
      return resolve(gitDir, text.replace(/\n$/, '')) === join(top, '.git');
    });
}

/** Where Git keeps what it knows of the work tree, unless another of that name is there. */
function usualGitDir(repo: Repository, top: string): string {
  return join(repo.commonDir, 'worktrees', basename(top));
}

async function must(cwd: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await awaitGit(cwd, [...NO_HOOKS, ...args]);
  if (code !== 0) fail('config', `git ${args[0]} failed: ${stderr.trim()}`);
}
