// The lock that a run changed, back on its branch: as a commit, or as a pull request.
import { commitMessage, committer } from '../../ci/commit/message.ts';
import type { CommitPlan } from '../../ci/commit/plan.ts';
import type { CiContext } from '../../ci/context.ts';
import type { Forge } from '../../ci/forge/forge.ts';
import { commitBack } from '../../ci/lock-commit.ts';
import { proposeBack } from '../../ci/lock-proposal.ts';
import { pushAddress } from '../../ci/push-address.ts';
import { isUntrusted } from '../../ci/trust.ts';
import type { CommitId } from '../../core/ids.ts';
import type { GitToken } from '../../git/credentials.ts';
import { commitMessages, headCommit } from '../../git/history.ts';
import type { Repository } from '../../git/repository.ts';
import { renderPipelineProposal } from '../../render/pipeline/proposal.ts';
import type { Io } from '../command.ts';
import type { PostFlags } from './flags.ts';
import type { Committed } from './postings.ts';
import type { CiRecord } from './record.ts';

export interface Back {
  readonly io: Io;
  readonly repo: Repository | undefined;
  readonly context: CiContext;
  readonly record: CiRecord;
  readonly flags: PostFlags;
  /** Of the report. */
  readonly folder: string;
  readonly forge: Forge;
  readonly token: GitToken;
}

export function commitPosting(back: Back): () => Promise<Committed> {
  return async () => {
    const { flags, forge, repo, token, folder, record } = back;
    if (flags.commit === 'no' || record.lock.length === 0) return nothing();
    const plan = planOf(back);
    if (typeof plan === 'string') return nothing(`nothing is committed: ${plan}`);
    const access = { token, keepIn: folder };
    if (flags.commit === 'pull-request') {
      const text = { ...renderPipelineProposal(record.view, plan.branch, flags.name), name: flags.name };
      const proposed = await proposeBack(repo!, plan, access, forge, text);
      if (proposed.kind === 'unchanged') return nothing(`${plan.branch} has the new lock already`);
      const { how, number, url } = proposed.request;
      return { commit: proposed.commit, said: [`pull request #${number} ${how}: ${url}`] };
    }
    const done = await commitBack(repo!, plan, access);
    if (done.kind === 'unchanged') {
      const said = [`${plan.branch} has the new lock already`];
      return { commit: isOurs(repo!, done.tip, plan) ? done.tip : undefined, said };
    }
    return { commit: done.commit, said: [`pushed ${done.commit.slice(0, 7)} to ${plan.branch}`] };
  };
}

/** Pushed by a first try of this job, which was killed before it could tell of it. */
function isOurs(repo: Repository, tip: CommitId, { message }: CommitPlan): boolean {
  return commitMessages(repo, [tip])?.get(tip)?.trim() === message.trim();
}

/** Why there is none, in words. Of the record only paths count, and those are checked: where they go this job knows itself. */
function planOf({ io, repo, context, record }: Back): CommitPlan | string {
  const { branch, head } = context;
  const ranOn = repo && headCommit(repo);
  if (isUntrusted(context)) return 'this job is for code of somebody else';
  if (record.exit !== 'ok' || record.state !== 'done') return 'the run did not go well';
  if (branch === undefined || branch === '') return 'it runs on no branch';
  if (!ranOn) return 'there is no repository here';
  const words = (outcome: string): string[] =>
    record.view.stages.filter(({ run }) => run?.outcome === outcome).map(({ stage }) => stage);
  return {
    remote: pushAddress(repo, context),
    branch,
    ranOn,
    head: head ?? ranOn,
    paths: record.lock,
    message: commitMessage({ ran: words('ran'), restored: words('restored'), runUrl: context.runUrl }),
    by: committer(io.env, context.host),
  };
}

function nothing(...said: readonly string[]): Committed {
  return { commit: undefined, said };
}
