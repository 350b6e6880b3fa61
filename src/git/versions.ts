// Every version of a file that anything in the repository still leads to: a commit of a ref, of the stash, of the reflog
// (Git's own gc keeps those too), a worktree's HEAD or index. Asked of Git in a few calls, however long the history is.
import { fail } from '../core/failure.ts';
import type { CommitId, RepoPath } from '../core/ids.ts';
import { mustGit, type Repository, runGit } from './repository.ts';

/** A blob in the place of a file, and a commit that put it there. */
export interface FileVersion {
  readonly blob: string;
  readonly path: RepoPath;
  readonly commit: CommitId;
  /** First line of the commit's message. */
  readonly subject: string;
}

/** `refs`: every commit of every ref and of every worktree's HEAD. `reflog`: those that only a reflog still names. */
export function versionsNamed(repo: Repository, name: string, from: 'refs' | 'reflog'): FileVersion[] {
  const which = from === 'refs' ? ['--all'] : ['--reflog', '--not', '--all'];
  // --full-history: what a merge passed over was once somebody's result too. -m: a merge may hold what no parent does.
  const log = mustGit(repo, [
    '-c',
    'log.showSignature=false',
    'log',
    ...which,
    ...['--full-history', '-m', '--root', '--raw', '--no-abbrev', '--no-renames', '-z'],
    '--format=%x01%H %s',
    '--',
    ...filesCalled(name),
  ]);
  const versions: FileVersion[] = [];
  const seen = new Set<string>();
  let commit = '' as CommitId;
  let subject = '';
  const tokens = log.split('\0').map((token) => token.replace(/^\n/, ''));
  for (const [at, token] of tokens.entries()) {
    if (token.startsWith('\x01')) {
      const space = token.indexOf(' ');
      commit = token.slice(1, space) as CommitId;
      subject = token.slice(space + 1);
    } else if (token.startsWith(':')) {
      const [, , before, after] = token.slice(1).split(' ');
      const path = tokens[at + 1] as RepoPath;
      for (const blob of [after!, before!]) {
        if (/^0+$/.test(blob) || seen.has(`${blob} ${path}`)) continue;
        seen.add(`${blob} ${path}`);
        versions.push({ blob, path, commit, subject });
      }
    }
  }
  return versions;
}

/** Blobs of files with that name in the index: of every side while a merge is going on. */
export function blobsInIndex(
  top: string,
  name: string,
): { readonly blob: string; readonly path: RepoPath }[] {
  const { code, stdout } = runGit(top, ['ls-files', '-s', '-z', '--full-name', '--', ...filesCalled(name)]);
  if (code !== 0) return [];
  return stdout
    .toString()
    .split('\0')
    .flatMap((line) => {
      const match = /^\d+ ([0-9a-f]+) \d\t(.+)$/s.exec(line);
      return match ? [{ blob: match[1]!, path: match[2] as RepoPath }] : [];
    });
}

export interface RefVersion {
  /** `refs/heads/main`; `HEAD` where it is detached. */
  readonly ref: string;
  readonly path: RepoPath;
  readonly blob: string;
}

/** What stands at `paths` where each ref points to now, and last HEAD. */
export function versionsAtRefs(repo: Repository, paths: readonly RepoPath[]): RefVersion[] {
  const refs = mustGit(repo, ['for-each-ref', '--format=%(refname)'])
    .split('\n')
    .filter((ref) => ref !== '');
  const asked = [...refs, 'HEAD'].flatMap((ref) => paths.map((path) => ({ ref, path })));
  if (asked.length === 0) return [];
  const answers = mustGit(
    repo,
    ['cat-file', '--batch-check=%(objectname) %(objecttype)'],
    asked.map(({ ref, path }) => `${ref}:${path}\n`).join(''),
  ).split('\n');
  return asked.flatMap((each, at) => {
    const blob = /^([0-9a-f]+) blob$/.exec(answers[at] ?? '')?.[1];
    return blob ? [{ ...each, blob }] : [];
  });
}

/** Absolute folders of all worktrees that are there, this one among them. */
export function worktrees(repo: Repository): string[] {
  const listed = mustGit(repo, ['worktree', 'list', '--porcelain']);
  return listed
    .split(/\n\n/)
    .filter((each) => !/^(bare|prunable)/m.test(each))
    .flatMap((each) => /^worktree (.+)$/m.exec(each)?.[1] ?? []);
}

function filesCalled(name: string): readonly string[] {
  return [`:(top,literal)${name}`, `:(top,glob)**/${name}`];
}

/** @throws MlopsError `config` where Git says that history is incomplete or damaged */
export function missingBlob(id: string): never {
  return fail('config', `Git lacks ${id}, which its history names: the repository is damaged or incomplete`, {
    help: 'git fsck says more; git fetch brings what a server has',
  });
}
