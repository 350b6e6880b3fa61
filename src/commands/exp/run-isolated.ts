// `exp run --isolated`, and `--dry`: in a work tree of its own, which goes again.
import { type ExitName, exitNamed } from '../../core/failure.ts';
import { inOwnPlace } from '../../experiments/alone.ts';
import { BaselineRecords } from '../../experiments/baseline-records.ts';
import { planTrial, runTrial, type TrialOptions } from '../../experiments/trial.ts';
import { commitAll, commitWorkspace, type WorkspaceCommit } from '../../experiments/workspace-commit.ts';
import { renderFailure } from '../../render/failure.ts';
import { selectStages } from '../../run/select.ts';
import { say } from '../open-project.ts';
import { untold } from '../repro.ts';
import { openAt } from './open-at.ts';
import { type AskedNow, reproFlags } from './run-flags.ts';
import { tellExperiment } from './tell-experiment.ts';
import { tellUncommitted } from './tell-uncommitted.ts';

export async function runIsolated(asked: AskedNow): Promise<ExitName> {
  const { io, project, reporter, wish, flags } = asked;
  const open = openAt(io, project);
  const at = await commitIsolated(asked);
  if (!flags.json) tellUncommitted(io, project, at);
  const trial = { ...wish, ...at };
  const outcome = await inOwnPlace(project.repo, project.claims.shared, trial.name, (worktree) =>
    runTrial(open, project.repo, trial, { ...trialOptions(asked), worktree }),
  );
  reporter.close();
  const exit = exitNamed(outcome.exit);
  if ('experiment' in outcome) tellExperiment(io, flags, outcome.name, outcome.experiment, exit);
  else if (outcome.state === 'failed') say(io, `no experiment was kept: ${outcome.failure}`);
  if ('experiment' in outcome && !flags.json)
    say(io, `next: mlops exp show, or mlops exp apply ${outcome.name}`);
  return exit;
}

/** What would run, found out in a work tree of its own that goes again: the user's files stay as they are. */
export async function planIsolated(asked: AskedNow): Promise<ExitName> {
  const { io, project, reporter, wish, flags } = asked;
  const open = openAt(io, project);
  const at = flags.isolated
    ? await commitIsolated(asked)
    : await commitAll(project.runContext(), project.config.exp.carry);
  return inOwnPlace(project.repo, project.claims.shared, wish.name, async (worktree) => {
    const options = { ...trialOptions(asked), worktree };
    const result = await planTrial(open, project.repo, { ...wish, ...at }, options);
    reporter.close();
    for (const each of untold(result)) io.err.write(renderFailure(each, io.errStyle));
    return result.exit;
  });
}

function commitIsolated({ project, wish: { targets, dir, overrides } }: AskedNow): Promise<WorkspaceCommit> {
  const selection = selectStages(project.pipeline, targets, dir, 'upstream');
  const files = overrides.map(({ file }) => file);
  return commitWorkspace(project.runContext(), selection, project.config.exp.carry, files);
}

function trialOptions({
  io,
  project,
  reporter: { report },
  flags,
}: AskedNow): Omit<TrialOptions, 'worktree'> {
  return {
    ...reproFlags(project, flags),
    env: io.env,
    signal: io.signal,
    report,
    baselines: new BaselineRecords(project.repo),
    refs: project.config.exp.refs,
  };
}
