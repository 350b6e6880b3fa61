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

/** What leads to a commit. */
export interface CommitNames {
  readonly branches: readonly string[];
  readonly tags: readonly string[];
}

export function namesOfCommits(repo: Repository): Map<CommitId, CommitNames> {
  const listed = mustGit(repo, [
    'for-each-ref',
    '--format=%(objectname) %(*objectname) %(refname)',
    'refs/heads/',
    'refs/tags/',
  ]);
  const names = new Map<CommitId, { branches: string[]; tags: string[] }>();
  for (const line of listed.split('\n')) {
    const [, id, peeled, kind, name] = /^(\S+) (\S*) refs\/(heads|tags)\/(.+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const commit = commitOf(peeled || id!);
    const of = names.get(commit) ?? names.set(commit, { branches: [], tags: [] }).get(commit)!;
    of[kind === 'heads' ? 'branches' : 'tags'].push(name);
  }
  return names;
}

/** The last `count` commits of the current branch, newest first. */
export function recentCommits(repo: Repository, count: number): CommitId[] {
  const listed = runGit(repo.top, ['rev-list', `--max-count=${count}`, 'HEAD']);
  if (listed.code !== 0) return [];
  return listed.stdout
    .toString()
    .split('\n')
    .filter((id) => id !== '')
    .map(commitOf);
}
