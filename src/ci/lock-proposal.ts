// Puts what a run changed on a branch of its own and asks for it by a pull request, for branches that take nothing else.
// That branch, `<name of the job>/lock-<branch>`, is ours: while its base stands still, new results are pushed on top; when the base has
// moved, it starts anew from there. That is the one push that replaces commits, and Git's lease lets it replace no other
// than the one that was looked at, which mlops wrote itself.
import { fail } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import { commitMessages } from '../git/history.ts';
import { bringCommit, type GitPlace, type PushAnswer, pushCommit, tipOf } from '../git/push-commit.ts';
import { withoutPassword } from '../git/remote-urls.ts';
import type { Repository } from '../git/repository.ts';
import { treeOf, writeCommit } from '../git/write-commit.ts';
import { atPlace, branchTip, type CommitAccess, commitOn, landed, notPushed } from './commit/landing.ts';
import { ontoOf, withOnto } from './commit/message.ts';
import { ownChanges } from './commit/own-changes.ts';
import { type CommitPlan, checkPlan } from './commit/plan.ts';
import type { Forge, Written } from './forge/forge.ts';

export type ProposalOutcome =
  /** The branch has it all: there is nothing to propose. */
  | { readonly kind: 'unchanged'; readonly tip: CommitId }
  | {
      readonly kind: 'proposed';
      readonly branch: string;
      readonly commit: CommitId;
      readonly pushed: 'new' | 'on top' | 'anew' | 'there already';
      readonly request: Written & { readonly number: number };
    };

export interface ProposalText {
  /** Of the job: others have proposals of their own. */
  readonly name: string;
  readonly title: string;
  readonly body: string;
}

/** As `commitBack`; the pull request is opened or renewed after the push, so a second run mends what was cut off. */
export async function proposeBack(
  repo: Repository,
  plan: CommitPlan,
  access: CommitAccess,
  forge: Pick<Forge, 'upsertPull'>,
  { name, ...text }: ProposalText,
): Promise<ProposalOutcome> {
  const branch = `${name}/lock-${plan.branch}`;
  checkPlan(plan);
  const pushed = await atPlace(repo, plan, access, async (place) =>
    pushProposal(repo, plan, access, { place, branch }),
  );
  if (pushed.kind === 'unchanged') return pushed;
  const request = await forge.upsertPull({ branch: pushed.branch, base: plan.branch, ...text });
  return { ...pushed, request };
}

type Pushed =
  | Extract<ProposalOutcome, { kind: 'unchanged' }>
  | Omit<Extract<ProposalOutcome, { kind: 'proposed' }>, 'request'>;

function pushProposal(
  repo: Repository,
  plan: CommitPlan,
  access: CommitAccess,
  { place, branch }: { readonly place: GitPlace; readonly branch: string },
): Pushed {
  const changes = ownChanges(repo, plan);
  const tip = branchTip(repo, plan, place, changes);
  const edits = landed(repo, plan, access, changes, tip);
  if (edits.files.size === 0) return { kind: 'unchanged', tip };
  const wanted = commitOn(repo, { ...plan, message: withOnto(plan.message, tip) }, tip, edits);
  const proposal = putOnBranch(repo, place, { plan, branch, tip, wanted });
  if (proposal.answer.kind === 'refused' || proposal.answer.kind === 'moved')
    return notPushed(repo, access, {
      exit: 'refused',
      message: `${withoutPassword(plan.remote)} does not take ${branch}: ${
        proposal.answer.kind === 'refused' ? proposal.answer.why : 'another job is writing it'
      }`,
      from: tip,
      to: wanted,
      advice: `the token has to be allowed to write branches below ${branch.split('/')[0]}/`,
    });
  return { kind: 'proposed', branch, commit: proposal.commit, pushed: proposal.pushed };
}

interface Wanted {
  readonly plan: CommitPlan;
  readonly branch: string;
  readonly tip: CommitId;
  /** The changes as one commit on `tip`. */
  readonly wanted: CommitId;
}

interface Put {
  readonly commit: CommitId;
  readonly pushed: Extract<ProposalOutcome, { kind: 'proposed' }>['pushed'];
  readonly answer: PushAnswer;
}

function putOnBranch(repo: Repository, place: GitPlace, { plan, branch, tip, wanted }: Wanted): Put {
  const ref = `refs/heads/${branch}`;
  const there = tipOf(repo, place, ref);
  if (there === undefined)
    return { commit: wanted, pushed: 'new', answer: pushCommit(repo, place, wanted, ref, null) };
  bringCommit(repo, place, there);
  if (treeOf(repo, there) === treeOf(repo, wanted))
    return { commit: there, pushed: 'there already', answer: { kind: 'taken' } };
  const onto = ontoOf(commitMessages(repo, [there])?.get(there) ?? '');
  if (onto === undefined)
    fail('refused', `the last commit of ${branch} was not written by mlops, so it stays as it is`, {
      help: `merge or delete that branch on ${withoutPassword(plan.remote)}, then run the job again`,
    });
  if (onto !== tip)
    return { commit: wanted, pushed: 'anew', answer: pushCommit(repo, place, wanted, ref, there) };
  const message = withOnto(plan.message, tip);
  const commit = writeCommit(repo, treeOf(repo, wanted), [there], message, plan.by);
  return { commit, pushed: 'on top', answer: pushCommit(repo, place, commit, ref) };
}
