// Commits what a run changed of locks and Git-kept outs back to the branch that it ran for. In this order:
//   what the run changed, read once · the branch's tip, fetched · the changes brought onto it · a commit · a push of it
// and from the tip again when somebody else pushed first. Nothing is ever forced on a branch of somebody else, and neither
// index nor files of the checkout are touched. Killed anywhere, it leaves objects that nothing leads to, or a pushed commit
// that the next run finds in place: it then has nothing to do.
import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { CommitId, RepoPath } from '../core/ids.ts';
import { type GitPlace, pushCommit } from '../git/push-commit.ts';
import { withoutPassword } from '../git/remote-urls.ts';
import type { Repository } from '../git/repository.ts';
import { atPlace, branchTip, type CommitAccess, commitOn, landed, notPushed } from './commit/landing.ts';
import { type OwnChange, ownChanges } from './commit/own-changes.ts';
import { type CommitPlan, checkPlan } from './commit/plan.ts';

export type CommitOutcome =
  /** The branch has it all. */
  | { readonly kind: 'unchanged'; readonly tip: CommitId }
  | {
      readonly kind: 'pushed';
      readonly commit: CommitId;
      readonly branch: string;
      readonly paths: readonly RepoPath[];
      /** How often it was brought onto a newer tip. */
      readonly retries: number;
    };

const TRIES = 5;

/** @throws MlopsError `refused` for conflicts and rules of the host, `remote` where it cannot be reached, `busy` after five lost races */
export async function commitBack(
  repo: Repository,
  plan: CommitPlan,
  access: CommitAccess,
): Promise<CommitOutcome> {
  checkPlan(plan);
  const changes = ownChanges(repo, plan);
  return atPlace(repo, plan, access, (place) => pushOnto(repo, plan, access, changes, place));
}

async function pushOnto(
  repo: Repository,
  plan: CommitPlan,
  access: CommitAccess,
  changes: readonly OwnChange[],
  place: GitPlace,
): Promise<CommitOutcome> {
  const ref = `refs/heads/${plan.branch}`;
  for (let tries = 0; ; tries++) {
    const tip = branchTip(repo, plan, place, changes);
    const edits = landed(repo, plan, access, changes, tip);
    if (edits.files.size === 0) return { kind: 'unchanged', tip };
    const commit = commitOn(repo, plan, tip, edits);
    const answer = pushCommit(repo, place, commit, ref);
    if (answer.kind === 'taken')
      return { kind: 'pushed', commit, branch: plan.branch, paths: [...edits.files.keys()], retries: tries };
    if (answer.kind === 'refused')
      notPushed(repo, access, {
        exit: 'refused',
        message: `${withoutPassword(plan.remote)} does not take commits on ${plan.branch}: ${answer.why}`,
        from: tip,
        to: commit,
        advice: 'a protected branch takes pull requests: --commit pull-request',
      });
    if (tries + 1 === TRIES)
      notPushed(repo, access, {
        exit: 'busy',
        message: `${plan.branch} moved ${TRIES} times while the new lock was pushed`,
        from: tip,
        to: commit,
        advice: 'run the job again when the branch is quieter',
      });
    await (access.pause ?? setTimeout)(randomInt(100, 400) * (tries + 1));
  }
}
