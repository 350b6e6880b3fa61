// One of the two things a diff compares: a commit, or the workspace as it is.
import { readFileSync } from 'node:fs';
import type { CommitId, RepoPath } from '../core/ids.ts';
import type { Lock } from '../core/lock.ts';
import { filesNamed } from '../git/files.ts';
import { filesNamedAt, readAt, readEach, resolveCommit } from '../git/history.ts';
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

/**
 * Commits as sides, all of them read in two calls of git: `lockFiles`, then what `wanted` says of their locks. Other files
 * are read when they are asked for.
 */
export function sidesAt(
  repo: Repository,
  commits: readonly CommitId[],
  lockFiles: readonly RepoPath[],
  wanted: (locks: ReadonlyMap<RepoPath, Lock>, at: number) => readonly RepoPath[],
): Side[] {
  const read = (pathsOf: (at: number) => readonly RepoPath[]) => {
    const files = commits.flatMap((commit, at) => pathsOf(at).map((path) => ({ commit, path })));
    const bodies = readEach(repo, files);
    const held = new Map(files.map(({ commit, path }, at) => [`${commit}:${path}`, bodies[at]]));
    return (commit: CommitId) => (paths: readonly RepoPath[]) =>
      paths.map((path) => {
        const id = `${commit}:${path}`;
        return held.has(id) ? held.get(id) : readAt(repo, commit, [path])[0];
      });
  };
  const locksOf = read(() => lockFiles);
  const locks = commits.map((commit) => locksIn(locksOf(commit), lockFiles));
  const filesOf = read((at) => wanted(locks[at]!, at));
  return commits.map((commit, at) => ({
    name: commit,
    commit,
    read: filesOf(commit),
    locks: () => locks[at]!,
  }));
}

function locksIn(read: Side['read'], paths: readonly RepoPath[]): Map<RepoPath, Lock> {
  return new Map(
    read(paths).flatMap((bytes, at): [RepoPath, Lock][] =>
      bytes ? [[paths[at]!, readLock(bytes.toString()).lock]] : [],
    ),
  );
}
