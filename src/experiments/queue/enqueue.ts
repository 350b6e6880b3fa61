// Puts experiments into the queue. Order: refs (all or none), then tickets: a ticket whose commit could be collected is
// worth nothing, a ref without a ticket is swept by the next one who comes.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Ticket } from '../../core/experiment.ts';
import { fail } from '../../core/failure.ts';
import { changeRefs, refsBelow } from '../../git/refs.ts';
import { exclusively } from '../../run/exclusively.ts';
import { syncDirectory, writeWhole } from '../../util/atomic-write.ts';
import { temporaryFile } from '../../util/temporary-file.ts';
import { newName } from '../names.ts';
import { checkName, experimentPrefixes } from '../refs.ts';
import { idsIn, QUEUE_REFS, type Queue, ticketFile } from './queue.ts';
import { nameInId, ticketId } from './ticket-id.ts';

/** `name` null: it is given one. */
export type TicketWish = Omit<Ticket, 'v' | 'id' | 'name' | 'created'> & { readonly name: string | null };

/**
 * `refs` is `exp.refs`. @throws MlopsError `usage` for a name that cannot be, `refused` for one that is taken; then
 * nothing is queued
 */
export function enqueue(queue: Queue, refs: string | undefined, wishes: readonly TicketWish[]): Ticket[] {
  return exclusively(queue.work, 'enqueue', () => {
    const taken = takenNames(queue, refs);
    const now = new Date();
    const tickets = wishes.map((wish, place): Ticket => {
      const name = wish.name === null ? newName(taken) : takeName(wish.name, taken);
      return { ...wish, v: 1, id: ticketId(now, place, name), name, created: now.toISOString() };
    });
    const problem = changeRefs(
      queue.repo,
      tickets.map(({ id, commit }) => ({ ref: QUEUE_REFS + id, from: null, to: commit })),
      null,
    );
    if (problem !== undefined) fail('config', `refs below ${QUEUE_REFS} cannot be written: ${problem}`);
    writeWaiting(queue, tickets);
    return tickets;
  });
}

/** Lower case: names of experiments, and of what waits or runs. */
function takenNames(queue: Queue, refs: string | undefined): Set<string> {
  const experiments = refsBelow(queue.repo, experimentPrefixes(refs)).map(({ ref }) => ref.split('/').at(-1)!);
  const waiting = idsIn(queue, 'waiting').flatMap((id) => nameInId(id) ?? []);
  return new Set([...experiments, ...waiting].map((name) => name.toLowerCase()));
}

function takeName(name: string, taken: Set<string>): string {
  checkName(name, taken.has(name.toLowerCase()) ? [name] : []);
  taken.add(name.toLowerCase());
  return name;
}

/** Each whole or not there; their names become durable together. */
function writeWaiting(queue: Queue, tickets: readonly Ticket[]): void {
  const dir = join(queue.dir, 'waiting');
  mkdirSync(dir, { recursive: true });
  for (const ticket of tickets) {
    const temp = temporaryFile(dir);
    const fd = openSync(temp, 'wx');
    try {
      try {
        writeWhole(fd, Buffer.from(`${JSON.stringify(ticket, null, 1)}\n`));
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(temp, ticketFile(queue, 'waiting', ticket.id));
    } catch (error) {
      rmSync(temp, { force: true });
      throw error;
    }
  }
  syncDirectory(dir);
}
