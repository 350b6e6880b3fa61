// `mlops exp show NAME`: one experiment in full.
import type { Experiment } from '../../core/experiment.ts';
import { type ExitName, MlopsError } from '../../core/failure.ts';
import { filesChanged, stageTimes } from '../../experiments/details.ts';
import { tryResolve } from '../../git/history.ts';
import type { Project } from '../../project.ts';
import { renderExperiment } from '../../render/exp/one.ts';
import { actions } from '../../run/actions/registry.ts';
import { committed } from '../../run/committed.ts';
import type { Io } from '../command.ts';
import { diffInWords, diffOf } from '../diff-sides.ts';
import { print, printJson } from '../open-project.ts';
import type { ShowFlags } from './show-flags.ts';
import { baselineSide, experimentSide, pipelinesOf } from './sides.ts';

export async function showOne(
  io: Io,
  project: Project,
  experiment: Experiment,
  flags: ShowFlags,
): Promise<ExitName> {
  const { repo } = project;
  const here = tryResolve(repo, experiment.baseline) !== undefined;
  const to = experimentSide(project, experiment);
  const from = here ? baselineSide(project, experiment) : to;
  const diff = await diffOf(project, from, to, pipelinesOf(project, [from, to]));
  const stages = timesOf(project, experiment);
  const files = filesChanged(repo, experiment);
  if (flags.json) {
    printJson(io, { ...experiment, stages, files: files ?? null, diff: here ? diff : null });
    return 'ok';
  }
  const form = flags.md ? 'md' : 'text';
  const differences = here ? diffInWords(io, diff, form) : '';
  const about = { experiment, stages, files, differences, now: new Date() };
  print(io, renderExperiment(about, form, io.outStyle));
  return 'ok';
}

/** None where its pipeline cannot be read any more. */
function timesOf(project: Project, experiment: Experiment) {
  try {
    const { pipeline, locks } = committed(project.repo, experiment.commit, actions);
    return stageTimes(experiment, { pipeline, locks }, project.workspace.store, project.cache.trust);
  } catch (error) {
    if (error instanceof MlopsError) return [];
    throw error;
  }
}
