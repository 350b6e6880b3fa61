// What workers and enqueuers that were killed left behind, beside tickets: those are continued by who takes them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { changeRefs, refsBelow } from '../../git/refs.ts';
import { removeWorktree } from '../../git/worktree.ts';
import { tryWork } from '../../run/claims.ts';
import { orAbsent } from '../../util/errno.ts';
import { placesOf } from '../alone.ts';
import { aloneInLine } from './alone.ts';
import { mayRunAgain } from './finish.ts';
import { claimName, idsIn, QUEUE_REFS, type Queue, worktreeOf } from './queue.ts';
import { searchesIn } from './searches.ts';
import { readEnded } from './ticket-file.ts';
import { nameInId } from './ticket-id.ts';

export async function clearLeftovers(queue: Queue): Promise<void> {
  await dropStrayRefs(queue);
  await removeStrayWorktrees(queue);
}

/** Refs whose ticket was never written, or has ended for good; what a file that cannot be read says is not known. Nobody enqueues meanwhile. */
function dropStrayRefs(queue: Queue): Promise<void> {
  return aloneInLine(queue, 'tidying', () => {
    const waiting = new Set([...idsIn(queue, 'waiting'), ...searchesIn(queue)]);
    const over = new Set(idsIn(queue, 'ended'));
    const stray = refsBelow(queue.repo, [QUEUE_REFS]).filter(({ ref }) => {
      const id = ref.slice(QUEUE_REFS.length);
      if (waiting.has(id)) return false;
      if (!over.has(id)) return true;
      const ended = readEnded(queue, id);
      return ended !== undefined && !mayRunAgain(ended);
    });
    changeRefs(
      queue.repo,
      stray.map(({ ref, commit }) => ({ ref, from: commit, to: null })),
      null,
    );
  });
}

/** Of tickets that wait, whoever takes them does it. */
async function removeStrayWorktrees(queue: Queue): Promise<void> {
  // Git keeps a folder of its own for each; a removal may have been cut off between the two.
  const folders = [placesOf(queue.repo), join(queue.repo.commonDir, 'worktrees')];
  const names = folders.flatMap((folder) => orAbsent(() => readdirSync(folder), []));
  // What runs at once, without a ticket, has other names and looks after itself.
  const ids = [...new Set(names)].filter((name) => nameInId(name) !== undefined);
  const waiting = new Set(idsIn(queue, 'waiting'));
  for (const id of ids.filter((each) => !waiting.has(each))) {
    const claim = await tryWork(queue.work, { name: claimName(id), what: 'tidying' });
    if (!claim) continue;
    try {
      removeWorktree(queue.repo, worktreeOf(queue, id));
    } finally {
      claim.release();
    }
  }
}
