// What the queue holds: what waits, what runs and where, what has ended.
import type { EndedTicket, Ticket } from '../../core/experiment.ts';
import { sameName } from '../../core/experiment.ts';
import { fail } from '../../core/failure.ts';
import { livingWork } from '../../run/claims.ts';
import type { ClaimContent } from '../../util/claim-file.ts';
import { suggest } from '../../util/suggest.ts';
import { idsIn, type Queue } from './queue.ts';
import { idInClaim, slotInClaim } from './take.ts';
import { readEnded, readTicket } from './ticket-file.ts';

export interface RunningTicket extends Ticket {
  readonly slot: number | null;
  readonly pid: number;
  readonly host: string;
  /** ISO time. */
  readonly since: string;
}

export interface QueueState {
  /** In the order of the queue. */
  readonly waiting: readonly Ticket[];
  readonly running: readonly RunningTicket[];
  /** In the order in which they ended. */
  readonly ended: readonly EndedTicket[];
  /** Ids of files that say no ticket. */
  readonly damaged: readonly string[];
}

export function queueState(queue: Queue): QueueState {
  const holders = new Map(
    livingWork(queue.work).flatMap(({ content }) => {
      const id = idInClaim(content);
      return id === undefined ? [] : [[id, content] as const];
    }),
  );
  const waiting: Ticket[] = [];
  const running: RunningTicket[] = [];
  const damaged: string[] = [];
  const listed = new Map<string, Ticket>();
  for (const id of idsIn(queue, 'waiting')) {
    const read = readTicket(queue, id);
    if (read === 'damaged') damaged.push(id);
    else if (read !== 'absent') listed.set(id, read.ticket);
  }
  const ended = idsIn(queue, 'ended').flatMap((id) => readEnded(queue, id) ?? []);
  // One that has ended may still be on its way out of the line.
  for (const { id } of ended) listed.delete(id);
  for (const [id, ticket] of listed) {
    const holder = holders.get(id);
    if (holder) running.push(runningTicket(ticket, holder));
    else waiting.push(ticket);
  }
  return { waiting, running, ended: ended.sort((a, b) => (a.ended < b.ended ? -1 : 1)), damaged };
}

function runningTicket(ticket: Ticket, claim: ClaimContent): RunningTicket {
  const { pid, host, since } = claim;
  return { ...ticket, slot: slotInClaim(claim) ?? null, pid, host, since };
}

export type Found =
  | { readonly kind: 'waiting'; readonly ticket: Ticket }
  | { readonly kind: 'running'; readonly ticket: RunningTicket }
  | { readonly kind: 'ended'; readonly ticket: EndedTicket };

/** By name or id; of several that ended the last. @throws MlopsError `config` when there is none */
export function findTicket(state: QueueState, typed: string): Found {
  const matches = ({ name, id }: Ticket): boolean => sameName(name, typed) || id === typed;
  const running = state.running.find(matches);
  if (running) return { kind: 'running', ticket: running };
  const waiting = state.waiting.find(matches);
  if (waiting) return { kind: 'waiting', ticket: waiting };
  const ended = state.ended.findLast(matches);
  if (ended) return { kind: 'ended', ticket: ended };
  const names = [...state.waiting, ...state.running, ...state.ended].map(({ name }) => name);
  const nearest = suggest(typed, names);
  return fail('config', `the queue has no "${typed}"`, {
    help: nearest ? `did you mean ${nearest}?` : 'mlops exp queue status lists what it has',
  });
}
