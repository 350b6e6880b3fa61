// `mlops exp show NAME`: one experiment in full.
import { type Experiment, sameName } from '../../core/experiment.ts';
import { type ExitName, fail, MlopsError } from '../../core/failure.ts';
import { filesChanged } from '../../experiments/files-changed.ts';
import { openQueue } from '../../experiments/queue/queue.ts';
import { queueState } from '../../experiments/queue/state.ts';
import { stagesRan } from '../../experiments/ran.ts';
import { queueEntries } from '../../experiments/table-queue.ts';
import { tryResolve } from '../../git/history.ts';
import type { Project } from '../../project.ts';
import { renderExperiment, renderTicket } from '../../render/exp/one.ts';
import { actions } from '../../run/actions/registry.ts';
import { suggest } from '../../util/suggest.ts';
import type { Io } from '../command.ts';
import { diffInWords, diffOf } from '../diff-sides.ts';
import { print, printJson } from '../open-project.ts';
import { experimentSide } from '../side-named.ts';
import type { ShowFlags } from './show-flags.ts';
import { baselineSide, pipelinesOf, warnOf } from './sides.ts';

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
  const diff = await diffOf(project, from, to, pipelinesOf(project, [from, to]), {
    unreadable: warnOf(io),
  });
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
function timesOf({ repo, workspace, state, cache }: Project, experiment: Experiment) {
  try {
    const ran = stagesRan(repo, experiment, { store: workspace.store, state, cache }, actions);
    return ran.flatMap(({ stage, recorded, run, earlier }) => {
      if (!recorded) return [];
      const when = run === undefined ? 'unknown' : earlier ? 'before' : 'here';
      return [{ stage, ms: run?.ms ?? null, ran: when } as const];
    });
  } catch (error) {
    if (error instanceof MlopsError) return [];
    throw error;
  }
}
