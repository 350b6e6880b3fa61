// Works off the queue in this process: what `exp run --all` and `exp worker` share.
import { hostname } from 'node:os';
import type { EndedTicket, Ticket } from '../../core/experiment.ts';
import { EXIT, type ExitName, type MlopsError, worstExit } from '../../core/failure.ts';
import { BaselineRecords } from '../../experiments/baseline-records.ts';
import { outputLine } from '../../experiments/queue/log.ts';
import { openQueue, type Queue } from '../../experiments/queue/queue.ts';
import { type ReadResult, Searches, searchesIn } from '../../experiments/queue/searches.ts';
import { isInShard, parseShard, type Shard } from '../../experiments/queue/shard.ts';
import { parseGpus, type Slot, slotsFor } from '../../experiments/queue/slots.ts';
import { searchesOf, standingOf } from '../../experiments/queue/standing.ts';
import { queueState } from '../../experiments/queue/state.ts';
import { type LogWords, type WorkerOptions, work } from '../../experiments/queue/worker.ts';
import { runTicket } from '../../experiments/trial.ts';
import type { Project } from '../../project.ts';
import { createQueueReporter } from '../../render/queue/reporter.ts';
import { searchLine } from '../../render/queue/search.ts';
import { triedWords } from '../../render/queue/words.ts';
import { createPlainReporter } from '../../render/run/plain.ts';
import { PLAIN } from '../../render/terminal.ts';
import { limitsOf } from '../../run/limits.ts';
import { Room } from '../../run/room.ts';
import { sideOf } from '../../run/side.ts';
import { outBodies } from '../../run/values.ts';
import { plural } from '../../util/units.ts';
import type { Io } from '../command.ts';
import { say } from '../open-project.ts';
import { openAt } from './open-at.ts';
import { wholeNumber } from './whole-number.ts';

export interface WorkFlags {
  readonly jobs?: string;
  readonly gpus?: string;
  readonly json?: true;
  readonly pull?: true;
  /** `2/5`: that share of the queue alone. */
  readonly shard?: string;
}

/** The exit code is the worst of what ended. */
export async function workOff(
  io: Io,
  project: Project,
  flags: WorkFlags,
  until: WorkerOptions['until'],
): Promise<ExitName> {
  const queue = openQueue(project.repo);
  const slots = slotsFor(
    flags.jobs === undefined ? undefined : wholeNumber('-j', flags.jobs, 1),
    flags.gpus === undefined ? undefined : parseGpus(flags.gpus),
  );
  const reporter = createQueueReporter({ json: flags.json ?? false, out: io.out, err: io.err, env: io.env });
  const { refs } = project.config.exp;
  const shard = flags.shard === undefined ? undefined : parseShard(flags.shard);
  const searches = new Searches(queue, refs, readerOf(project), (text, help) =>
    reporter.report({ kind: 'warning', text, help }),
  );
  try {
    const ended = await work(queue, {
      slots,
      until,
      refs,
      env: io.env,
      signal: io.signal,
      report: reporter.report,
      by: byWhom(),
      run: runner(io, project, queue, slots, flags),
      words: logWords,
      ...(shard === undefined ? {} : { mine: mineIn(queue, shard) }),
      search: {
        more: () => (shard === undefined ? searches.more() : Promise.resolve(false)),
        ended: (ticket) => searches.ended(ticket),
      },
    });
    const reason = io.signal.aborted ? (io.signal.reason as MlopsError).failures[0]!.exit : 'ok';
    reporter.close();
    if (!flags.json) tellSearches(io, queue, ended);
    if (shard !== undefined) tellOthers(io, queue, shard);
    return worstExit([reason, ...ended.map(exitOf)]);
  } finally {
    reporter.close();
  }
}

/** Trials of a search under way depend on all the others: no machine has a share of them. */
function mineIn(queue: Queue, shard: Shard): (ticket: Ticket) => boolean {
  return (ticket) => isInShard(ticket, shard) && !searchesIn(queue).includes(ticket.sweep?.id ?? '');
}

/** What waits and was left alone on purpose. */
function tellOthers(io: Io, queue: Queue, { number, of }: Shard): void {
  const { waiting } = queueState(queue);
  const searches = searchesIn(queue).length;
  if (waiting.length > 0)
    say(
      io,
      `${plural(waiting.length, 'experiment')} of other shares than ${number}/${of} still queued here; mlops exp queue remove --waiting takes them out`,
    );
  if (searches > 0)
    say(io, `a search under way is shared out to nobody: mlops exp run --all goes on with it`);
}

/** What searches came to, of which this worker ran a trial. */
function tellSearches(io: Io, queue: Queue, ended: readonly EndedTicket[]): void {
  const searches = searchesOf(queue, ended);
  const all = searches.length > 0 ? queueState(queue).ended : [];
  for (const id of searches) say(io, searchLine(standingOf(queue, id, all), io.errStyle));
}

export function byWhom(): string {
  return `${hostname()} ${process.pid}`;
}

/** Stages of all slots together share the machine. */
function runner(
  io: Io,
  project: Project,
  queue: Queue,
  slots: readonly Slot[],
  { gpus, pull }: WorkFlags,
): WorkerOptions['run'] {
  const { jobs, exp } = project.config;
  const limits = limitsOf(jobs, gpus === undefined ? io.env : { ...io.env, CUDA_VISIBLE_DEVICES: gpus });
  const room = new Room({ ...limits, jobs: Math.max(limits.jobs, slots.length) });
  const baselines = new BaselineRecords(queue.repo);
  const open = openAt(io, project);
  return (ticket, place) =>
    runTicket(open, queue.repo, ticket, {
      ...place,
      baselines,
      refs: exp.refs,
      room,
      pull: pull ?? false,
      ...(jobs === undefined ? {} : { jobs }),
    });
}

/** Metrics that Git does not keep lie in the store. */
function readerOf(project: Project): ReadResult {
  return (experiment, file) =>
    outBodies(sideOf(project.repo, experiment), [file], project.workspace.store)[0]?.toString();
}

const logWords: LogWords = {
  began: (ticket, slot) =>
    `experiment ${ticket.name} (${triedWords(ticket)}), slot ${slot} of ${byWhom()}, ${new Date().toISOString()}\n`,
  run: (write) => {
    const plain = createPlainReporter({ write }, PLAIN);
    return {
      report: (event) => {
        const line = outputLine(event);
        if (line === undefined) plain.report(event);
        else write(line);
      },
      close: plain.close,
    };
  },
  ended: ({ state, experiment, failure }) =>
    `${state}${experiment === null ? '' : `: commit ${experiment}`}${failure === null ? '' : `: ${failure}`}\n`,
};

/** What was killed on purpose says nothing of this command. */
function exitOf({ state, exit }: EndedTicket): ExitName {
  if (state === 'killed') return 'stage';
  return (Object.keys(EXIT) as ExitName[]).find((name) => EXIT[name] === exit) ?? 'stage';
}
