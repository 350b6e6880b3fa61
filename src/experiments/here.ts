// One experiment in the workspace. In this order:
//   claim · what a killed one left is put back · overrides · stages · experiment (commit, then ref) · they stay
// When it fails, or is stopped, the params files are put back as they were.
import type { Experiment, Trial } from '../core/experiment.ts';
import { refuseUnmerged } from '../git/write-commit.ts';
import { claimWork } from '../run/claims.ts';
import type { RunContext } from '../run/context.ts';
import type { ReproResult } from '../run/ledger.ts';
import { type ReproOptions, reproduce } from '../run/reproduce.ts';
import { selectStages } from '../run/select.ts';
import { recover } from '../run/stage-claim.ts';
import type { BaselineRecords } from './baseline-records.ts';
import { warnOfBigFiles } from './big-files.ts';
import {
  keepOverrides,
  overrideHere,
  type PutBack,
  putBackOverrides,
  recoverOverrides,
} from './overridden.ts';
import { writeResult } from './result.ts';
import { requireHead, workspaceTree } from './workspace-commit.ts';

export interface HereOptions {
  /** Opens the workspace as its files are then. */
  readonly open: () => RunContext;
  readonly repro: ReproOptions;
  readonly baselines: BaselineRecords;
  readonly refs: string | undefined;
}

export interface HereResult {
  readonly result: ReproResult;
  /** Undefined when it failed. */
  readonly experiment: Experiment | undefined;
  /** When it failed. */
  readonly putBack: PutBack | undefined;
}

export async function runHere(
  place: RunContext,
  wish: Omit<Trial, 'baseline' | 'commit'>,
  options: HereOptions,
): Promise<HereResult> {
  const { repo, state } = place;
  const { commit: baseline } = requireHead(repo);
  refuseUnmerged(repo);
  return alone(place, wish.name, async () => {
    const started = new Date();
    overrideHere(repo.top, state, wish.name, wish.overrides);
    let kept = false;
    try {
      const context = options.open();
      warnOfBigFiles(context);
      const selection = selectStages(context.pipeline, wish.targets, wish.dir, 'upstream');
      const result = await reproduce(context, selection, options.repro);
      if (result.exit !== 'ok' && result.exit !== 'gate')
        return { result, experiment: undefined, putBack: putBackOverrides(repo.top, state) };
      const trial = { ...wish, baseline, commit: baseline };
      const ended = { ended: result.exit, started, ms: Date.now() - started.getTime() };
      const tree = await workspaceTree(context, { take: 'all' });
      const experiment = writeResult(repo, tree, trial, ended, { ...options, report: place.report });
      kept = true;
      keepOverrides(state);
      return { result, experiment, putBack: undefined };
    } finally {
      if (!kept) putBackOverrides(repo.top, state);
    }
  });
}

/** One at a time in this work tree; what one that was killed left is put back first. */
async function alone<T>(place: RunContext, name: string, work: () => Promise<T>): Promise<T> {
  const { claims, report, repo, signal, state } = place;
  // What dead processes set aside comes back here: to a claim of this name it would be nothing.
  recover(place);
  const claim = await claimWork(
    claims.worktree,
    { name: 'exp:here', what: `experiment ${name}` },
    { signal, onWait: (holder) => report({ kind: 'note', text: `waiting for ${holder}` }) },
  );
  try {
    const left = recoverOverrides(repo, state);
    if (left) report({ kind: 'note', text: `experiment ${left.name} was killed: ${putBackWords(left)}` });
    return await work();
  } finally {
    claim.release();
  }
}

/** `params.yaml is as it was before`. */
export function putBackWords({ files, edited }: PutBack): string {
  const words = [
    ...(files.length > 0 ? [`${files.join(', ')} ${files.length > 1 ? 'are' : 'is'} as before`] : []),
    ...(edited.length > 0
      ? [`${edited.join(', ')} ${edited.length > 1 ? 'were' : 'was'} edited since, and left as it is`]
      : []),
  ];
  return words.join('; ');
}
