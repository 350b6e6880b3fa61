// `mlops exp show NAME`: one experiment in full.
import { type Experiment, sameName } from '../../core/experiment.ts';
import { type ExitName, fail, MlopsError } from '../../core/failure.ts';
import { filesChanged, stageTimes } from '../../experiments/details.ts';
import { openQueue } from '../../experiments/queue/queue.ts';
import { queueState } from '../../experiments/queue/state.ts';
import { queueEntries } from '../../experiments/table-queue.ts';
import { tryResolve } from '../../git/history.ts';
import type { Project } from '../../project.ts';
import { renderExperiment, renderTicket } from '../../render/exp/one.ts';
import { actions } from '../../run/actions/registry.ts';
import { committed } from '../../run/committed.ts';
import { suggest } from '../../util/suggest.ts';
import type { Io } from '../command.ts';
import { diffInWords, diffOf } from '../diff-sides.ts';
import { print, printJson } from '../open-project.ts';
import type { ShowFlags } from './show-flags.ts';
import { baselineSide, experimentSide, pipelinesOf, warnOf } from './sides.ts';

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
  const diff = await diffOf(project, from, to, pipelinesOf(project, [from, to]), warnOf(io));
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

/** What waits, runs or failed. @throws MlopsError `config` when nothing is called so */
export function showTicket(
  io: Io,
  { repo }: Project,
  typed: string,
  experiments: readonly Experiment[],
  flags: ShowFlags,
): ExitName {
  const { waiting, running, ended } = queueState(openQueue(repo));
  const entry = queueEntries({ waiting, running, ended }).findLast(({ ticket }) =>
    sameName(ticket.name, typed),
  );
  if (!entry) {
    const names = [...experiments, ...waiting, ...running, ...ended].map(({ name }) => name);
    const near = suggest(typed, names);
    return fail('config', `no experiment or commit is called "${typed}"`, {
      help: near ? `did you mean ${near}?` : 'mlops exp show -A lists all experiments',
    });
  }
  if (flags.json) printJson(io, { ...entry.ticket, state: entry.state });
  else print(io, renderTicket({ ...entry, now: new Date() }, io.outStyle));
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
