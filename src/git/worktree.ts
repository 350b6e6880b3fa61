// Work trees of our own beside the user's. They stand on a commit and hold the files of another: changes that are not
// committed yet look the same there as where they were made. No hook runs.
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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
  const place = { top: realpathSync(top), gitDir: gitDirsOf(repo, top)[0]!, commonDir: repo.commonDir };
  must(place.top, ['read-tree', '-u', '--reset', tree]);
  copySubmodules(repo.top, place.top);
  return place;
}

/** Also what is left of one whose making or removal was cut off. */
export function removeWorktree(repo: Repository, top: string): void {
  const gitDirs = gitDirsOf(repo, top);
  for (const dir of [top, ...gitDirs]) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Git's folders for the work tree at `top`, by Git's own records: one, or none. What the file `.git` in a work tree names
 * is not believed, since a command that ran there may have written it.
 */
export function gitDirsOf(repo: Repository, top: string): string[] {
  const records = join(repo.commonDir, 'worktrees');
  return orAbsent(() => readdirSync(records), [])
    .map((id) => join(records, id))
    .filter((gitDir) => {
      const leadsTo = orAbsent(() => readFileSync(join(gitDir, 'gitdir'), 'utf8').replace(/\n$/, ''), '');
      return resolve(gitDir, leadsTo) === join(top, '.git');
    });
}

function must(cwd: string, args: readonly string[]): void {
  const { code, stderr } = runGit(cwd, [...NO_HOOKS, ...args]);
  if (code !== 0) fail('config', `git ${args[0]} failed: ${stderr.trim()}`);
}
