// One commit of a repository elsewhere, by the git program: history is left out, and of its files only those that are
// asked for come, where the server knows how. Credentials are the user's own: ssh agent, credential helpers.
import { spawnSync } from 'node:child_process';
import { fail } from '../core/failure.ts';
import { type CommitFiles, commitFiles } from './commit-files.ts';
import { tryResolve } from './history.ts';
import { type GitResult, type Repository, runGit } from './repository.ts';

/** Only what moves objects: other helpers of Git run commands that a URL names. */
const PROTOCOLS = 'file:git:http:https:ssh';

export function hasGit(): boolean {
  return spawnSync('git', ['--version'], { stdio: 'ignore', windowsHide: true }).error === undefined;
}

/** Into the empty folder `dir`. `rev`: a branch, tag or commit; undefined = what the server calls its HEAD. */
export function cloneCommit(url: string, rev: string | undefined, dir: string): CommitFiles {
  const repo: Repository = { top: dir, gitDir: dir, commonDir: dir };
  must(url, runGit(dir, ['init', '-q', '--bare', '--template=', '.']));
  must(url, git(dir, ['remote', 'add', 'origin', url]));
  const shallow = git(dir, [
    'fetch',
    '-q',
    '--depth=1',
    '--no-tags',
    '--filter=blob:none',
    'origin',
    rev ?? 'HEAD',
  ]);
  if (shallow.code === 0) return files(repo, 'FETCH_HEAD');
  if (rev === undefined) must(url, shallow);
  // A shortened id, or a name that only history resolves, such as v1.2~3.
  must(
    url,
    git(dir, [
      'fetch',
      '-q',
      '--filter=blob:none',
      'origin',
      '+refs/heads/*:refs/remotes/origin/*',
      '+refs/tags/*:refs/tags/*',
    ]),
  );
  const found = [rev!, `refs/remotes/origin/${rev}`].find((name) => tryResolve(repo, name));
  if (found === undefined)
    fail('config', `${url} has no commit that is called "${rev}"`, {
      help: `git ls-remote ${url}   lists its branches and tags`,
    });
  return files(repo, found);
}

function files(repo: Repository, rev: string): CommitFiles {
  return commitFiles(repo, rev, (ids) => {
    // All in one request. Where it fails, reading asks for each by itself, and says what is wrong.
    const wanted = [...new Set(ids)].join('\n');
    const flags = ['--no-tags', '--no-write-fetch-head', '--recurse-submodules=no', '--filter=blob:none'];
    if (wanted !== '') git(repo.top, ['fetch', '-q', ...flags, '--stdin', 'origin'], `${wanted}\n`);
  });
}

function git(dir: string, args: readonly string[], input?: string): GitResult {
  return runGit(dir, args, input, { GIT_ALLOW_PROTOCOL: PROTOCOLS });
}

function must(url: string, result: GitResult): void {
  if (result.code === 0) return;
  const said = result.stderr.trim().split('\n').at(-1) ?? '';
  fail('remote', `${url} cannot be read: ${said.replace(/^(fatal|error): /, '')}`, {
    help: `try: git ls-remote ${url}`,
  });
}
