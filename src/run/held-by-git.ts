// Whether Git can give back what stands somewhere: a report that is committed is nowhere in the store, and not lost when it is
// made anew.
import { lstatSync } from 'node:fs';
import type { RepoPath } from '../core/ids.ts';
import { modifiedAmong, trackedAmong } from '../git/files.ts';
import { headCommit } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import { orAbsent } from '../util/errno.ts';

/** Of `paths` the files that stand as HEAD has them. */
export function heldByGit(repo: Repository, paths: readonly RepoPath[]): ReadonlySet<RepoPath> {
  const files = paths.filter((path) => orAbsent(() => lstatSync(`${repo.top}/${path}`).isFile(), false));
  if (files.length === 0 || headCommit(repo) === undefined) return new Set();
  const held = trackedAmong(repo, files);
  for (const path of modifiedAmong(repo, files)) held.delete(path);
  return held;
}
