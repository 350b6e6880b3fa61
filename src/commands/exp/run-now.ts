// `exp run` at once: in the workspace, or isolated in a work tree of its own. The live view is that of `repro`.
import { EXIT, type ExitName, fail } from '../../core/failure.ts';
import { inOwnPlace } from '../../experiments/alone.ts';
import { Baselines } from '../../experiments/baselines.ts';
import { newName } from '../../experiments/names.ts';
import { parseOverrides } from '../../experiments/overrides/parse.ts';
import { checkName, listExperiments } from '../../experiments/refs.ts';
import { planTrial, runTrial, type Trial, type TrialOptions } from '../../experiments/trial.ts';
import { commitWorkspace } from '../../experiments/workspace-commit.ts';
import type { Project } from '../../project.ts';
import type { Reporter } from '../../render/run/reporter.ts';
import { selectStages } from '../../run/select.ts';
import type { Io } from '../command.ts';
import { say, withProject } from '../open-project.ts';
import { jobsOf } from '../repro.ts';
import { openAt } from './open-at.ts';
import type { RunFlags } from './run.ts';

export function runNow(io: Io, targets: readonly string[], flags: RunFlags): Promise<ExitName> {
  return withProject<ExitName>(io, flags.json ? 'json' : undefined, async (project, reporter) => {
    const trial = {
      ...trialOf(project, flags),
      targets,
    };
    return runIsolated(io, project, reporter, trial, flags);
  });
}

type Wish = Omit<Trial, 'baseline' | 'commit'>;

function trialOf(project: Project, flags: RunFlags): Omit<Wish, 'targets'> {
  const { fixed, dimensions } =
    flags.setParam.length === 0
      ? { fixed: [], dimensions: [] }
      : parseOverrides(flags.setParam, {
          dir: project.dir,
          read: (file) => project.read(file),
          others: paramsFiles(project),
        });
  if (dimensions.length > 0)
    fail('usage', 'several values for a param make several experiments', { help: '--queue' });
  const taken = new Set(listExperiments(project.repo, project.config.exp.refs).map(({ name }) => name));
  if (flags.name !== undefined) checkName(flags.name, taken);
  return {
    name: flags.name ?? newName(new Set([...taken].map((name) => name.toLowerCase()))),
    message: flags.message ?? null,
    overrides: fixed,
    dir: project.dir,
    sweep: null,
    ticket: null,
  };
}

function paramsFiles(project: Project) {
  const stages = [...project.requirePipeline().stages.values()];
  return [...new Set(stages.flatMap((stage) => stage.params.map(({ file }) => file)))];
}

async function runIsolated(
  io: Io,
  project: Project,
  reporter: Reporter,
  wish: Wish,
  flags: RunFlags,
): Promise<ExitName> {
  const selection = selectStages(project.pipeline, wish.targets, wish.dir, 'upstream');
  const workspace = await commitWorkspace(project.runContext(), selection, project.config.exp.carry);
  const trial = { ...wish, ...workspace };
  return inOwnPlace(project.repo, project.claims.shared, trial.name, async (worktree) => {
    const options = { ...optionsOf(io, project, reporter, flags), worktree };
    if (flags.dry) return (await planTrial(openAt(io), project.repo, trial, options)).exit;
    const outcome = await runTrial(openAt(io), project.repo, trial, options);
    reporter.close();
    if ('failure' in outcome) {
      say(io, `no experiment: ${outcome.failure}`);
    } else if (!flags.json) say(io, `experiment ${trial.name}`);
    return exitNamed(outcome.exit);
  });
}

function optionsOf(
  io: Io,
  project: Project,
  { report }: Reporter,
  flags: RunFlags,
): Omit<TrialOptions, 'worktree'> {
  const jobs = jobsOf(flags.jobs) ?? project.config.jobs;
  return {
    env: io.env,
    signal: io.signal,
    report,
    baselines: new Baselines(project.repo),
    refs: project.config.exp.refs,
    pull: flags.pull ?? false,
    force: flags.force ?? false,
    ...(jobs === undefined ? {} : { jobs }),
  };
}

function exitNamed(code: number): ExitName {
  return (Object.keys(EXIT) as ExitName[]).find((name) => EXIT[name] === code)!;
}
