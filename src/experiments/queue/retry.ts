// Puts what failed or was killed back in line, where it stood; its log goes on.
import { renameSync } from 'node:fs';
import type { EndedTicket } from '../../core/experiment.ts';
import { fail } from '../../core/failure.ts';
import { runGit } from '../../git/repository.ts';
import { claimWork } from '../../run/claims.ts';
import { checkName } from '../refs.ts';
import { aloneInLine } from './alone.ts';
import { mayRunAgain } from './finish.ts';
import { claimName, type Queue, ticketFile } from './queue.ts';
import { takenNames } from './taken-names.ts';

/** `refs` is `exp.refs`. @throws MlopsError `refused` for one that has its result, or whose name is taken now */
export async function retry(queue: Queue, refs: string | undefined, ticket: EndedTicket): Promise<void> {
  const { id, name, commit } = ticket;
  if (!mayRunAgain(ticket))
    fail('refused', `${name} has its result (${ticket.state})`, {
      help: `mlops exp show ${name}; to run it again: mlops exp remove ${name}, then queue it anew`,
    });
  if (runGit(queue.repo.top, ['cat-file', '-e', `${commit}^{commit}`]).code !== 0)
    fail('missing', `the workspace that ${name} ran with is gone (${commit.slice(0, 7)})`, {
      help: 'queue it anew: mlops exp run --queue',
    });
  // Whoever ended it may still be putting its files away.
  const claim = await claimWork(
    queue.work,
    { name: claimName(id), what: `retry of ${name}` },
    { waitMs: 10_000 },
  );
  try {
    await aloneInLine(queue, `retry of ${name}`, () => {
      checkName(name, takenNames(queue, refs));
      // In one step, so that it is never in neither list nor in both.
      renameSync(ticketFile(queue, 'ended', id), ticketFile(queue, 'waiting', id));
    });
  } finally {
    claim.release();
  }
}
