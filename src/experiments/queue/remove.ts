// Takes tickets out of the queue for good.
import { rmSync } from 'node:fs';
import type { Ticket } from '../../core/experiment.ts';
import { changeRefs, refsBelow } from '../../git/refs.ts';
import { tryWork } from '../../run/claims.ts';
import { claimName, killFile, logFile, QUEUE_REFS, type Queue, ticketFile } from './queue.ts';

/** Returns those that run now: they stay. Files go first: a ref without a ticket is swept by the next who comes. */
export async function removeTickets(queue: Queue, tickets: readonly Ticket[]): Promise<Ticket[]> {
  const busy: Ticket[] = [];
  const gone: Ticket[] = [];
  for (const ticket of tickets) {
    const claim = await tryWork(queue.work, {
      name: claimName(ticket.id),
      what: `removal of ${ticket.name}`,
    });
    if (!claim) {
      busy.push(ticket);
      continue;
    }
    try {
      removeFiles(queue, ticket.id);
      gone.push(ticket);
    } finally {
      claim.release();
    }
  }
  const refs = new Set(refsBelow(queue.repo, [QUEUE_REFS]).map(({ ref }) => ref));
  changeRefs(
    queue.repo,
    gone
      .filter(({ id }) => refs.has(QUEUE_REFS + id))
      .map(({ id, commit }) => ({ ref: QUEUE_REFS + id, from: commit, to: null })),
    null,
  );
  return busy;
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
