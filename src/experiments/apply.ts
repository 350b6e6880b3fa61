// Brings the workspace to an experiment: what it changed in files, and its outs. Nothing is committed, and HEAD stays.

import type { StoredArtifact } from '../core/artifact.ts';
import { sameArtifact } from '../core/artifact.ts';
import type { Experiment } from '../core/experiment.ts';
import { fail } from '../core/failure.ts';
import type { CommitId, RepoPath } from '../core/ids.ts';
import { headCommit, tryResolve } from '../git/history.ts';
import { type Repository, runGit } from '../git/repository.ts';
import { treeChanges } from '../git/tree-changes.ts';
import { treeOf } from '../git/write-commit.ts';
import { committed } from '../run/committed.ts';
import type { RunContext } from '../run/context.ts';
import { recordedAt } from '../run/recorded.ts';
import { allTracked } from '../run/tracked.ts';
import { type Applied, lastApplied } from './apply-record.ts';
import { type Earlier, earlierApply, earlierRun, withEarlier } from './giving-way.ts';
import { type Move, planMove, scratch } from './move.ts';
import type { OutWish } from './move-outs.ts';
import { type ThreeWay, threeWay } from './three-way.ts';

export interface ApplyPlan extends Move, Pick<ThreeWay, 'dropped' | 'submodules'> {
  readonly experiment: Experiment;
}

/**
 * `all`: an experiment that ran in the workspace and stands there gives way.
 * @throws MlopsError `refused` where the experiment and HEAD changed the same
 */
export async function planApply(
  context: RunContext,
  experiment: Experiment,
  all: readonly Experiment[],
): Promise<ApplyPlan> {
  const { repo } = context;
  const base = baselineTree(repo, experiment);
  const head = headTree(repo);
  const own = treeChanges(repo, base, treeOf(repo, experiment.commit));
  const { changes, conflicts, dropped, submodules } = threeWay(
    repo,
    scratch(context),
    own,
    treeChanges(repo, base, head),
  );
  if (conflicts.length > 0) refuseConflicts(experiment, conflicts);
  const planWith = (earlier: Earlier | undefined): Promise<Move> =>
    planMove(context, {
      did: 'apply',
      name: experiment.name,
      files: withEarlier(repo, head, changes, earlier),
      base: head,
      outs: (before, after) => outsBetween(context, before, after),
    });
  const first = await planWith(earlierApply(repo));
  const inWay = first.files.filter(({ overwrites }) => overwrites);
  const ran = inWay.length > 0 ? earlierRun(repo, head, all, inWay) : undefined;
  const move = ran ? await planWith(ran) : first;
  return { ...move, dropped, submodules, experiment };
}

/**
 * Those whose record differs, also from that of HEAD: an apply that was cut off left files that are right already. One
 * that Git keeps came with the files.
 */
function outsBetween(context: RunContext, before: CommitId, after: CommitId): OutWish[] {
  const { repo, actions } = context;
  const head = headCommit(repo);
  const were = [before, ...(head ? [head] : [])].map(
    (commit) => new Map(recordedAt(repo, commit).map(({ path, artifact }) => [path, artifact])),
  );
  const { pipeline, locks } = committed(repo, after, actions);
  return allTracked(pipeline, locks).flatMap(({ path, artifact, out }) => {
    const kept = out?.git || pipeline.data.get(path)?.git;
    return kept || were.every((was) => isSame(was.get(path), artifact)) ? [] : [{ path, to: artifact }];
  });
}

function isSame(a: StoredArtifact | undefined, b: StoredArtifact): boolean {
  return a !== undefined && sameArtifact(a, b);
}

function baselineTree(repo: Repository, { baseline, baselineTree: tree, name }: Experiment): string {
  if (tryResolve(repo, baseline)) return treeOf(repo, baseline);
  if (runGit(repo.top, ['cat-file', '-e', `${tree}^{tree}`]).code === 0) return tree;
  return fail('config', `the baseline of ${name} is not here, so what it changed cannot be told`, {
    help: 'the history of this clone is cut: git fetch --unshallow',
  });
}

/** Of nothing, where nothing was committed yet. */
function headTree(repo: Repository): string {
  const head = headCommit(repo);
  if (head) return treeOf(repo, head);
  return runGit(repo.top, ['hash-object', '-t', 'tree', '-w', '--stdin'], '').stdout.toString().trim();
}

function refuseConflicts({ name, baseline }: Experiment, paths: readonly RepoPath[]): never {
  return fail(
    'refused',
    `${name} started from ${baseline.slice(0, 7)}, and HEAD changed the same since:\n${paths.join('\n')}`,
    {
      help: `mlops exp branch ${name} BRANCH, then git merge BRANCH: Git lets you decide; or, to see it as it is: git switch BRANCH && mlops checkout`,
    },
  );
}

export interface UndoPlan extends Move {
  readonly last: Applied;
}

/** Back to what stood there before the last apply; after an undo, to what stood there before that. */
export async function planUndo(context: RunContext): Promise<UndoPlan> {
  const { repo } = context;
  const last = lastApplied(repo);
  if (!last) return fail('missing', 'nothing was applied in this worktree', { help: 'mlops exp apply NAME' });
  const files = treeChanges(repo, last.commit, last.before);
  const move = await planMove(context, {
    did: last.did === 'apply' ? 'undo' : 'apply',
    name: last.name,
    files,
    base: treeOf(repo, last.commit),
    outs: () => last.outs.map(({ path, before }) => ({ path, to: before })),
  });
  return { ...move, last };
}
