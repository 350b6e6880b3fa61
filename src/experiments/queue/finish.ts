// What became of a ticket, in this order: experiment ref (made by who ran it) → ended file → waiting file gone → queue
// ref gone → worktree gone → claim released. Whoever finds one that stopped in between goes on where it stopped.
import { rmSync } from 'node:fs';
import type { EndedTicket, Ticket } from '../../core/experiment.ts';
import { changeRefs } from '../../git/refs.ts';
import { removeWorktree } from '../../git/worktree.ts';
import { killFile, QUEUE_REFS, type Queue, ticketFile, worktreeOf } from './queue.ts';
import { writeTicket } from './ticket-file.ts';

/** The caller holds the claim of the ticket, and releases it afterwards. */
export function finish(queue: Queue, ended: EndedTicket): void {
  writeTicket(queue, 'ended', ended);
  tidy(queue, ended);
}

/** What is left to do once the ended file is there. May be called again. */
export function tidy(queue: Queue, ended: EndedTicket): void {
  rmSync(ticketFile(queue, 'waiting', ended.id), { force: true });
  if (!mayRunAgain(ended)) dropRef(queue, ended);
  rmSync(killFile(queue, ended.id), { force: true });
  removeWorktree(queue.repo, worktreeOf(queue, ended.id));
}

/** What failed can be retried, so its commit is kept until it is removed from the list. */
export function mayRunAgain({ state }: EndedTicket): boolean {
  return state === 'failed' || state === 'killed';
}

/** One that is gone already is no trouble: who finished before got as far. */
function dropRef(queue: Queue, { id, commit }: Ticket): void {
  changeRefs(queue.repo, [{ ref: QUEUE_REFS + id, from: commit, to: null }], null);
}
