// Commits and what they held. Reading many files of a commit is one `cat-file --batch`.

import { fail } from '../core/failure.ts';
import { type CommitId, commitOf, type RepoPath } from '../core/ids.ts';
import { readObjects } from './objects.ts';
import { mustGit, type Repository, runGit } from './repository.ts';

/** Undefined in a repository without commits. */
export function headCommit(repo: Repository): CommitId | undefined {
  return tryResolve(repo, 'HEAD');
}

export function tryResolve(repo: Repository, rev: string): CommitId | undefined {
  const result = runGit(repo.top, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${rev}^{commit}`,
  ]);
  return result.code === 0 ? commitOf(result.stdout.toString().trim()) : undefined;
}

export function resolveCommit(repo: Repository, rev: string): CommitId {
  return (
    tryResolve(repo, rev) ??
    fail('config', `no commit is called "${rev}"`, {
      help: 'a branch, tag or commit id; "git log --oneline" lists commits',
    })
  );
}

/** Contents of `paths` at `commit`, in order; undefined where it has no such file. */
export function readAt(repo: Repository, commit: CommitId, paths: readonly string[]): (Buffer | undefined)[] {
  const objects = readObjects(
    repo,
    paths.map((path) => `${commit}:${path}`),
  );
  return objects.map((each) => (each?.type === 'blob' ? each.body : undefined));
}

/** Files at `path` or below it at `commit`, with their sizes; symlinks and submodules are none. */
export function blobsBelow(
  repo: Repository,
  commit: CommitId,
  path: RepoPath,
): { readonly path: RepoPath; readonly bytes: number }[] {
  const listed = mustGit(repo, ['ls-tree', '-r', '-l', '-z', '--full-tree', commit, '--', path]).split('\0');
  return listed.flatMap((line) => {
    const match = /^100\d+ blob [0-9a-f]+ +(\d+)\t(.+)$/s.exec(line);
    return match ? [{ path: match[2] as RepoPath, bytes: Number(match[1]) }] : [];
  });
}

/** Files with that base name at `commit`, at any depth. */
export function filesNamedAt(repo: Repository, commit: CommitId, name: string): RepoPath[] {
  const all = mustGit(repo, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit]).split('\0');
  return all.filter((path) => path === name || path.endsWith(`/${name}`)) as RepoPath[];
}

/** Those of `paths` that are files at `commit`. */
export function filesAmong(repo: Repository, commit: CommitId, paths: readonly RepoPath[]): Set<RepoPath> {
  const found = new Set<RepoPath>();
  for (let at = 0; at < paths.length; at += 500) {
    const some = paths.slice(at, at + 500);
    const listed = mustGit(repo, ['ls-tree', '-z', '--name-only', '--full-tree', commit, '--', ...some]);
    for (const path of listed.split('\0')) if (path !== '') found.add(path as RepoPath);
  }
  return found;
}

/** Whole messages. Undefined when one of the commits is not here. */
export function commitMessages(
  repo: Repository,
  commits: readonly CommitId[],
): ReadonlyMap<CommitId, string> | undefined {
  if (commits.length === 0) return new Map();
  const { code, stdout } = runGit(
    repo.top,
    ['-c', 'log.showSignature=false', 'log', '--no-walk=unsorted', '--format=%H%x00%B%x01', '--stdin'],
    commits.map((commit) => `${commit}\n`).join(''),
  );
  if (code !== 0) return undefined;
  const each = stdout.toString().split('\x01');
  return new Map(
    each.flatMap((text): [CommitId, string][] => {
      const [id = '', message] = text.trimStart().split('\0');
      return message === undefined ? [] : [[commitOf(id), message]];
    }),
  );
}

/** What a command line holds in any case. */
const MOST_PATHS = 500;

/** The last commits, youngest first, that changed one of `paths`: along the first parents, as a branch tells its story. */
export function commitsTouching(repo: Repository, paths: readonly RepoPath[], most: number): CommitId[] {
  if (paths.length === 0) return [];
  const { code, stdout } = runGit(repo.top, [
    'log',
    '--first-parent',
    '--format=%H',
    `--max-count=${most}`,
    '--',
    ...paths.slice(0, MOST_PATHS).map((path) => `:(top,literal)${path}`),
  ]);
  if (code !== 0) return []; // no commit yet
  return stdout
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map(commitOf);
}

/** Who made each of the commits, by name. */
export function authorsOf(repo: Repository, commits: readonly CommitId[]): Map<CommitId, string> {
  const { stdout } = runGit(
    repo.top,
    ['log', '--no-walk=unsorted', '--format=%H%x00%an', '--stdin'],
    commits.map((commit) => `${commit}\n`).join(''),
  );
  const lines = stdout.toString().split('\n').slice(0, -1);
  return new Map(
    lines.map((line) => {
      const [commit = '', author = ''] = line.split('\0');
      return [commitOf(commit), author];
    }),
  );
}

export function mergeBase(repo: Repository, a: CommitId, b: CommitId): CommitId | undefined {
  const result = runGit(repo.top, ['merge-base', a, b]);
  return result.code === 0 ? commitOf(result.stdout.toString().trim()) : undefined;
}

export function firstParent(repo: Repository, commit: CommitId): CommitId | undefined {
  return tryResolve(repo, `${commit}^1`);
}

/** As the commit itself says, also where history is cut behind it. */
export function parentsOf(repo: Repository, commit: CommitId): CommitId[] {
  const [head = ''] = mustGit(repo, ['cat-file', 'commit', commit]).split('\n\n', 1);
  return [...head.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, id]) => commitOf(id!));
}

/** Whether history is cut: a parent that is not here does not mean that there is none. */
export function isShallow(repo: Repository): boolean {
  return mustGit(repo, ['rev-parse', '--is-shallow-repository']).trim() === 'true';
}

export function currentBranch(repo: Repository): string | undefined {
  const result = runGit(repo.top, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
  return result.code === 0 ? result.stdout.toString().trim() : undefined;
}

/** For people: the branch, else the commit; undefined before the first one. */
export function checkedOut(repo: Repository): string | undefined {
  return currentBranch(repo) ?? headCommit(repo)?.slice(0, 7);
}

/** What `origin` calls its default, else init.defaultBranch, main or master, whichever exists; as a revision. */
function defaultBranch(repo: Repository): { readonly name: string; readonly rev: string } | undefined {
  const remote = runGit(repo.top, ['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']);
  if (remote.code === 0) {
    const rev = remote.stdout.toString().trim();
    return { name: rev.slice(rev.indexOf('/') + 1), rev };
  }
  const configured = runGit(repo.top, ['config', '--get', 'init.defaultBranch']).stdout.toString().trim();
  const names = [configured, 'main', 'master'].filter((name) => name !== '');
  const found = names
    .flatMap((name) => [
      { name, rev: `refs/remotes/origin/${name}` },
      { name, rev: `refs/heads/${name}` },
    ])
    .find(({ rev }) => tryResolve(repo, rev));
  return found;
}

/**
 * Where another branch left the default one; `base` is undefined where history does not hold it. Undefined on the default
 * branch itself, at its commit, and where there is none.
 */
export function partingFrom(
  repo: Repository,
  head: CommitId,
): { readonly main: string; readonly base: CommitId | undefined } | undefined {
  const main = defaultBranch(repo);
  const tip = main && tryResolve(repo, main.rev);
  if (!main || !tip || tip === head || currentBranch(repo) === main.name) return undefined;
  return { main: main.name, base: mergeBase(repo, head, tip) };
}

export function isDirty(repo: Repository): boolean {
  return runGit(repo.top, ['status', '--porcelain', '--untracked-files=no']).stdout.length > 0;
}
