// What commits say of themselves, many in one call.
import { type CommitId, commitOf } from '../core/ids.ts';
import { readObjects } from './objects.ts';
import { mustGit, type Repository, runGit } from './repository.ts';

export interface CommitHead {
  /** ISO time of its committer. */
  readonly when: string;
  readonly subject: string;
}

/** Commits that are not here are left out. */
export function commitHeads(repo: Repository, commits: readonly CommitId[]): Map<CommitId, CommitHead> {
  const heads = new Map<CommitId, CommitHead>();
  for (const [at, object] of readObjects(repo, commits).entries()) {
    const text = object?.body.toString();
    const seconds = /^committer .* (\d+) [+-]\d{4}$/m.exec(text ?? '')?.[1];
    if (text === undefined || seconds === undefined) continue;
    const message = text.slice(text.indexOf('\n\n') + 2);
    heads.set(commits[at]!, {
      when: new Date(Number(seconds) * 1000).toISOString(),
      subject: message.split('\n')[0] ?? '',
    });
  }
  return heads;
}

/** Branches and tags by the commit they lead to: `main`, `v1.0`; branches first. */
export function namesOfCommits(repo: Repository): Map<CommitId, string[]> {
  const listed = mustGit(repo, [
    'for-each-ref',
    '--format=%(objectname) %(*objectname) %(refname:lstrip=2)',
    'refs/heads/',
    'refs/tags/',
  ]);
  const names = new Map<CommitId, string[]>();
  for (const line of listed.split('\n')) {
    const [, id, peeled, name] = /^(\S+) (\S*) (.+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const commit = commitOf(peeled || id!);
    names.set(commit, [...(names.get(commit) ?? []), name]);
  }
  return names;
}

/** The last `count` commits of the current branch, newest first. */
export function recentCommits(repo: Repository, count: number): CommitId[] {
  const listed = runGit(repo.top, ['rev-list', `--max-count=${count}`, 'HEAD']);
  if (listed.code !== 0) return [];
  return listed.stdout.toString().split('\n').filter((id) => id !== '').map(commitOf);
}
