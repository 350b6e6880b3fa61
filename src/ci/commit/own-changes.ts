// What a run changed of the paths of its plan: the workspace held against the commit that it ran on. Index and files of the
// checkout are read alone.
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../core/failure.ts';
import { pathIn, type RepoPath } from '../../core/ids.ts';
import { EMPTY_LOCK, type Lock } from '../../core/lock.ts';
import { readAt } from '../../git/history.ts';
import { managedLines } from '../../git/managed-block.ts';
import type { Repository } from '../../git/repository.ts';
import { writeBlob } from '../../git/tree-changes.ts';
import { entriesAt } from '../../git/tree-entries.ts';
import { readLock } from '../../lockfile/read.ts';
import { orAbsent } from '../../util/errno.ts';
import type { CommitPlan, PlannedPath } from './plan.ts';

export type OwnChange =
  | { readonly kind: 'lock'; readonly path: RepoPath; readonly before: Lock; readonly after: Lock }
  /** `blob` null: it is gone from a folder that is there. */
  | { readonly kind: 'out'; readonly path: RepoPath; readonly blob: string | null }
  | {
      readonly kind: 'ignore';
      readonly path: RepoPath;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    };

/** @throws MlopsError `refused` where a link leads elsewhere, `integrity` for a lock that cannot be read whole */
export function ownChanges(repo: Repository, plan: CommitPlan): OwnChange[] {
  const outs = plan.paths.filter(({ kind }) => kind === 'out').map(({ path }) => path);
  const committed = entriesAt(repo, plan.ranOn, outs);
  return plan.paths.flatMap((each): OwnChange[] => {
    if (each.kind === 'out') return outChanges(repo, each.path, committed);
    return textChange(repo, plan, each);
  });
}

function textChange(repo: Repository, plan: CommitPlan, { path, kind }: PlannedPath): OwnChange[] {
  const now = fileIn(repo, path)?.toString();
  const was = readAt(repo, plan.ranOn, [path])[0]?.toString();
  if (now === undefined || now === was) return [];
  if (kind === 'lock') return [{ kind, path, before: wholeLock(was, path), after: wholeLock(now, path) }];
  const [before, after] = [managedLines(was ?? ''), managedLines(now)];
  const added = after.filter((line) => !before.includes(line));
  const removed = before.filter((line) => !after.includes(line));
  return added.length + removed.length === 0 ? [] : [{ kind: 'ignore', path, added, removed }];
}

/** What is nowhere in the workspace was not checked out, or not made: nothing is said about it. */
function outChanges(
  repo: Repository,
  path: RepoPath,
  committed: ReadonlyMap<RepoPath, { readonly id: string }>,
): OwnChange[] {
  const files = filesBelow(repo, path);
  if (files.length === 0) return [];
  const here = new Set(files);
  const gone = [...committed.keys()].filter(
    (each) => (each === path || each.startsWith(`${path}/`)) && !here.has(each),
  );
  const changed = files.flatMap((file): OwnChange[] => {
    const blob = writeBlob(repo, fileIn(repo, file)!, file);
    return committed.get(file)?.id === blob ? [] : [{ kind: 'out', path: file, blob }];
  });
  return [...changed, ...gone.map((each): OwnChange => ({ kind: 'out', path: each, blob: null }))];
}

/** An absent lock is an empty one. */
export function wholeLock(text: string | undefined, path: string): Lock {
  if (text === undefined) return EMPTY_LOCK;
  const { lock, warnings } = readLock(text, path);
  if (warnings.length > 0)
    fail('integrity', `${warnings[0]}: it cannot be brought together with another`, {
      where: { file: path },
      help: 'mlops repro writes it anew',
    });
  return lock;
}

function filesBelow(repo: Repository, path: RepoPath): RepoPath[] {
  const stat = statOf(repo, path);
  if (!stat) return [];
  if (stat.isFile()) return [path];
  if (!stat.isDirectory()) return notAFile(path);
  return readdirSync(join(repo.top, path))
    .filter((name) => !name.startsWith('.mlops-'))
    .sort()
    .flatMap((name) => filesBelow(repo, pathIn(path, name) as RepoPath));
}

function fileIn(repo: Repository, path: RepoPath): Buffer | undefined {
  const stat = statOf(repo, path);
  if (!stat) return undefined;
  return stat.isFile() ? readFileSync(join(repo.top, path)) : notAFile(path);
}

/** Links on the way are not followed: they may lead out of the repository, to what nobody may see. */
function statOf(repo: Repository, path: RepoPath) {
  const parts = path.split('/');
  for (let depth = 1; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join('/');
    const stat = orAbsent(() => lstatSync(join(repo.top, folder)), undefined);
    if (!stat) return undefined;
    if (!stat.isDirectory()) return notAFile(folder);
  }
  return orAbsent(() => lstatSync(join(repo.top, path)), undefined);
}

function notAFile(path: string): never {
  return fail('refused', `${path} is no plain file or folder, so it is not committed`, {
    where: { file: path },
    help: 'a stage left a link or a device there',
  });
}
