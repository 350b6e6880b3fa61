// `exp run --isolated`, and `--dry`: in a work tree of its own, which goes again.
import { type ExitName, exitNamed } from '../../core/failure.ts';
import { inOwnPlace } from '../../experiments/alone.ts';
import { BaselineRecords } from '../../experiments/baseline-records.ts';
import { planTrial, runTrial, type TrialOptions } from '../../experiments/trial.ts';
import { commitAll, commitWorkspace, type WorkspaceCommit } from '../../experiments/workspace-commit.ts';
import type { Project } from '../../project.ts';
import { renderFailure } from '../../render/failure.ts';
import type { Reporter } from '../../render/run/reporter.ts';
import { selectStages } from '../../run/select.ts';
import type { Io } from '../command.ts';
import { say } from '../open-project.ts';
import { untold } from '../repro.ts';
import { openAt } from './open-at.ts';
import { type RunFlags, reproFlags, type Wish } from './run-flags.ts';
import { tellExperiment } from './tell-experiment.ts';
import { tellUncommitted } from './tell-uncommitted.ts';

export async function runIsolated(
  io: Io,
  project: Project,
  reporter: Reporter,
  wish: Wish,
  flags: RunFlags,
): Promise<ExitName> {
  const open = openAt(io, project);
  const at = await commitIsolated(project, wish);
  if (!flags.json) tellUncommitted(io, project, at);
  const trial = { ...wish, ...at };
  const outcome = await inOwnPlace(project.repo, project.claims.shared, trial.name, (worktree) =>
    runTrial(open, project.repo, trial, { ...trialOptions(io, project, reporter, flags), worktree }),
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
export async function planIsolated(
  io: Io,
  project: Project,
  reporter: Reporter,
  wish: Wish,
  flags: RunFlags,
): Promise<ExitName> {
  const open = openAt(io, project);
  const at = flags.isolated
    ? await commitIsolated(project, wish)
    : await commitAll(project.runContext(), project.config.exp.carry);
  return inOwnPlace(project.repo, project.claims.shared, wish.name, async (worktree) => {
    const options = { ...trialOptions(io, project, reporter, flags), worktree };
    const result = await planTrial(open, project.repo, { ...wish, ...at }, options);
    reporter.close();
    for (const each of untold(result)) io.err.write(renderFailure(each, io.errStyle));
    return result.exit;
  });
}

function commitIsolated(project: Project, { targets, dir, overrides }: Wish): Promise<WorkspaceCommit> {
  const selection = selectStages(project.pipeline, targets, dir, 'upstream');
  const files = overrides.map(({ file }) => file);
  return commitWorkspace(project.runContext(), selection, project.config.exp.carry, files);
}

function trialOptions(
  io: Io,
  project: Project,
  { report }: Reporter,
  flags: RunFlags,
): Omit<TrialOptions, 'worktree'> {
  return {
    ...reproFlags(project, flags),
    env: io.env,
    signal: io.signal,
    report,
    baselines: new BaselineRecords(project.repo),
    refs: project.config.exp.refs,
  };
}
