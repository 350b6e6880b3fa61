// The changes of a run as edits of a branch's tip. What the branch changed since the job began stays; what both changed,
// each otherwise, is a conflict, and nothing is guessed.
import type { CommitId, RepoPath } from '../../core/ids.ts';
import { readAt } from '../../git/history.ts';
import { managedLines, withManagedBlock } from '../../git/managed-block.ts';
import type { Repository } from '../../git/repository.ts';
import { type TreeEntry, writeBlob } from '../../git/tree-changes.ts';
import { entriesAt } from '../../git/tree-entries.ts';
import { type CarriedLock, carryLock } from '../../lockfile/carry.ts';
import { type OwnChange, wholeLock } from './own-changes.ts';

export interface Edits {
  /** Only what differs from the tip. */
  readonly files: ReadonlyMap<RepoPath, TreeEntry | null>;
  /** In words: `pipeline.lock: train`. */
  readonly conflicts: readonly string[];
}

/** A branch: the commit that the job began with, and where it stands now. Both are here. */
export interface BranchSides {
  readonly known: CommitId;
  readonly tip: CommitId;
}

/** What one change comes to on the tip: `blob` null: no file. */
type Landing = { readonly path: RepoPath; readonly blob: string | null } | { readonly conflict: string };

type Of<K extends OwnChange['kind']> = Extract<OwnChange, { kind: K }>;

export function editsOnto(repo: Repository, changes: readonly OwnChange[], sides: BranchSides): Edits {
  const paths = changes.map(({ path }) => path);
  const was = entriesAt(repo, sides.known, paths);
  const now = entriesAt(repo, sides.tip, paths);
  const settled = new Set<string>();
  // Locks first: they say which outs the branch has from the same inputs.
  const ordered = [...changes].sort((a, b) => Number(b.kind === 'lock') - Number(a.kind === 'lock'));
  const landings = ordered.flatMap((change): Landing[] => {
    const there = now.get(change.path);
    if (there !== undefined && !there.mode.startsWith('100'))
      return [{ conflict: `${change.path} (no file there any more)` }];
    if (change.kind === 'lock') return lockOnto(repo, change, sides, settled);
    if (change.kind === 'ignore') return [ignoreOnto(repo, change, sides)];
    return outOnto(change, was.get(change.path), there, settled);
  });
  return {
    files: new Map(landings.flatMap((each) => ('path' in each ? entryFor(each, now.get(each.path)) : []))),
    conflicts: landings.flatMap((each) => ('conflict' in each ? each.conflict : [])),
  };
}

function lockOnto(
  repo: Repository,
  { path, before, after }: Of<'lock'>,
  sides: BranchSides,
  settled: Set<string>,
): Landing[] {
  const [known, tip] = [textAt(repo, sides.known, path), textAt(repo, sides.tip, path)];
  if (known !== undefined && tip === undefined) return [{ conflict: `${path} (removed there)` }];
  const carried: CarriedLock = carryLock({
    before,
    after,
    known: wholeLock(known, path),
    tip: wholeLock(tip, path),
  });
  if (carried.conflicts.length > 0)
    return carried.conflicts.map((name) => ({ conflict: `${path}: ${name}` }));
  for (const out of carried.settled) settled.add(out);
  return [{ path, blob: writeBlob(repo, Buffer.from(carried.text), path) }];
}

function ignoreOnto(repo: Repository, { path, added, removed }: Of<'ignore'>, { tip }: BranchSides): Landing {
  const there = textAt(repo, tip, path) ?? '';
  const lines = managedLines(there).filter((line) => !removed.includes(line));
  const text = withManagedBlock(there, [...lines, ...added]);
  return { path, blob: writeBlob(repo, Buffer.from(text), path) };
}

function outOnto(
  { path, blob }: Of<'out'>,
  was: TreeEntry | undefined,
  now: TreeEntry | undefined,
  settled: ReadonlySet<string>,
): Landing[] {
  if (now?.id === was?.id) return [{ path, blob }];
  if ((now?.id ?? null) === blob || isBelow(path, settled)) return [];
  return [{ conflict: path }];
}

function entryFor(
  { path, blob }: { readonly path: RepoPath; readonly blob: string | null },
  there: TreeEntry | undefined,
): [RepoPath, TreeEntry | null][] {
  if ((there?.id ?? null) === blob) return [];
  return [[path, blob === null ? null : { mode: there?.mode ?? '100644', id: blob }]];
}

function textAt(repo: Repository, commit: CommitId, path: RepoPath): string | undefined {
  return readAt(repo, commit, [path])[0]?.toString();
}

function isBelow(path: string, outs: ReadonlySet<string>): boolean {
  return [...outs].some((out) => path === out || path.startsWith(`${out}/`));
}
