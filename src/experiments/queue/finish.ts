// What became of a ticket, in this order: experiment ref (made by who ran it) → ended file → waiting file gone → worktree
// gone → claim released → queue ref gone. Whoever finds one that stopped in between goes on where it stopped.
import { rmSync } from 'node:fs';
import type { EndedTicket } from '../../core/experiment.ts';
import { removeWorktree } from '../../git/worktree.ts';
import { dropRefs } from './drop-refs.ts';
import { killFile, type Queue, ticketFile, worktreeOf } from './queue.ts';
import { writeTicket } from './ticket-file.ts';

/**
 * The caller holds the claim of the ticket, and releases it afterwards. Its ref is left to `dropRefs`: Git takes as long
 * for one as for all that a worker ended.
 */
export function finish(queue: Queue, ended: EndedTicket): void {
  writeTicket(queue, 'ended', ended);
  putAway(queue, ended);
}

/** What is left to do once the ended file is there. May be called again. */
export function tidy(queue: Queue, ended: EndedTicket): void {
  putAway(queue, ended);
  if (!mayRunAgain(ended)) dropRefs(queue, [ended.id]);
}

function putAway(queue: Queue, { id }: EndedTicket): void {
  rmSync(ticketFile(queue, 'waiting', id), { force: true });
  rmSync(killFile(queue, id), { force: true });
  removeWorktree(queue.repo, worktreeOf(queue, id));
}

/** What failed can be retried, so its commit is kept until it is removed from the list. */
export function mayRunAgain({ state }: EndedTicket): boolean {
  return state === 'failed' || state === 'killed';
}
