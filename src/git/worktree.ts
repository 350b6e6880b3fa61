// Work trees of our own beside the user's. They stand on a commit and hold the files of another: changes that are not
// committed yet look the same there as where they were made. No hook runs.
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fail } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import { orAbsent } from '../util/errno.ts';
import { NO_HOOKS, type Repository, runGit } from './repository.ts';
import { copySubmodules } from './submodules.ts';

/** HEAD is at `head`, detached; index and files are those of `tree`. What stood at `top` before goes. Sparse patterns are those of `repo`. */
export function addWorktree(repo: Repository, top: string, head: CommitId, tree: string): Repository {
  removeWorktree(repo, top);
  mkdirSync(dirname(top), { recursive: true });
  must(repo.top, ['worktree', 'add', '-q', '-f', '--detach', '--no-checkout', top, head]);
  const place = { top: realpathSync(top), gitDir: gitDirOf(top)!, commonDir: repo.commonDir };
  must(place.top, ['read-tree', '-u', '--reset', tree]);
  copySubmodules(repo.top, place.top);
  return place;
}

/** Also what is left of one whose making or removal was cut off. */
export function removeWorktree(repo: Repository, top: string): void {
  const gitDir = gitDirOf(top) ?? namesake(repo, top);
  rmSync(top, { recursive: true, force: true, maxRetries: 3 });
  if (gitDir !== undefined) rmSync(gitDir, { recursive: true, force: true, maxRetries: 3 });
}

/** `<common>/worktrees/<id>`, as the file `.git` of a work tree names it. */
export function gitDirOf(top: string): string | undefined {
  const text = orAbsent(() => readFileSync(join(top, '.git'), 'utf8'), undefined);
  const path = /^gitdir: (.+)$/m.exec(text ?? '')?.[1];
  return path && resolve(top, path);
}

/** Git's folder for a work tree whose own is gone. One that leads nowhere is half removed: Git would prune it too. */
function namesake(repo: Repository, top: string): string | undefined {
  const gitDir = join(repo.commonDir, 'worktrees', basename(top));
  const leadsTo = orAbsent(() => readFileSync(join(gitDir, 'gitdir'), 'utf8').trim(), undefined);
  if (leadsTo === undefined) return existsSync(gitDir) ? gitDir : undefined;
  return resolve(gitDir, leadsTo) === join(top, '.git') ? gitDir : undefined;
}

function must(cwd: string, args: readonly string[]): void {
  const { code, stderr } = runGit(cwd, [...NO_HOOKS, ...args]);
  if (code !== 0) fail('config', `git ${args[0]} failed: ${stderr.trim()}`);
}
