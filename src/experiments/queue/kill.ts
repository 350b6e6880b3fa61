// Ends an experiment that runs, whoever runs it and wherever: a file asks its worker, who watches for it.
import type { EndedTicket, Ticket } from '../../core/experiment.ts';
import { claimWork } from '../../run/claims.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { endedNow, KILLED } from './ending.ts';
import { finish, tidy } from './finish.ts';
import { claimName, killFile, type Queue } from './queue.ts';
import { readEnded } from './ticket-file.ts';

/** A worker first asks the stage to end, and gives it ten seconds. */
const PATIENCE_MS = 60_000;

/** Resolves when it has ended, as it says. `by`: `host pid`. @throws MlopsError `busy` when its worker does not answer */
export async function kill(
  queue: Queue,
  ticket: Ticket,
  by: string,
  signal: AbortSignal,
): Promise<EndedTicket> {
  const asked = new Date();
  writeAtomic(killFile(queue, ticket.id), `${by} ${asked.toISOString()}\n`);
  const claim = await claimWork(
    queue.work,
    { name: claimName(ticket.id), what: `the end of ${ticket.name}` },
    { signal, waitMs: PATIENCE_MS },
  );
  try {
    const ended = readEnded(queue, ticket.id);
    if (ended) {
      tidy(queue, ended);
      return ended;
    }
    // Its worker died, or gave it back: now nobody runs it, and nobody shall.
    const killed = endedNow(ticket, KILLED, asked, by);
    finish(queue, killed);
    return killed;
  } finally {
    claim.release();
  }
}
