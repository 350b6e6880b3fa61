// One experiment at once in a work tree of its own, without the queue: claimed while it runs, so that what a killed
// one left is told from what another process works in.
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from '../git/repository.ts';
import { removeWorktree } from '../git/worktree.ts';
import { claimWork, recoverWork } from '../run/claims.ts';
import type { RunContext } from '../run/context.ts';
import { readClaims } from '../util/claim-file.ts';
import { orAbsent } from '../util/errno.ts';

const PREFIX = 'now-';

/** `work` is given the folder of the work tree. */
export async function inOwnPlace<T>(
  repo: Repository,
  shared: RunContext['claims']['shared'],
  name: string,
  work: (worktree: string) => Promise<T>,
): Promise<T> {
  const id = `${PREFIX}${randomBytes(6).toString('hex')}`;
  const claim = await claimWork(shared, { name: claimOf(id), what: `experiment ${name}` });
  try {
    removeLeftovers(repo, shared);
    return await work(join(placesOf(repo), id));
  } finally {
    claim.release();
  }
}

/** `<common>/mlops/exp`: a work tree for each experiment that runs. */
export function placesOf(repo: Repository): string {
  return join(repo.commonDir, 'mlops', 'exp');
}

/** Work trees of those that were killed. */
export function removeLeftovers(repo: Repository, shared: RunContext['claims']['shared']): void {
  const left = orAbsent(() => readdirSync(placesOf(repo)), []).filter((id) => id.startsWith(PREFIX));
  if (left.length === 0) return;
  recoverWork(shared, undefined);
  const claimed = new Set(readClaims(shared).map(({ content }) => content.name));
  for (const id of left) if (!claimed.has(claimOf(id))) removeWorktree(repo, join(placesOf(repo), id));
}

function claimOf(id: string): string {
  return `exp:${id}`;
}
