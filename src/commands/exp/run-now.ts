// `exp run` at once: in the workspace, or isolated in a work tree of its own. The live view is that of `repro`.
import type { RunEvent } from '../../core/event.ts';
import { type Override, overrideWords } from '../../core/experiment.ts';
import { EXIT, type ExitName, fail } from '../../core/failure.ts';
import type { CommitId } from '../../core/ids.ts';
import { inOwnPlace } from '../../experiments/alone.ts';
import { Baselines } from '../../experiments/baselines.ts';
import { putBackWords, runHere } from '../../experiments/here.ts';
import { parseOverrides } from '../../experiments/overrides/parse.ts';
import { planTrial, runTrial, type Trial, type TrialOptions } from '../../experiments/trial.ts';
import { commitAll, commitWorkspace, type WorkspaceCommit } from '../../experiments/workspace-commit.ts';
import { modifiedAmong } from '../../git/files.ts';
import type { Project } from '../../project.ts';
import { renderFailure } from '../../render/failure.ts';
import type { Reporter } from '../../render/run/reporter.ts';
import type { RunContext } from '../../run/context.ts';
import { selectStages } from '../../run/select.ts';
import type { Io } from '../command.ts';
import { hideFromGit } from '../edit-files.ts';
import { print, say, withProject } from '../open-project.ts';
import { jobsOf, untold } from '../repro.ts';
import { chooseName } from './choose-name.ts';
import { openAt } from './open-at.ts';
import type { RunFlags } from './run.ts';

type Wish = Omit<Trial, 'baseline' | 'commit'>;

export function runNow(io: Io, targets: readonly string[], flags: RunFlags): Promise<ExitName> {
  return withProject<ExitName>(io, flags.json ? 'json' : undefined, (project, reporter) => {
    const wish = wishOf(project, targets, flags);
    if (flags.dry) return plan(io, project, reporter, wish, flags);
    return flags.isolated
      ? isolated(io, project, reporter, wish, flags)
      : here(io, project, reporter, wish, flags);
  });
}

function wishOf(project: Project, targets: readonly string[], flags: RunFlags): Wish {
  const pipeline = project.requirePipeline();
  selectStages(pipeline, targets, project.dir, 'upstream');
  return {
    name: chooseName(project, flags.name),
    message: flags.message ?? null,
    overrides: overridesOf(project, flags),
    targets,
    dir: project.dir,
    sweep: null,
    ticket: null,
  };
}

function overridesOf(project: Project, { setParam }: RunFlags): readonly Override[] {
  if (setParam.length === 0) return [];
  const { fixed, dimensions } = parseOverrides(setParam, {
    dir: project.dir,
    read: (file) => project.read(file),
  });
  if (dimensions.length > 0)
    fail('usage', 'several values for a param make several experiments', { help: '--queue' });
  return fixed;
}

async function isolated(
  io: Io,
  project: Project,
  reporter: Reporter,
  wish: Wish,
  flags: RunFlags,
): Promise<ExitName> {
  const open = openAt(io, project.repo);
  const at = await commitIsolated(project, wish);
  const trial = { ...wish, ...at };
  const outcome = await inOwnPlace(project.repo, project.claims.shared, trial.name, (worktree) =>
    runTrial(open, project.repo, trial, { ...trialOptions(io, project, reporter, flags), worktree }),
  );
  reporter.close();
  const exit = exitNamed(outcome.exit);
  if ('experiment' in outcome) tell(io, flags, trial.name, outcome.experiment, exit);
  else if (outcome.state === 'failed') say(io, `no experiment was kept: ${outcome.failure}`);
  if ('experiment' in outcome && !flags.json)
    say(io, `next: mlops exp show, or mlops exp apply ${trial.name}`);
  return exit;
}

async function here(
  io: Io,
  project: Project,
  reporter: Reporter,
  wish: Wish,
  flags: RunFlags,
): Promise<ExitName> {
  const clean = cleanFiles(project, wish.overrides);
  const { result, experiment, putBack } = await runHere(project.runContext(), wish, {
    open: () => openHere(io, project, reporter, wish.name),
    repro: { ...reproFlags(project, flags), dry: false, keepGoing: false, single: false },
    baselines: new Baselines(project.repo),
    refs: project.config.exp.refs,
  });
  reporter.close();
  if (!flags.json) for (const each of untold(result)) io.err.write(renderFailure(each, io.errStyle));
  if (experiment) {
    tell(io, flags, experiment.name, experiment.commit, result.exit);
    if (!flags.json) for (const line of keptLines(wish.overrides, clean)) say(io, line);
    if (!flags.json) say(io, 'next: mlops exp show');
  } else {
    const back = putBack ? `: ${putBackWords(putBack)}; mlops repro brings outs back` : '';
    say(io, `no experiment was kept${back}`);
  }
  return result.exit;
}

/** The workspace with the overrides in it. */
function openHere(io: Io, project: Project, { report }: Reporter, name: string): RunContext {
  project.reload();
  for (const path of hideFromGit(project))
    report({ kind: 'note', text: `${path} keeps outs and data out of Git` });
  return { ...project.runContext(), env: { ...io.env, MLOPS_EXP_NAME: name } };
}

/** What would run, found out in a work tree of its own that goes again: the user's files stay as they are. */
async function plan(
  io: Io,
  project: Project,
  reporter: Reporter,
  wish: Wish,
  flags: RunFlags,
): Promise<ExitName> {
  const open = openAt(io, project.repo);
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
    report: (event: RunEvent) => report(event),
    baselines: new Baselines(project.repo),
    refs: project.config.exp.refs,
  };
}

function reproFlags(project: Project, flags: RunFlags) {
  const jobs = jobsOf(flags.jobs) ?? project.config.jobs;
  const force = flags.force ?? false;
  return { ...(jobs === undefined ? {} : { jobs }), force, useCache: !force, pull: flags.pull ?? false };
}

/** The name is the command's data: people read it, programs get it as JSON. */
function tell(io: Io, { json }: RunFlags, name: string, commit: CommitId, exit: ExitName): void {
  if (json) io.out.write(`${JSON.stringify({ kind: 'experiment', name, commit, exit })}\n`);
  else print(io, `experiment ${name}`);
}

/** Files that the overrides change and that are as Git has them now: these can be had back from it. */
function cleanFiles(project: Project, overrides: readonly Override[]): Set<string> {
  const files = [...new Set(overrides.map(({ file }) => file))];
  const modified = new Set(modifiedAmong(project.repo, files));
  return new Set(files.filter((file) => !modified.has(file)));
}

function keptLines(overrides: readonly Override[], clean: ReadonlySet<string>): string[] {
  const files = [...new Set(overrides.map(({ file }) => file))];
  return files.map((file) => {
    const words = overrides.filter((each) => each.file === file).map(overrideWords);
    const undo = clean.has(file) ? `; undo: git restore ${file} && mlops repro` : '';
    return `${file} keeps ${words.join(' ')}${undo}`;
  });
}

function exitNamed(code: number): ExitName {
  return (Object.keys(EXIT) as ExitName[]).find((name) => EXIT[name] === code)!;
}
