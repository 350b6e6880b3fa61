// Work trees of our own beside the user's. They stand on a commit and hold the files of another: changes that are not
// committed yet look the same there as where they were made. No hook runs.
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
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
  const place = { top: realpathSync(top), gitDir: gitDirOf(top)!, commonDir: repo.commonDir };
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
 * `.git` comes first: from it Git's folder is found when this is cut off. `locked` keeps `git gc` away from half of one.
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
  const gitDir = gitDirOf(top) ?? namesake(repo, top);
  return gitDir === undefined ? [top] : [top, gitDir];
}

/** `<common>/worktrees/<id>`, as the file `.git` of a work tree names it. */
export function gitDirOf(top: string): string | undefined {
  const text = orAbsent(() => readFileSync(join(top, '.git'), 'utf8'), undefined);
  const path = /^gitdir: (.+)$/m.exec(text ?? '')?.[1];
  return path && resolve(top, path);
}

/** Git's folder for a work tree whose own is gone. One that leads nowhere is half removed: Git would prune it too. */
function namesake(repo: Repository, top: string): string | undefined {
  const gitDir = usualGitDir(repo, top);
  const leadsTo = orAbsent(() => readFileSync(join(gitDir, 'gitdir'), 'utf8').trim(), undefined);
  if (leadsTo === undefined) return existsSync(gitDir) ? gitDir : undefined;
  return resolve(gitDir, leadsTo) === join(top, '.git') ? gitDir : undefined;
}

/** Where Git keeps what it knows of the work tree, unless another of that name is there. */
function usualGitDir(repo: Repository, top: string): string {
  return join(repo.commonDir, 'worktrees', basename(top));
}

async function must(cwd: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await awaitGit(cwd, [...NO_HOOKS, ...args]);
  if (code !== 0) fail('config', `git ${args[0]} failed: ${stderr.trim()}`);
}
