// Commits made beside the user's work: through an index of their own, so that neither the index nor the files of the
// work tree are touched, and no hook runs.
import { copyFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../core/failure.ts';
import { type CommitId, commitOf, type RepoPath } from '../core/ids.ts';
import { temporaryFile } from '../util/temporary-file.ts';
import { awaitGit, mustGit, NO_HOOKS, type Repository, runGit } from './repository.ts';

export interface TreeWish {
  /** `tracked`: changes of what Git tracks; `all`: also what it neither tracks nor ignores. */
  readonly take: 'tracked' | 'all';
  /** Taken as well, even where Git ignores them. */
  readonly also?: readonly RepoPath[];
  /** Files with another text than the work tree has. */
  readonly instead?: ReadonlyMap<RepoPath, string>;
  /** Not taken, though Git's index holds them. */
  readonly without?: readonly RepoPath[];
}

/** What a program of ours is writing, or left when it was killed (see temporary-file.ts). */
const UNFINISHED = ['', '/**'].map((end) => `:(exclude,glob)**/.mlops-[0-9]*-*.tmp${end}`);

/** The work tree as a Git tree. `folder`, where the index is kept meanwhile, has to be there. */
export async function writeWorkTree(repo: Repository, folder: string, wish: TreeWish): Promise<string> {
  const index = temporaryFile(folder);
  const env = { GIT_INDEX_FILE: index };
  try {
    copyIndex(join(repo.gitDir, 'index'), index);
    const what = wish.take === 'all' ? ['-A', '--', '.', ...UNFINISHED] : ['-u', '--', '.'];
    await must(repo, ['add', ...what], env);
    const { also = [], instead = new Map(), without = [] } = wish;
    if (also.length > 0)
      await must(
        repo,
        ['--literal-pathspecs', 'add', '-f', '--pathspec-from-file=-', '--pathspec-file-nul'],
        env,
        also.join('\0'),
      );
    if (instead.size > 0)
      await must(repo, ['update-index', '-z', '--index-info'], env, entriesOf(repo, instead));
    if (without.length > 0)
      await must(repo, ['update-index', '-z', '--force-remove', '--stdin'], env, without.join('\0'));
    return (await must(repo, ['write-tree'], env)).trim();
  } finally {
    rmSync(index, { force: true });
    rmSync(`${index}.lock`, { force: true });
  }
}

/**
 * What Git knows of the files by their times is kept, so that only changed ones are read. A file written as late as the
 * index, or later, is read whatever its time: so the copy must not look younger than the index was.
 */
function copyIndex(from: string, to: string): void {
  const stat = statSync(from, { throwIfNoEntry: false });
  if (!stat) return;
  copyFileSync(from, to);
  const before = (Math.floor(stat.mtimeMs) - 1) / 1000;
  utimesSync(to, before, before);
}

export interface Person {
  readonly name: string;
  readonly email: string;
  /** Default: now. With it, equal contents are the same commit. */
  readonly when?: Date;
}

/** Writes a commit that no ref leads to yet. `by`: its author and committer; default: whom Git knows here. */
export function writeCommit(
  repo: Repository,
  tree: string,
  parents: readonly CommitId[],
  message: string,
  by?: Person,
): CommitId {
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'];
  let made = runGit(repo.top, args, message, by ? named(by) : {});
  if (made.code !== 0 && by === undefined && /who you are|empty ident|no email|no name/i.test(made.stderr))
    made = runGit(repo.top, args, message, named(NOBODY));
  if (made.code !== 0) fail('config', `git commit-tree failed: ${made.stderr.trim()}`);
  return commitOf(made.stdout.toString().trim());
}

/** Where Git was not told who works here. */
const NOBODY: Person = { name: 'mlops', email: 'mlops@localhost' };

function named({ name, email, when }: Person): { readonly [variable: string]: string } {
  const date = when === undefined ? undefined : `${Math.floor(when.getTime() / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    ...(date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }),
  };
}

export function treeOf(repo: Repository, commit: CommitId): string {
  return mustGit(repo, ['rev-parse', `${commit}^{tree}`]).trim();
}

function entriesOf(repo: Repository, files: ReadonlyMap<RepoPath, string>): string {
  const entries = [...files].map(([path, text]) => {
    const blob = mustGit(repo, ['hash-object', '-w', '--stdin'], text).trim();
    return `100644 ${blob}\t${path}\0`;
  });
  return entries.join('');
}

/** For work trees in which people work: `writeWorkTree` takes files with conflict markers as they are. @throws MlopsError `config` */
export function refuseUnmerged(repo: Repository): void {
  const unmerged = mustGit(repo, ['ls-files', '-u', '-z']);
  if (unmerged === '') return;
  const path = unmerged.split('\0')[0]!.split('\t')[1];
  fail('config', `${path} is not merged yet`, { help: 'finish the merge first: git status' });
}

async function must(
  repo: Repository,
  args: readonly string[],
  env: { readonly [name: string]: string },
  input?: string,
): Promise<string> {
  const { code, stdout, stderr } = await awaitGit(repo.top, [...NO_HOOKS, ...args], input, env);
  if (code !== 0)
    fail('config', `git ${args.find((each) => !each.startsWith('-'))} failed: ${stderr.trim()}`);
  return stdout.toString();
}
