// What stood in the workspace before `exp apply`, and what stands there since: commits that one ref of the worktree leads to.
//
//   refs/mlops/apply/main-worktree → after   the workspace since; its message ends with the record
//                                     ├ before   the workspace as it was, with what was in the way and not tracked
//                                     └ data     only a pipeline.lock, which names what `before` held of data and outs
//
// So everything is kept by Git and by `mlops gc` as long as the ref is there, and by its reflog after the next apply.
import { basename } from 'node:path';
import type { StoredArtifact } from '../core/artifact.ts';
import { type CommitId, commitOf, type RepoPath } from '../core/ids.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import { EMPTY_LOCK } from '../core/lock.ts';
import { changeRefs, commitsAtRefs } from '../git/refs.ts';
import { mustGit, type Repository } from '../git/repository.ts';
import { emptyTree, treeWith, writeBlob } from '../git/tree-changes.ts';
import { writeCommit } from '../git/write-commit.ts';
import { writeLock } from '../lockfile/write.ts';
import { resolvePath } from '../pipeline/paths.ts';
import { canonicalJson } from '../util/canonical-json.ts';

export const APPLY_REFS = 'refs/mlops/apply/';

export interface OutStep {
  readonly path: RepoPath;
  /** Null: nothing stood or will stand there. */
  readonly before: StoredArtifact | null;
  readonly after: StoredArtifact | null;
}

export interface ApplyRecord {
  readonly v: 1;
  readonly did: 'apply' | 'undo';
  /** Of the experiment. */
  readonly name: string;
  readonly outs: readonly OutStep[];
}

export interface Applied extends ApplyRecord {
  readonly commit: CommitId;
  readonly before: CommitId;
}

const TRAILER = 'Mlops-Apply: ';

/** The last one of this worktree. Undefined for a record of a later version, and one that none of ours wrote. */
export function lastApplied(repo: Repository): Applied | undefined {
  const [at] = commitsAtRefs(repo, [applyRef(repo)]);
  const line = at?.message.trimEnd().split('\n').at(-1) ?? '';
  const record = at && line.startsWith(TRAILER) ? recordIn(line.slice(TRAILER.length)) : undefined;
  if (!record) return undefined;
  const before = commitOf(mustGit(repo, ['rev-parse', `${at!.commit}^1`]).trim());
  return { ...record, commit: at!.commit, before };
}

function recordIn(text: string): ApplyRecord | undefined {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(record) || record['v'] !== 1 || typeof record['name'] !== 'string') return undefined;
  const { did, outs } = record;
  const isOurs = ['apply', 'undo'].includes(String(did)) && Array.isArray(outs) && outs.every(isInside);
  return isOurs ? (record as unknown as ApplyRecord) : undefined;
}

/** Refs can come from anywhere: what stands outside of the repository is none of an undo's business. */
function isInside(out: unknown): boolean {
  const path = isJsonObject(out) ? out['path'] : undefined;
  if (typeof path !== 'string') return false;
  const found = resolvePath('', path);
  return 'path' in found && found.path === path;
}

/** Kept before anything is changed. `after`: the tree that the workspace will have. */
export function keepRecord(
  repo: Repository,
  folder: string,
  record: ApplyRecord,
  trees: { readonly before: CommitId; readonly after: string },
): Applied {
  const data = writeDataCommit(repo, folder, record.outs);
  const words = `${record.did === 'apply' ? 'mlops exp apply' : 'mlops exp apply --undo of'} ${record.name}`;
  const message = `${words}\n\n${TRAILER}${canonicalJson(record as unknown as Json)}\n`;
  const commit = writeCommit(repo, trees.after, [trees.before, ...data], message);
  const ref = applyRef(repo);
  const from = commitsAtRefs(repo, [ref])[0]?.commit ?? null;
  const problem = changeRefs(repo, [{ ref, from, to: commit }], words);
  if (problem !== undefined) throw new Error(`BUG: ${ref} cannot be written: ${problem}`);
  return { ...record, commit, before: trees.before };
}

function writeDataCommit(repo: Repository, folder: string, outs: readonly OutStep[]): CommitId[] {
  const data = new Map(outs.flatMap(({ path, before }) => (before ? [[path, before] as const] : [])));
  if (data.size === 0) return [];
  const id = writeBlob(repo, writeLock({ ...EMPTY_LOCK, data }));
  const tree = treeWith(repo, folder, emptyTree(repo), [
    { path: 'pipeline.lock' as RepoPath, to: { mode: '100644', id } },
  ]);
  return [writeCommit(repo, tree, [], 'data and outs that stood in the workspace')];
}

/** Every worktree has its own. */
function applyRef(repo: Repository): string {
  return `${APPLY_REFS}${repo.gitDir === repo.commonDir ? 'main-worktree' : `worktrees/${basename(repo.gitDir)}`}`;
}
