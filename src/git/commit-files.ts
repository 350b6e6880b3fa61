// The files that a commit holds, wherever its repository lies; or those of a work tree as it stands.
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import type { CommitId, RepoPath } from '../core/ids.ts';
import { repoPathProblem } from '../core/ids.ts';
import { orAbsent } from '../util/errno.ts';
import { readAt, resolveCommit } from './history.ts';
import { mustGit, type Repository, runGit } from './repository.ts';

export interface CommitFile {
  readonly path: RepoPath;
  readonly kind: 'file' | 'executable' | 'link';
  /** Object id in Git; '' in a work tree. */
  readonly id: string;
}

export interface CommitFiles {
  /** Undefined: a work tree as it stands. */
  readonly commit: CommitId | undefined;
  /** Files and symlinks, not submodules. Paths that are no paths of ours are left out. */
  readonly files: readonly CommitFile[];
  /** Contents, in order; of a symlink, where it leads. */
  read(files: readonly CommitFile[]): Promise<readonly Buffer[]>;
}

/** `prefetch` is told which blobs are about to be read, for a clone that does not have them yet. */
export function commitFiles(
  repo: Repository,
  rev: string,
  prefetch: (ids: readonly string[]) => void = () => {},
): CommitFiles {
  const commit = resolveCommit(repo, rev);
  const listed = mustGit(repo, ['ls-tree', '-r', '-z', '--full-tree', commit]).split('\0');
  return {
    commit,
    files: listed.flatMap(fileOf),
    read: async (files) => {
      prefetch(files.map(({ id }) => id));
      return readAt(
        repo,
        commit,
        files.map(({ path }) => path),
      ).map((bytes, at) => bytes ?? gone(files[at]!));
    },
  };
}

const KINDS: { readonly [mode: string]: CommitFile['kind'] } = {
  '100644': 'file',
  '100664': 'file',
  '100755': 'executable',
  '120000': 'link',
};

/** `100644 blob 3b18e5…	path` */
function fileOf(line: string): CommitFile[] {
  const [head = '', path = ''] = [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)];
  const [mode = '', , id = ''] = head.split(' ');
  return commitFile(path, mode, id);
}

/** `mode` as Git writes it, `100755`; nothing for what is no file, and for a path that is no path of ours. */
export function commitFile(path: string, mode: string, id: string): CommitFile[] {
  const kind = KINDS[mode];
  // A line end would end the request to `cat-file` early.
  const taken = kind !== undefined && !path.includes('\n') && repoPathProblem(path) === null;
  return taken ? [{ path: path as RepoPath, kind, id }] : [];
}

function gone({ path }: CommitFile): never {
  throw new Error(`BUG: ${path} was listed and is not there`);
}

/** What Git tracks or does not ignore, as the work tree holds it now. */
export function workTreeFiles(repo: Repository): CommitFiles {
  const listed = mustGit(repo, ['ls-files', '-z', '-co', '--exclude-standard', '--deduplicate']).split('\0');
  return {
    commit: undefined,
    files: listed.flatMap((path) => {
      const stat = orAbsent(() => lstatSync(`${repo.top}/${path}`), undefined);
      if (!stat) return [];
      if (stat.isSymbolicLink()) return commitFile(path, '120000', '');
      return stat.isFile() ? commitFile(path, (stat.mode & 0o100) === 0 ? '100644' : '100755', '') : [];
    }),
    read: async (files) =>
      files.map(({ path, kind }) =>
        kind === 'link'
          ? Buffer.from(readlinkSync(`${repo.top}/${path}`))
          : readFileSync(`${repo.top}/${path}`),
      ),
  };
}

/** Also one without a work tree; undefined when `dir` is in no repository. */
export function openAnyRepository(dir: string): (Repository & { readonly bare: boolean }) | undefined {
  const found = runGit(dir, ['rev-parse', '--path-format=absolute', '--git-dir', '--git-common-dir']);
  if (found.code !== 0) return undefined;
  const [gitDir, commonDir] = found.stdout.toString().trimEnd().split('\n') as [string, string];
  const top = runGit(dir, ['rev-parse', '--path-format=absolute', '--show-toplevel']);
  const bare = top.code !== 0;
  return { top: bare ? gitDir : top.stdout.toString().trimEnd(), gitDir, commonDir, bare };
}
