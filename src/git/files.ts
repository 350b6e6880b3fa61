// What Git says of paths in the work tree. All paths are relative to the top level.
import type { RepoPath } from '../core/ids.ts';
import { byCodeUnit } from '../util/compare.ts';
import { mustGit, type Repository, runGit } from './repository.ts';

/** Tracked and untracked, not ignored files with that base name, at any depth; sorted. */
export function filesNamed(repo: Repository, name: string): RepoPath[] {
  const out = mustGit(repo, [
    'ls-files',
    '-z',
    '-co',
    '--exclude-standard',
    '--deduplicate',
    '--',
    `:(top)${name}`,
    `:(top,glob)**/${name}`,
  ]);
  return splitZ(out).sort(byCodeUnit) as RepoPath[];
}

/** Every file of Git's index. */
export function trackedFiles(repo: Repository): Set<RepoPath> {
  return new Set(splitZ(mustGit(repo, ['ls-files', '-z'])) as RepoPath[]);
}

/** Those of `paths` that Git's index holds, or that hold something in it. */
export function trackedAmong(repo: Repository, paths: readonly RepoPath[]): Set<RepoPath> {
  const tracked = new Set<RepoPath>();
  for (let at = 0; at < paths.length; at += 500) {
    const some = paths.slice(at, at + 500);
    const files = splitZ(
      mustGit(repo, ['ls-files', '-z', '--', ...some.map((path) => `:(top,literal)${path}`)]),
    );
    const found = new Set(files);
    for (const path of some)
      if (found.has(path) || files.some((file) => file.startsWith(`${path}/`))) tracked.add(path);
  }
  return tracked;
}

/** Files below `folders` ('' = everywhere) that Git neither tracks nor ignores; `except` is not looked into. */
export function untrackedBelow(
  repo: Repository,
  folders: readonly (RepoPath | '')[],
  except: readonly RepoPath[],
): RepoPath[] {
  const found = mustGit(repo, [
    ...['ls-files', '-o', '-z', '--exclude-standard', '--'],
    ...folders.map((path) => (path === '' ? ':(top)' : `:(top,literal)${path}`)),
    ...except.map((path) => `:(top,literal,exclude)${path}`),
  ]);
  return splitZ(found) as RepoPath[];
}

/** Those of `paths` that an ignore rule hides, tracked or not. */
export function ignoredAmong(repo: Repository, paths: readonly RepoPath[]): Set<RepoPath> {
  if (paths.length === 0) return new Set();
  const result = runGit(repo.top, ['check-ignore', '-z', '--no-index', '--stdin'], `${paths.join('\0')}\0`);
  return new Set(splitZ(result.stdout.toString()) as RepoPath[]);
}

/** Files that Git tracks although an ignore rule matches them: such a rule says nothing about them. */
export function trackedAnyway(repo: Repository): Set<RepoPath> {
  return new Set(
    splitZ(mustGit(repo, ['ls-files', '-z', '-c', '-i', '--exclude-standard', ':(top)'])) as RepoPath[],
  );
}

function splitZ(text: string): string[] {
  return text.split('\0').filter((part) => part !== '');
}

/** Those of `paths` whose tracked contents differ from HEAD. */
export function modifiedAmong(repo: Repository, paths: readonly string[]): RepoPath[] {
  if (paths.length === 0) return [];
  const result = runGit(repo.top, [
    'diff',
    '--name-only',
    '-z',
    'HEAD',
    '--',
    ...paths.map((path) => `:(top,literal)${path}`),
  ]);
  return splitZ(result.stdout.toString()) as RepoPath[];
}
