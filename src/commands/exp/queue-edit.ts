// `mlops exp queue remove|retry|kill`: on names, or on all of a kind.
import type { EndedTicket, Ticket } from '../../core/experiment.ts';
import { type ExitName, fail } from '../../core/failure.ts';
import { mayRunAgain } from '../../experiments/queue/finish.ts';
import { kill } from '../../experiments/queue/kill.ts';
import { openQueue, type Queue } from '../../experiments/queue/queue.ts';
import { removeFiles, removeTickets } from '../../experiments/queue/remove.ts';
import { retry } from '../../experiments/queue/retry.ts';
import { endSearch, Searches, searchesIn } from '../../experiments/queue/searches.ts';
import { findTicket, type QueueState, queueState } from '../../experiments/queue/state.ts';
import { nameInId } from '../../experiments/queue/ticket-id.ts';
import type { Project } from '../../project.ts';
import { STATE_WORDS } from '../../render/queue/words.ts';
import { plural } from '../../util/units.ts';
import type { Io } from '../command.ts';
import { say, withProject } from '../open-project.ts';
import { byWhom } from './work.ts';

export interface RemoveFlags {
  readonly waiting?: true;
  readonly queued?: true;
  readonly ended?: true;
  readonly failed?: true;
  readonly all?: true;
}

export function queueRemove(io: Io, names: readonly string[], flags: RemoveFlags): Promise<ExitName> {
  return edit(io, async (project, queue, state) => {
    const waiting = flags.waiting ?? flags.queued ?? flags.all ?? false;
    const ended = flags.ended ?? flags.all ?? false;
    const damagedAs = (name: string): string[] =>
      state.damaged.filter((id) => id === name || nameInId(id) === name);
    const bad = names.filter((name) => damagedAs(name).length > 0);
    const tickets = [
      ...names.filter((name) => !bad.includes(name)).map((name) => findTicket(state, name).ticket),
      ...(waiting ? state.waiting : []),
      ...state.ended.filter((each) => ended || (flags.failed && mayRunAgain(each))),
    ];
    const damaged = waiting ? state.damaged : [...new Set(bad.flatMap(damagedAs))];
    const searches = waiting ? searchesIn(queue) : [];
    if (tickets.length + damaged.length + searches.length === 0) requireNames(names, flags, 'remove');
    for (const id of searches) endSearch(queue, id);
    for (const id of damaged) removeFiles(queue, id);
    const busy = await removeTickets(queue, tickets);
    const gone = tickets.filter((ticket) => !busy.includes(ticket));
    await tellSearches(
      project,
      queue,
      state.waiting.filter((ticket) => gone.includes(ticket)),
    );
    const count = gone.length + damaged.length;
    const taken = [
      ...(searches.length > 0 ? [plural(searches.length, 'search', 'searches')] : []),
      ...(count > 0 || searches.length === 0 ? [plural(count, 'experiment')] : []),
    ];
    say(io, `${taken.join(' and ')} taken out of the queue`);
    if (busy.length > 0)
      fail('refused', `${list(busy)} ${busy.length === 1 ? 'runs' : 'run'} now`, {
        help: `mlops exp queue kill ${busy.map(({ name }) => name).join(' ')}`,
      });
  });
}

/** A trial that was taken out will never say what it reached. */
async function tellSearches(project: Project, queue: Queue, removed: readonly Ticket[]): Promise<void> {
  const searches = new Searches(
    queue,
    project.config.exp.refs,
    () => undefined,
    () => {},
  );
  for (const ticket of removed) if (ticket.sweep) await searches.ended({ ...ticket, experiment: null });
}

export interface RetryFlags {
  readonly failed?: true;
}

export function queueRetry(io: Io, names: readonly string[], flags: RetryFlags): Promise<ExitName> {
  return edit(io, async (project, queue, state) => {
    const named = names.map((name): EndedTicket => {
      const found = findTicket(state, name);
      return found.kind === 'ended'
        ? found.ticket
        : fail('refused', `${name} is ${found.kind}, and will end`);
    });
    const tickets = new Set([...named, ...(flags.failed ? state.ended.filter(mayRunAgain) : [])]);
    if (tickets.size === 0) requireNames(names, flags, 'retry');
    for (const ticket of tickets) await retry(queue, project.config.exp.refs, ticket);
    say(io, `${plural(tickets.size, 'experiment')} back in line\nnext: mlops exp run --all`);
  });
}

export interface KillFlags {
  readonly all?: true;
}

export function queueKill(io: Io, names: readonly string[], flags: KillFlags): Promise<ExitName> {
  return edit(io, async (_, queue, state) => {
    const named = names.map((name): Ticket => {
      const found = findTicket(state, name);
      if (found.kind === 'running') return found.ticket;
      return fail('refused', `${name} does not run: it ${found.kind === 'waiting' ? 'waits' : 'has ended'}`, {
        help: `mlops exp queue remove ${name}`,
      });
    });
    const tickets = [...new Set([...named, ...(flags.all ? state.running : [])])];
    if (tickets.length === 0) requireNames(names, flags, 'kill');
    const ended = await Promise.all(
      tickets.map(({ id }) => kill(queue, withoutPlace(state, id), byWhom(), io.signal)),
    );
    for (const { name, state: how } of ended) say(io, `${name}: ${STATE_WORDS[how]}`);
  });
}

/** The ticket as it stands in its file. */
function withoutPlace({ running }: QueueState, id: string): Ticket {
  const { slot: _, pid: __, host: ___, since: ____, ...ticket } = running.find((each) => each.id === id)!;
  return ticket;
}

function requireNames(names: readonly string[], flags: object, verb: string): void {
  if (names.length === 0 && Object.keys(flags).length === 0)
    fail('usage', `which ones? Name them, or say what kind`, { help: `mlops exp queue ${verb} --help` });
}

function list(tickets: readonly Ticket[]): string {
  return tickets.map(({ name }) => name).join(', ');
}

function edit(
  io: Io,
  work: (project: Project, queue: Queue, state: QueueState) => Promise<void>,
): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const queue = openQueue(project.repo);
    await work(project, queue, queueState(queue));
    return 'ok';
  });
}
