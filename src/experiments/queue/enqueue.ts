// Puts experiments into the queue. Order: refs (all or none), then tickets: a ticket whose commit could be collected is
// worth nothing, a ref without a ticket is swept by the next one who comes.
import { mkdirSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ticket } from '../../core/experiment.ts';
import { fail } from '../../core/failure.ts';
import { changeRefs } from '../../git/refs.ts';
import { syncDirectory } from '../../util/atomic-write.ts';
import { pool } from '../../util/pool.ts';
import { temporaryFile } from '../../util/temporary-file.ts';
import { newName } from '../names.ts';
import { checkName } from '../refs.ts';
import { aloneInLine } from './alone.ts';
import { QUEUE_REFS, type Queue, ticketFile } from './queue.ts';
import { numberFrom } from './shard.ts';
import { takenNames } from './taken-names.ts';
import { ticketId } from './ticket-id.ts';

/** `name` null: it is given one. */
export type TicketWish = Omit<Ticket, 'v' | 'id' | 'name' | 'created'> & { readonly name: string | null };

/**
 * `refs` is `exp.refs`. @throws MlopsError `usage` for a name that cannot be, `refused` for one that is taken; then
 * nothing is queued
 */
export function enqueue(
  queue: Queue,
  refs: string | undefined,
  wishes: readonly TicketWish[],
): Promise<Ticket[]> {
  return aloneInLine(queue, 'queueing', async () => {
    const taken = new Set(takenNames(queue, refs).map((name) => name.toLowerCase()));
    const now = new Date();
    const tickets = wishes.map((wish, place): Ticket => {
      const name = wish.name === null ? newName(taken, seedOf(wish)) : takeName(wish.name, taken);
      return { ...wish, v: 1, id: ticketId(now, place, name), name, created: now.toISOString() };
    });
    const problem = changeRefs(
      queue.repo,
      tickets.map(({ id, commit }) => ({ ref: QUEUE_REFS + id, from: null, to: commit })),
      null,
    );
    if (problem !== undefined) fail('config', `refs below ${QUEUE_REFS} cannot be written: ${problem}`);
    await writeWaiting(queue, tickets);
    return tickets;
  });
}

/** Trials of a sweep are called alike by all who queue it from the same commit, such as machines that share it out. */
function seedOf({ sweep, baseline, dir, targets, overrides }: TicketWish): number | undefined {
  return sweep === null ? undefined : numberFrom([baseline, dir, targets, overrides]);
}

function takeName(name: string, taken: Set<string>): string {
  checkName(name, taken.has(name.toLowerCase()) ? [name] : []);
  taken.add(name.toLowerCase());
  return name;
}

/** Together the disk makes many files durable in the time of a few. */
const AT_ONCE = 16;

/** Each whole or not there; their names become durable together. */
async function writeWaiting(queue: Queue, tickets: readonly Ticket[]): Promise<void> {
  const dir = join(queue.dir, 'waiting');
  mkdirSync(dir, { recursive: true });
  await pool(tickets, AT_ONCE, async (ticket) => {
    const temp = temporaryFile(dir);
    try {
      await writeFile(temp, `${JSON.stringify(ticket, null, 1)}\n`, { flag: 'wx', flush: true });
      await rename(temp, ticketFile(queue, 'waiting', ticket.id));
    } catch (error) {
      rmSync(temp, { force: true });
      throw error;
    }
  });
  syncDirectory(dir);
}
