// Takes tickets out of the queue for good.
import { rmSync } from 'node:fs';
import type { Ticket } from '../../core/experiment.ts';
import { tryWork } from '../../run/claims.ts';
import { dropRefs } from './drop-refs.ts';
import { claimName, killFile, logFile, type Queue, ticketFile } from './queue.ts';

/** Returns those that run now: they stay. Files go first: a ref without a ticket is swept by the next who comes. */
export async function removeTickets(queue: Queue, tickets: readonly Ticket[]): Promise<readonly Ticket[]> {
  const busy = await removeClaimed(queue, tickets);
  dropRefs(
    queue,
    tickets.filter((ticket) => !busy.includes(ticket)).map(({ id }) => id),
  );
  return busy;
}

/** All under one claim; where somebody has one of them, each half by itself. */
async function removeClaimed(queue: Queue, tickets: readonly Ticket[]): Promise<readonly Ticket[]> {
  const [first, ...others] = tickets.map(({ id }) => claimName(id));
  if (first === undefined) return [];
  const claim = await tryWork(queue.work, { name: first, also: others, what: 'removal from the queue' });
  if (claim) {
    try {
      for (const { id } of tickets) removeFiles(queue, id);
      return [];
    } finally {
      claim.release();
    }
  }
  if (tickets.length === 1) return tickets;
  const half = Math.ceil(tickets.length / 2);
  return [
    ...(await removeClaimed(queue, tickets.slice(0, half))),
    ...(await removeClaimed(queue, tickets.slice(half))),
  ];
}

/** Also of a ticket that cannot be read. */
export function removeFiles(queue: Queue, id: string): void {
  for (const file of [
    ticketFile(queue, 'waiting', id),
    ticketFile(queue, 'ended', id),
    killFile(queue, id),
    logFile(queue, id),
  ])
    rmSync(file, { force: true });
}
