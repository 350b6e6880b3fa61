// The workspace brought from one state to another, files and data: what an apply and its undo have in common. First all
// of it is planned; then what stands there is kept (see apply-record.ts); then it is changed.
import { mkdirSync } from 'node:fs';
import { failure, MlopsError } from '../core/failure.ts';
import type { CommitId, RepoPath } from '../core/ids.ts';
import { headCommit } from '../git/history.ts';
import { treeWith } from '../git/tree-changes.ts';
import { refuseUnmerged, writeCommit } from '../git/write-commit.ts';
import type { RunContext } from '../run/context.ts';
import { claimPaths } from '../run/stage-claim.ts';
import { type Applied, type ApplyRecord, keepRecord, type OutStep } from './apply-record.ts';
import { type FileStep, type FileWish, moveFiles, planFiles, workTreeNow } from './move-files.ts';
import { makeWay, moveOuts, type OutsPlan, type OutWish, planOuts } from './move-outs.ts';

export interface Move extends Pick<ApplyRecord, 'did' | 'name'> {
  readonly files: readonly FileStep[];
  readonly outs: OutsPlan;
  /** Where a folder or a symlink stands that is never gone over. */
  readonly blocked: readonly RepoPath[];
  /** Commits that no ref leads to yet: the workspace as it is, and as it will be. */
  readonly before: CommitId;
  readonly after: CommitId;
  readonly afterTree: string;
}

export interface MoveWish extends Pick<ApplyRecord, 'did' | 'name'> {
  readonly files: readonly FileWish[];
  /** The tree that `from` of the files is of. */
  readonly base: string;
  /** Asked with the commits of the workspace as it is and will be, whose locks say which data to bring. */
  readonly outs: (before: CommitId, after: CommitId) => readonly OutWish[];
}

/** Changes nothing that anybody sees. @throws MlopsError `config` in an unfinished merge */
export async function planMove(context: RunContext, wish: MoveWish): Promise<Move> {
  const { repo } = context;
  refuseUnmerged(repo);
  const folder = scratch(context);
  const { files, base, did, name } = wish;
  const now = await workTreeNow(
    repo,
    folder,
    files.map(({ path }) => path),
  );
  const plan = planFiles(repo, files, base, now);
  const afterTree = treeWith(repo, folder, now, plan.steps);
  const head = headCommit(repo);
  const before = writeCommit(repo, now, head ? [head] : [], `before mlops exp ${did} of ${name}`);
  const after = writeCommit(repo, afterTree, [before], `after mlops exp ${did} of ${name}`);
  const outs = await planOuts(context, wish.outs(before, after));
  return { did, name, files: plan.steps, outs, blocked: plan.blocked, before, after, afterTree };
}

export interface Moved {
  readonly record: Applied | undefined;
  /** Where what could not be stored is now; absolute. */
  readonly trashed: readonly string[];
}

export interface MoveOptions {
  /** `keep`: the user's work is refused to be gone over; `over`: it is kept in the record, and gone over. */
  readonly work: 'keep' | 'over';
}

/**
 * `plan` is asked again once nobody else writes what it says.
 * @throws MlopsError `refused` naming what is in the way; nothing is changed then
 */
export async function makeMove(
  context: RunContext,
  plan: () => Promise<Move>,
  options: MoveOptions,
): Promise<Move & Moved> {
  const first = await plan();
  refuseLoss(first, options);
  const paths = [...first.files, ...first.outs.steps].map(({ path }) => path);
  const claim = await claimPaths(context, 'exp apply', paths);
  try {
    const move = await plan();
    refuseLoss(move, options);
    if (move.files.length + move.outs.steps.length === 0) return { ...move, record: undefined, trashed: [] };
    return { ...move, ...(await carryOut(context, move)) };
  } finally {
    claim.release();
  }
}

/** What is stored, then the record, then the workspace: whenever it ends early, the record knows what stood there. */
async function carryOut(context: RunContext, move: Move): Promise<Moved> {
  const { repo } = context;
  const folder = scratch(context);
  const { steps, trashed } = await makeWay(context, move.outs);
  const record = keepRecord(repo, folder, recordOf(move, steps), {
    before: move.before,
    after: move.afterTree,
  });
  moveFiles(repo, folder, move.files, move.afterTree);
  await moveOuts(context, steps);
  return { record, trashed };
}

function recordOf({ did, name }: Move, outs: readonly OutStep[]): ApplyRecord {
  return { v: 1, did, name, outs };
}

const SHOWN = 10;

export function refuseLoss(move: Move, { work }: MoveOptions): void {
  const { files, outs, blocked, did, name } = move;
  if (blocked.length > 0)
    throw new MlopsError(
      blocked.map((path) =>
        failure('refused', `a folder or a symlink stands in the way of ${path}`, {
          help: 'move it away, and try again',
        }),
      ),
    );
  const paths = [...files.filter(({ overwrites }) => overwrites).map(({ path }) => path), ...outs.inWay];
  if (work === 'over' || paths.length === 0) return;
  const shown = [
    ...paths.slice(0, SHOWN),
    ...(paths.length > SHOWN ? [`and ${paths.length - SHOWN} more`] : []),
  ];
  const again = did === 'apply' ? `mlops exp apply ${name}` : 'mlops exp apply --undo';
  throw new MlopsError(
    failure('refused', `${again} would overwrite work that is not committed:\n${shown.join('\n')}`, {
      help:
        did === 'apply'
          ? 'commit it or put it away: git stash -u · or go over it, --undo brings it back: --force'
          : 'commit it or put it away: git stash -u · or go over it, another --undo brings it back: --force',
    }),
  );
}

/** Where indexes and files lie while they are needed. */
export function scratch({ state }: RunContext): string {
  mkdirSync(state.worktree, { recursive: true });
  return state.worktree;
}
