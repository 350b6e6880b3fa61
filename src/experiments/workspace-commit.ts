// The user's workspace as a commit on top of HEAD, for experiments that run elsewhere: what Git tracks, as it is now;
// what `exp.carry` names; the locks, in which data that changed is recorded. Made beside the user's index and files,
// neither of which is touched. Bytes of data are stored before the commit names them.
import { lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sameArtifact } from '../core/artifact.ts';
import { fail, MlopsError } from '../core/failure.ts';
import { type CommitId, commitOf, pathIn, type RepoPath } from '../core/ids.ts';
import { type DataRecord, EMPTY_LOCK, type Lock } from '../core/lock.ts';
import type { PipelineFile } from '../core/pipeline.ts';
import { type Repository, runGit } from '../git/repository.ts';
import { refuseUnmerged, type TreeWish, writeCommit, writeWorkTree } from '../git/write-commit.ts';
import { readLock } from '../lockfile/read.ts';
import { writeLock } from '../lockfile/write.ts';
import type { RunContext } from '../run/context.ts';
import { storeEntry } from '../run/data.ts';
import type { Selection } from '../run/select.ts';
import { orAbsent } from '../util/errno.ts';
import { carriedFiles } from './carried.ts';
import { untrackedNeeds } from './untracked.ts';

export interface Head {
  readonly commit: CommitId;
  readonly tree: string;
}

export interface WorkspaceCommit {
  readonly baseline: CommitId;
  /** The baseline itself when nothing differs from it. */
  readonly commit: CommitId;
}

/** @throws MlopsError (config) before the first commit, in an unfinished merge, and naming what Git does not track and `selection` needs; `files`: params files that are overridden */
export async function commitWorkspace(
  context: RunContext,
  selection: Selection,
  carry: readonly string[],
  files: readonly RepoPath[],
): Promise<WorkspaceCommit> {
  const { repo, pipeline, workspace } = context;
  const head = requireHead(repo);
  refuseUnmerged(repo);
  const carried = carriedFiles(workspace.top, pipeline, carry);
  const stages = selection.stages.map((name) => pipeline.stages.get(name)!);
  const missing = untrackedNeeds(context, stages, files, { carry, carried });
  if (missing.length > 0) throw new MlopsError(missing);
  return onTop(context, head, { take: 'tracked', also: [...carried, ...ownFiles(context)] });
}

/** With all that Git neither tracks nor ignores, as an experiment in the workspace sees it. */
export function commitAll(context: RunContext, carry: readonly string[]): Promise<WorkspaceCommit> {
  const head = requireHead(context.repo);
  refuseUnmerged(context.repo);
  const also = carriedFiles(context.workspace.top, context.pipeline, carry);
  return onTop(context, head, { take: 'all', also });
}

async function onTop(context: RunContext, head: Head, wish: TreeWish): Promise<WorkspaceCommit> {
  const tree = await workspaceTree(context, wish);
  if (tree === head.tree) return { baseline: head.commit, commit: head.commit };
  const message = 'mlops: the workspace, for experiments\n';
  return { baseline: head.commit, commit: writeCommit(context.repo, tree, [head.commit], message) };
}

/** The workspace as a tree, with data that changed recorded in the locks. */
export async function workspaceTree(context: RunContext, wish: TreeWish): Promise<string> {
  const instead = await renewedLocks(context);
  mkdirSync(context.state.worktree, { recursive: true });
  return writeWorkTree(context.repo, context.state.worktree, { ...wish, instead });
}

export function requireHead(repo: Repository): Head {
  const { code, stdout } = runGit(repo.top, ['rev-parse', '--quiet', 'HEAD^{commit}', 'HEAD^{tree}']);
  if (code !== 0)
    fail('config', 'there is no commit yet that an experiment could start from', {
      help: 'git add -A && git commit -m "first commit"',
    });
  const [commit, tree] = stdout.toString().split('\n');
  return { commit: commitOf(commit!), tree: tree! };
}

/** Files that this program writes and users may not have added yet; results that Git is to keep. */
function ownFiles({ pipeline, workspace }: RunContext): RepoPath[] {
  const files = pipeline.files.flatMap(({ dir, lock }) => [lock, pathIn(dir, '.gitignore')]);
  const outs = [...pipeline.stages.values()].flatMap((stage) => stage.outs.filter((out) => out.git));
  return [...files, ...outs.map(({ path }) => path)].filter((path) =>
    lstatSync(join(workspace.top, path), { throwIfNoEntry: false })?.isFile(),
  );
}

/** Lock files whose data entries are not what the workspace holds, as they should be. */
async function renewedLocks(context: RunContext): Promise<Map<RepoPath, string>> {
  const changed = new Map<PipelineFile, Map<RepoPath, DataRecord>>();
  for (const data of context.pipeline.data.values()) {
    const artifact = await storeEntry(context, data);
    const recorded = context.locks.data(data.path);
    if (!artifact || (recorded && sameArtifact(artifact, recorded))) continue;
    changed.set(data.file, (changed.get(data.file) ?? new Map()).set(data.path, artifact));
  }
  context.workspace.stat.flush();
  return new Map(
    [...changed].map(([file, records]) => {
      const lock = lockAt(context, file);
      return [file.lock, writeLock({ ...lock, data: new Map([...lock.data, ...records]) })];
    }),
  );
}

function lockAt({ workspace }: RunContext, file: PipelineFile): Lock {
  const text = orAbsent(() => readFileSync(join(workspace.top, file.lock), 'utf8'), undefined);
  return text === undefined ? EMPTY_LOCK : readLock(text, file.lock).lock;
}
