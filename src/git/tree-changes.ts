// Trees of Git as sets of files: how two differ, a tree with some files changed, and files of a tree put in the work tree.
import { rmSync } from 'node:fs';
import { fail } from '../core/failure.ts';
import type { CommitId, RepoPath } from '../core/ids.ts';
import { temporaryFile } from '../util/temporary-file.ts';
import { type GitResult, mustGit, NO_HOOKS, type Repository, runGit } from './repository.ts';
import { missingBlob } from './versions.ts';

/** A file, symlink or submodule in a tree. `mode` as Git writes it, `100644`. */
export interface TreeEntry {
  readonly mode: string;
  readonly id: string;
}

export interface TreeChange {
  readonly path: RepoPath;
  /** Null: it is not in that tree. */
  readonly from: TreeEntry | null;
  readonly to: TreeEntry | null;
}

/** `from` and `to` are trees or commits. A renamed file is one that went and one that came. */
export function treeChanges(repo: Repository, from: string, to: string): TreeChange[] {
  if (from === to) return [];
  const listed = mustGit(repo, ['diff-tree', '-r', '-z', '--raw', '--no-renames', from, to]);
  const tokens = listed.split('\0');
  const changes: TreeChange[] = [];
  // `:100644 100755 3b18e51 9daeafb M`, then the path.
  for (let at = 0; at + 1 < tokens.length; at += 2) {
    const [wasMode, mode, was, id] = tokens[at]!.slice(1).split(' ') as [string, string, string, string];
    const entry = (itsMode: string, itsId: string) =>
      itsMode === '000000' ? null : { mode: itsMode, id: itsId };
    changes.push({ path: tokens[at + 1] as RepoPath, from: entry(wasMode, was), to: entry(mode, id) });
  }
  return changes;
}

/** Ids of what each commit has at that path; null where it has no file. One call for all of them. */
export function blobsAt(
  repo: Repository,
  asked: readonly { readonly commit: CommitId; readonly path: RepoPath }[],
): (string | null)[] {
  if (asked.length === 0) return [];
  const answers = mustGit(
    repo,
    ['cat-file', '--batch-check=%(objectname) %(objecttype)'],
    asked.map(({ commit, path }) => `${commit}:${path}\n`).join(''),
  ).split('\n');
  return asked.map((_, at) => /^([0-9a-f]+) blob$/.exec(answers[at]!)?.[1] ?? null);
}

export function sameEntry(a: TreeEntry | null, b: TreeEntry | null): boolean {
  return a === null || b === null ? a === b : a.id === b.id && a.mode === b.mode;
}

/** Writes `tree` with `changes` made in it. Only their `to` counts. `folder` has to be there. */
export function treeWith(
  repo: Repository,
  folder: string,
  tree: string,
  changes: readonly Omit<TreeChange, 'from'>[],
): string {
  return withIndex(repo, folder, (git) => {
    git(['read-tree', tree]);
    const gone = `0 ${'0'.repeat(tree.length)}`;
    const lines = changes.map(({ path, to }) => `${to ? `${to.mode} ${to.id}` : gone}\t${path}\0`);
    git(['update-index', '-z', '--index-info'], lines.join(''));
    return git(['write-tree']).trim();
  });
}

export function emptyTree(repo: Repository): string {
  return mustGit(repo, ['hash-object', '-t', 'tree', '--stdin', '-w'], '').trim();
}

/** Writes these files of `tree` into the work tree, over what stands there, as a checkout would. The index is left alone. */
export function writeFilesOf(
  repo: Repository,
  folder: string,
  tree: string,
  paths: readonly RepoPath[],
): void {
  if (paths.length === 0) return;
  withIndex(repo, folder, (git) => {
    git(['read-tree', tree]);
    git(['checkout-index', '-f', '-z', '--stdin'], paths.map((path) => `${path}\0`).join(''));
  });
}

/** @throws MlopsError `config` where it is not here */
export function readBlob(repo: Repository, id: string): Buffer {
  const { code, stdout } = runGit(repo.top, ['cat-file', 'blob', id]);
  return code === 0 ? stdout : missingBlob(id);
}

/** `path`: filters of .gitattributes (line ends, LFS) apply as there. Returns its id. */
export function writeBlob(repo: Repository, bytes: string | Buffer, path?: RepoPath): string {
  const as = path === undefined ? [] : ['--path', path];
  return mustGit(repo, ['hash-object', '-w', '--stdin', ...as], bytes).trim();
}

type Git = (args: readonly string[], input?: string) => string;

/** With an index of its own, which is empty at first. */
function withIndex<T>(repo: Repository, folder: string, work: (git: Git) => T): T {
  const index = temporaryFile(folder);
  const must = ({ code, stdout, stderr }: GitResult, what: string): string => {
    if (code !== 0) fail('config', `git ${what} failed: ${stderr.trim()}`);
    return stdout.toString();
  };
  try {
    return work((args, input) =>
      must(runGit(repo.top, [...NO_HOOKS, ...args], input, { GIT_INDEX_FILE: index }), args[0]!),
    );
  } finally {
    rmSync(index, { force: true });
    rmSync(`${index}.lock`, { force: true });
  }
}

/** For `git apply`: whole, also of binary files. */
export function patchBetween(repo: Repository, from: CommitId, to: CommitId): Buffer {
  return runGit(repo.top, ['diff-tree', '-p', '--binary', '--full-index', '--no-textconv', from, to]).stdout;
}
