// Work trees of our own against those that Git makes.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { headCommit } from '../../src/git/history.ts';
import { mustGit, type Repository, requireRepository, runGit } from '../../src/git/repository.ts';
import { addWorktree, removeWorktree } from '../../src/git/worktree.ts';

const AS_ADA = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];

let repo: Repository;
let top: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-git-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  runGit(folder, ['init', '-q']);
  repo = requireRepository(folder);
  writeFileSync(join(folder, 'a.txt'), 'a\n');
  writeFileSync(join(folder, 'b.txt'), 'b\n');
  mustGit(repo, ['add', '-A']);
  mustGit(repo, [...AS_ADA, 'commit', '-q', '-m', 'first']);
  top = join(repo.commonDir, 'mlops', 'exp', 'ours');
});

const head = () => headCommit(repo)!;
const filesOf = (name: string): string[] => readdirSync(join(repo.commonDir, 'worktrees', name)).sort();

it('is for Git what it would have made itself', async () => {
  const place = await addWorktree(repo, top, head(), head());
  const theirs = join(repo.commonDir, 'mlops', 'exp', 'theirs');
  mustGit(repo, ['worktree', 'add', '-q', '--detach', theirs, head()]);
  expect(requireRepository(top)).toEqual(place);
  expect(mustGit(place, ['status', '--porcelain=v2', '--branch', '--untracked-files'])).toBe(
    mustGit(requireRepository(theirs), ['status', '--porcelain=v2', '--branch', '--untracked-files']),
  );
  const [, ours, other] = mustGit(repo, ['worktree', 'list', '--porcelain']).split('\n\n');
  expect(ours).toBe(other!.replace('theirs', 'ours'));
  // What Git writes besides is about branches and their log.
  expect(filesOf('theirs')).toEqual(expect.arrayContaining(filesOf('ours')));
  for (const name of ['HEAD', 'commondir', 'gitdir'])
    expect(readFileSync(join(place.gitDir, name), 'utf8')).toBe(
      readFileSync(join(repo.commonDir, 'worktrees', 'theirs', name), 'utf8').replace('theirs', 'ours'),
    );
  expect(mustGit(repo, ['worktree', 'prune', '-v', '--expire', 'now'])).toBe('');
  expect(mustGit(repo, ['fsck', '--strict'])).toBe('');
});

it('stands on one commit and holds the files of another', async () => {
  writeFileSync(join(repo.top, 'a.txt'), 'changed\n');
  mustGit(repo, [...AS_ADA, 'commit', '-q', '-a', '-m', 'second']);
  const place = await addWorktree(repo, top, mustGit(repo, ['rev-parse', 'HEAD~']).trim() as never, head());
  expect(readFileSync(join(top, 'a.txt'), 'utf8')).toBe('changed\n');
  expect(mustGit(place, ['status', '--porcelain'])).toBe('M  a.txt\n');
});

it('has the sparse patterns of the repository', async () => {
  mustGit(repo, ['sparse-checkout', 'set', '--no-cone', '/a.txt']);
  const place = await addWorktree(repo, top, head(), head());
  expect(readdirSync(top).sort()).toEqual(['.git', 'a.txt']);
  expect(mustGit(place, ['status', '--porcelain'])).toBe('');
});

it('leaves a work tree of the same name elsewhere alone', async () => {
  const other = join(repo.commonDir, 'elsewhere', 'ours');
  mustGit(repo, ['worktree', 'add', '-q', '--detach', other, head()]);
  const place = await addWorktree(repo, top, head(), head());
  expect(place.gitDir).not.toBe(requireRepository(other).gitDir);
  removeWorktree(repo, top);
  expect(mustGit(requireRepository(other), ['status', '--porcelain'])).toBe('');
});

it('goes whole, also when its making was cut off', async () => {
  const place = await addWorktree(repo, top, head(), head());
  for (const file of ['index', 'commondir', 'HEAD', 'gitdir']) {
    rmSync(join(place.gitDir, file));
    writeFileSync(join(place.gitDir, 'locked'), 'initializing\n');
    removeWorktree(repo, top);
    expect([top, place.gitDir].filter((path) => existsSync(path))).toEqual([]);
    await addWorktree(repo, top, head(), head());
  }
  rmSync(top, { recursive: true });
  removeWorktree(repo, top);
  expect(existsSync(place.gitDir)).toBe(false);
});
