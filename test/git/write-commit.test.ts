import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { RepoPath } from '../../src/core/ids.ts';
import { mustGit, type Repository, requireRepository, runGit } from '../../src/git/repository.ts';
import { writeWorkTree } from '../../src/git/write-commit.ts';

function repository(): Repository {
  const top = mkdtempSync(join(tmpdir(), 'mlops-git-'));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  runGit(top, ['init', '-q']);
  return requireRepository(top);
}

const show = (repo: Repository, tree: string, path: string): string =>
  mustGit(repo, ['show', `${tree}:${path}`]);
const list = (repo: Repository, tree: string): string[] =>
  mustGit(repo, ['ls-tree', '-r', '--name-only', tree]).trimEnd().split('\n');

it('sees a file that changed in the same moment as the index, to the same size', async () => {
  const repo = repository();
  const file = join(repo.top, 'params.yaml');
  writeFileSync(file, 'depth: 1\n');
  const moment = new Date(Math.floor(Date.now() / 1000 - 10) * 1000);
  utimesSync(file, moment, moment);
  mustGit(repo, ['add', '-A']);
  writeFileSync(file, 'depth: 2\n');
  utimesSync(file, moment, moment);
  const index = join(repo.gitDir, 'index');
  utimesSync(index, moment, moment);
  const tree = await writeWorkTree(repo, repo.gitDir, { take: 'tracked' });
  expect(show(repo, tree, 'params.yaml')).toBe('depth: 2\n');
});

it('takes what is wished for, and touches neither index nor files', async () => {
  const repo = repository();
  const write = (path: string, text: string): void => {
    mkdirSync(join(repo.top, path, '..'), { recursive: true });
    writeFileSync(join(repo.top, path), text);
  };
  write('.gitignore', '*.log\n');
  write('a.txt', 'a\n');
  write('dir/b.txt', 'b\n');
  write('lock', 'old\n');
  mustGit(repo, ['add', '-A']);
  write('a.txt', 'changed\n');
  write('new.txt', 'new\n');
  write('*.log', 'ignored\n');
  write('other.log', 'ignored too\n');
  const index = join(repo.gitDir, 'index');
  const before = [readFileSync(index), statSync(index).mtimeMs];

  const tracked = await writeWorkTree(repo, repo.gitDir, { take: 'tracked' });
  expect(list(repo, tracked)).toEqual(['.gitignore', 'a.txt', 'dir/b.txt', 'lock']);
  expect(show(repo, tracked, 'a.txt')).toBe('changed\n');

  const all = await writeWorkTree(repo, repo.gitDir, {
    take: 'all',
    // A name, not a pattern.
    also: ['*.log' as RepoPath],
    without: ['dir/b.txt' as RepoPath],
    instead: new Map([['lock' as RepoPath, 'renewed\n']]),
  });
  expect(list(repo, all)).toEqual(['*.log', '.gitignore', 'a.txt', 'lock', 'new.txt']);
  expect(show(repo, all, 'lock')).toBe('renewed\n');
  expect(readFileSync(join(repo.top, 'lock'), 'utf8')).toBe('old\n');
  expect([readFileSync(index), statSync(index).mtimeMs]).toEqual(before);
});

it('takes nothing that a program of ours has not finished', async () => {
  const repo = repository();
  const unfinished = '.mlops-4242-0123456789abcdef.tmp';
  mkdirSync(join(repo.top, 'sub', unfinished), { recursive: true });
  for (const path of ['mine.tmp', '.mlops.tmp', unfinished, `sub/${unfinished}/a.txt`])
    writeFileSync(join(repo.top, path), 'a\n');
  expect(list(repo, await writeWorkTree(repo, repo.gitDir, { take: 'all' }))).toEqual([
    '.mlops.tmp',
    'mine.tmp',
  ]);
});
