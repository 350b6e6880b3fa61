// One of the two things a diff compares: a commit, or the workspace as it is.
import { readFileSync } from 'node:fs';
import type { CommitId, RepoPath } from '../core/ids.ts';
import type { Lock } from '../core/lock.ts';
import { filesNamed } from '../git/files.ts';
import { filesNamedAt, readAt, resolveCommit } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import { readLock } from '../lockfile/read.ts';
import { orAbsent } from '../util/errno.ts';

export interface Side {
  /** As the user named it: `HEAD`, `v1.2`, `workspace`. */
  readonly name: string;
  readonly commit: CommitId | undefined;
  /** Bytes of each path; undefined where it is not there. */
  read(paths: readonly RepoPath[]): (Buffer | undefined)[];
  /** Every pipeline.lock, by its path. */
  locks(): ReadonlyMap<RepoPath, Lock>;
}

/** `rev` undefined = the workspace. */
export function sideOf(repo: Repository, rev: string | undefined): Side {
  if (rev === undefined) {
    const read = (paths: readonly RepoPath[]) =>
      paths.map((path) => orAbsent(() => readFileSync(`${repo.top}/${path}`), undefined));
    return {
      name: 'workspace',
      commit: undefined,
      read,
      locks: () => locksIn(read, filesNamed(repo, 'pipeline.lock')),
    };
  }
  const commit = resolveCommit(repo, rev);
  const read = (paths: readonly RepoPath[]) => readAt(repo, commit, paths);
  return { name: rev, commit, read, locks: () => locksIn(read, filesNamedAt(repo, commit, 'pipeline.lock')) };
}

function locksIn(read: Side['read'], paths: readonly RepoPath[]): Map<RepoPath, Lock> {
  return new Map(
    read(paths).flatMap((bytes, at): [RepoPath, Lock][] =>
      bytes ? [[paths[at]!, readLock(bytes.toString()).lock]] : [],
    ),
  );
}
