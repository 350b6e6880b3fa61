// The workspace as an experiment, without running anything: what it holds, and the lock as it is.
import type { Experiment, Trial } from '../core/experiment.ts';
import { type Failure, failure, MlopsError } from '../core/failure.ts';
import type { StageName } from '../core/ids.ts';
import { refuseUnmerged } from '../git/write-commit.ts';
import type { RunContext } from '../run/context.ts';
import { isUpToDate, judgeAll } from '../run/judge-all.ts';
import { outDifferences, snapshotOuts } from '../run/outs.ts';
import { selectStages } from '../run/select.ts';
import type { BaselineRecords } from './baseline-records.ts';
import { warnOfBigFiles } from './big-files.ts';
import { writeResult } from './result.ts';
import { requireHead, workspaceTree } from './workspace-commit.ts';

export interface Saved {
  readonly experiment: Experiment;
  /** Stages whose outs are not what the workspace would make now. */
  readonly stale: readonly StageName[];
}

/** @throws MlopsError `refused` when outs differ from the lock: their bytes would be named by nothing */
export async function saveWorkspace(
  context: RunContext,
  wish: Pick<Trial, 'name' | 'message'>,
  options: {
    readonly baselines: BaselineRecords;
    readonly refs: string | undefined;
    readonly outs: 'as-recorded' | 'as-they-are';
  },
): Promise<Saved> {
  const started = new Date();
  const { commit: baseline } = requireHead(context.repo);
  refuseUnmerged(context.repo);
  if (options.outs === 'as-recorded') await refuseModified(context);
  warnOfBigFiles(context);
  const judged = await judgeAll(context, selectStages(context.pipeline, [], '', 'upstream'));
  const stale = judged.filter((each) => !isUpToDate(each)).map(({ stage }) => stage);
  const tree = await workspaceTree(context, { take: 'all' });
  const trial = {
    ...wish,
    baseline,
    commit: baseline,
    overrides: [],
    targets: [],
    dir: '',
    sweep: null,
    ticket: null,
  } as const;
  const ended = { ended: 'ok', started, ms: 0 } as const;
  const experiment = writeResult(context.repo, tree, trial, ended, { ...options, report: context.report });
  return { experiment, stale };
}

async function refuseModified(context: RunContext): Promise<void> {
  const problems: Failure[] = [];
  for (const stage of context.pipeline.stages.values()) {
    const recorded = context.locks.block(stage)?.outs;
    if (!recorded) continue;
    const cached = new Set(stage.outs.filter((out) => out.cache).map((out) => out.path));
    for (const reason of outDifferences(await snapshotOuts(context, stage), recorded))
      if (reason.kind === 'out-modified' && cached.has(reason.path))
        problems.push(
          failure('refused', `${reason.path} is not what the lock records: its bytes would be lost`, {
            where: stage.where,
            help: `mlops commit ${stage.local} records it; or leave it out: mlops exp save -f`,
          }),
        );
  }
  if (problems.length > 0) throw new MlopsError(problems);
}
