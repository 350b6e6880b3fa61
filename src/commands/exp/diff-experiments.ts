import type { Experiment } from '../../core/experiment.ts';
import type { ExitName } from '../../core/failure.ts';
import { answersTo, findExperiment, listExperiments } from '../../experiments/refs.ts';
import { tryResolve } from '../../git/history.ts';
import type { Project } from '../../project.ts';
import { type Side, sideOf } from '../../run/side.ts';
import type { Io } from '../command.ts';
import { diffOf, printDiff } from '../diff-sides.ts';
import { withProject } from '../open-project.ts';
import { baselineSide, experimentSide, pipelinesOf, warnOf } from './sides.ts';

export interface ExpDiffFlags {
  readonly json?: true;
  readonly md?: true;
}

export function diffExperiments(
  io: Io,
  a: string,
  b: string | undefined,
  flags: ExpDiffFlags,
): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const experiments = listExperiments(project.repo, project.config.exp.refs);
    const sides: [Side, Side] =
      b === undefined
        ? withBaseline(project, findExperiment(experiments, a))
        : [sideCalled(project, experiments, a), sideCalled(project, experiments, b)];
    printDiff(io, await diffOf(project, ...sides, pipelinesOf(project, sides), warnOf(io)), flags);
    return 'ok';
  });
}

function withBaseline(project: Project, experiment: Experiment): [Side, Side] {
  return [baselineSide(project, experiment), experimentSide(project, experiment)];
}

/** An experiment comes before a branch of that name; `workspace` before both. */
function sideCalled(project: Project, experiments: readonly Experiment[], typed: string): Side {
  if (typed === 'workspace') return sideOf(project.repo, undefined);
  const isExperiment = experiments.some((each) => answersTo(each, typed));
  if (!isExperiment && tryResolve(project.repo, typed)) return sideOf(project.repo, typed);
  return experimentSide(project, findExperiment(experiments, typed));
}
