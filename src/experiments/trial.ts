// Runs one experiment beside the user's work: a work tree of its own, the overrides in its params files, the pipeline in
// it, its result as a commit. What is in the store comes out of it as stages need it. In this order:
//   work tree · overrides · stages · experiment (commit, then ref) · the work tree goes
// Killed anywhere, it leaves a work tree that the next one at the same place replaces, or an experiment that is whole.

import type { Report } from '../core/event.ts';
import type { Ticket, Trial } from '../core/experiment.ts';
import { EXIT, MlopsError } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import { asExpected } from '../core/system-trouble.ts';
import type { Repository } from '../git/repository.ts';
import { addWorktree, awaitRemoval, gitDirsOf } from '../git/worktree.ts';
import { openWork, recoverWork } from '../run/claims.ts';
import type { RunContext } from '../run/context.ts';
import { keepIgnored } from '../run/ignore-files.ts';
import type { ReproResult } from '../run/ledger.ts';
import { reproduce } from '../run/reproduce.ts';
import type { Room } from '../run/room.ts';
import { selectStages } from '../run/select.ts';
import type { BaselineRecords } from './baseline-records.ts';
import { writeOverrides } from './overrides/write.ts';
import { bringPersisted } from './persisted.ts';
import { commitResult } from './result.ts';

export type Env = { readonly [name: string]: string | undefined };

/** Opens another work tree of the repository. Commands hand it in: what opens things lies above. */
export type OpenAt = (place: {
  readonly cwd: string;
  readonly repo: Repository;
  /** Whose files it holds, and nothing else. */
  readonly commit: CommitId;
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly report: Report;
}) => RunContext;

export interface TrialOptions {
  /** Absolute folder of the work tree; made and removed. */
  readonly worktree: string;
  /** What stages see; `MLOPS_EXP_NAME` is added. */
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly report: Report;
  /** Shared by all that run in this process. */
  readonly baselines: BaselineRecords;
  /** Prefix of the experiment's ref; undefined: the usual one. */
  readonly refs: string | undefined;
  /** Stages of it at once; undefined = auto. */
  readonly jobs?: number;
  /** Shared with what runs beside it. */
  readonly room?: Room;
  readonly pull?: boolean;
  readonly force?: boolean;
}

export type TicketOutcome =
  | {
      readonly state: 'done' | 'gate';
      readonly exit: number;
      readonly experiment: CommitId;
      /** Another than was asked for, when that was taken meanwhile. */
      readonly name: string;
    }
  | { readonly state: 'failed' | 'killed'; readonly exit: number; readonly failure: string };

export function runTicket(
  open: OpenAt,
  repo: Repository,
  ticket: Ticket,
  options: TrialOptions,
): Promise<TicketOutcome> {
  return runTrial(open, repo, { ...ticket, ticket: ticket.id }, options);
}

/** Expected trouble is the outcome. @throws what is a bug */
export async function runTrial(
  open: OpenAt,
  repo: Repository,
  trial: Trial,
  options: TrialOptions,
): Promise<TicketOutcome> {
  const started = new Date();
  try {
    const context = await openPlace(open, repo, trial, options);
    const result = await runStages(context, trial, options);
    const { exit } = result;
    if (exit !== 'ok' && exit !== 'gate') return failedWith(options.signal, result.failures, EXIT[exit]);
    const ended = { ended: exit, started, ms: Date.now() - started.getTime() } as const;
    const { commit, name } = await commitResult(repo, context.repo, trial, ended, options);
    return { state: exit === 'ok' ? 'done' : 'gate', exit: EXIT[exit], experiment: commit, name };
  } catch (thrown) {
    const error = asExpected(thrown);
    if (!(error instanceof MlopsError)) throw error;
    // Ctrl-C ends git as well, and is heard here after git's failure.
    await new Promise(setImmediate);
    return failedWith(options.signal, error.failures, EXIT[error.failures[0]!.exit]);
  } finally {
    await removePlace(repo, options);
  }
}

/** What a dry run of it says; nothing is kept. */
export async function planTrial(
  open: OpenAt,
  repo: Repository,
  trial: Trial,
  options: TrialOptions,
): Promise<ReproResult> {
  try {
    return await runStages(await openPlace(open, repo, trial, options), trial, options, 'dry');
  } finally {
    await removePlace(repo, options);
  }
}

async function openPlace(
  open: OpenAt,
  repo: Repository,
  trial: Trial,
  options: TrialOptions,
): Promise<RunContext> {
  const { worktree, signal, report } = options;
  signal.throwIfAborted();
  endLeftovers(repo, worktree);
  const place = await addWorktree(repo, worktree, trial.baseline, trial.commit);
  writeOverrides(place.top, trial.overrides);
  const env = { ...options.env, MLOPS_EXP_NAME: trial.name };
  const dirty = trial.commit !== trial.baseline || trial.overrides.length > 0;
  return {
    ...open({ cwd: place.top, repo: place, commit: trial.commit, env, signal, report }),
    // As Git would say after two more calls.
    origin: () => ({ commit: trial.baseline, dirty }),
  };
}

/** Processes of a stage that ran here under an mlops that was killed. */
function endLeftovers(repo: Repository, worktree: string): void {
  for (const gitDir of gitDirsOf(repo, worktree)) recoverWork(openWork(`${gitDir}/mlops`), undefined);
}

async function runStages(
  context: RunContext,
  trial: Trial,
  { jobs, room, pull = false, force = false }: TrialOptions,
  dry?: 'dry',
): Promise<ReproResult> {
  const selection = selectStages(context.pipeline, trial.targets, trial.dir, 'upstream');
  // Before bytes appear: what is committed in the end is all that Git does not ignore.
  keepIgnored(context.repo, context.pipeline);
  await bringPersisted(context, selection, pull);
  return reproduce(context, selection, {
    ...(jobs === undefined ? {} : { jobs }),
    ...(room ? { room } : {}),
    force,
    dry: dry !== undefined,
    keepGoing: false,
    pull,
    useCache: !force,
    single: false,
  });
}

function failedWith(signal: AbortSignal, failures: MlopsError['failures'], exit: number): TicketOutcome {
  const words = failures.map(({ message, help }) => (help ? `${message} (${help})` : message));
  return { state: signal.aborted ? 'killed' : 'failed', exit, failure: words.join('\n') };
}

async function removePlace(repo: Repository, { worktree, report }: TrialOptions): Promise<void> {
  try {
    await awaitRemoval(repo, worktree);
  } catch (error) {
    report({
      kind: 'warning',
      text: `${worktree} could not be removed: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}
