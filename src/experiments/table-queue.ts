// What a table shows of the queue: what waits, runs, or failed. What is done there is an experiment.
import type { EndedTicket, Ticket } from '../core/experiment.ts';
import type { QueueEntry } from './table.ts';

/** As the queue lists itself. */
export interface QueueListing {
  readonly waiting: readonly Ticket[];
  readonly running: readonly Ticket[];
  readonly ended: readonly EndedTicket[];
}

export type Hidden = 'failed' | 'queued';

/** First what runs, then what waits, in the order of the queue; then what failed. */
export function queueEntries(
  { waiting, running, ended }: QueueListing,
  hidden: ReadonlySet<Hidden> = new Set(),
): QueueEntry[] {
  const open = [
    ...running.map((ticket): QueueEntry => ({ state: 'running', ticket })),
    ...waiting.map((ticket): QueueEntry => ({ state: 'waiting', ticket })),
  ];
  const failed = ended.flatMap((ticket): QueueEntry[] =>
    ticket.state === 'failed' || ticket.state === 'killed' ? [{ state: ticket.state, ticket }] : [],
  );
  return [...(hidden.has('queued') ? [] : open), ...(hidden.has('failed') ? [] : failed)];
}
