// What an experiment changed, brought onto a commit that is not its baseline: file by file, as Git merges. Locks are
// merged by stages and data entries.
import { rmSync, writeFileSync } from 'node:fs';
import type { RepoPath } from '../core/ids.ts';
import { type Repository, runGit } from '../git/repository.ts';
import { readBlob, sameEntry, type TreeChange, type TreeEntry, writeBlob } from '../git/tree-changes.ts';
import { mergeLocks } from '../lockfile/merge.ts';
import { readLock } from '../lockfile/read.ts';
import { temporaryFile } from '../util/temporary-file.ts';

export interface ThreeWay {
  /** `from` = as it is where the changes are brought to. What is there already is left out. */
  readonly changes: readonly TreeChange[];
  /** Changed on both sides, each otherwise. */
  readonly conflicts: readonly RepoPath[];
  /** Stages that ran on both sides, each otherwise: they have to run again. */
  readonly dropped: readonly string[];
  /** Submodules: they stay as they are. */
  readonly submodules: readonly RepoPath[];
}

/** `own`: baseline → experiment; `theirs`: baseline → where it is brought to. `folder` takes temporary files. */
export function threeWay(
  repo: Repository,
  folder: string,
  own: readonly TreeChange[],
  theirs: readonly TreeChange[],
): ThreeWay {
  const there = new Map(theirs.map((change) => [change.path, change.to]));
  const changes: TreeChange[] = [];
  const conflicts: RepoPath[] = [];
  const dropped: string[] = [];
  const submodules: RepoPath[] = [];
  for (const { path, from: base, to } of own) {
    const at = there.has(path) ? there.get(path)! : base;
    if (sameEntry(at, to)) continue;
    if (isSubmodule(base) || isSubmodule(to) || isSubmodule(at)) submodules.push(path);
    else if (sameEntry(at, base)) changes.push({ path, from: at, to });
    else {
      const merged = base && at && to ? mergeEntries(repo, folder, path, { base, at, to }) : undefined;
      if (!merged) conflicts.push(path);
      else {
        dropped.push(...merged.dropped);
        if (!sameEntry(merged.entry, at)) changes.push({ path, from: at, to: merged.entry });
      }
    }
  }
  return { changes, conflicts, dropped, submodules };
}

interface Sides {
  readonly base: TreeEntry;
  readonly at: TreeEntry;
  readonly to: TreeEntry;
}

interface Merged {
  readonly entry: TreeEntry;
  readonly dropped: readonly string[];
}

/** Undefined where both sides changed the same. */
function mergeEntries(
  repo: Repository,
  folder: string,
  path: RepoPath,
  { base, at, to }: Sides,
): Merged | undefined {
  const mode = to.mode === base.mode ? at.mode : to.mode;
  if (at.id === to.id || at.id === base.id) return { entry: { mode, id: to.id }, dropped: [] };
  if (to.id === base.id) return { entry: { mode, id: at.id }, dropped: [] };
  if ([base, at, to].some((each) => !each.mode.startsWith('100'))) return undefined; // symlinks
  const texts = [at, base, to].map(({ id }) => readBlob(repo, id));
  const merged = path.split('/').at(-1) === 'pipeline.lock' ? mergedLock(texts) : mergedText(folder, texts);
  return merged && { entry: { mode, id: writeBlob(repo, merged.bytes) }, dropped: merged.dropped };
}

function mergedLock(texts: readonly Buffer[]) {
  const [at, base, to] = texts.map((bytes) => readLock(bytes.toString()));
  if (!at || !base || !to || [at, base, to].some(({ warnings }) => warnings.length > 0)) return undefined;
  const { text, conflicts, dropped } = mergeLocks(base.lock, at.lock, to.lock);
  return conflicts.length > 0 ? undefined : { bytes: text, dropped };
}

function mergedText(folder: string, texts: readonly Buffer[]) {
  const files = texts.map(() => temporaryFile(folder));
  try {
    for (const [at, text] of texts.entries()) writeFileSync(files[at]!, text);
    // Its exit code is the number of conflicts, 255 where it cannot merge.
    const { code, stdout } = runGit(folder, ['merge-file', '-p', ...files]);
    return code === 0 ? { bytes: stdout, dropped: [] } : undefined;
  } finally {
    for (const file of files) rmSync(file, { force: true });
  }
}

function isSubmodule(entry: TreeEntry | null): boolean {
  return entry?.mode === '160000';
}
