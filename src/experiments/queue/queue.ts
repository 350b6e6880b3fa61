// The queue: a folder of tickets that every worktree and every worker of a repository shares.
//
//   <git-common-dir>/mlops/queue/waiting/<id>.json   a ticket: waiting, or running when `exp:<id>` is claimed
//                          queue/ended/<id>.json     the ticket and what became of it
//                          queue/claims/             who runs what
//                          queue/kill/<id>           somebody asks the worker to end it
//                          queue/sweeps/<id>.json    searches under way
//                          exp/<id>/                 the worktree it runs in
//                          logs/exp/<id>.log         what it said, from its first line
//   refs/mlops/queue/<id>                            keeps its workspace commit, as long as it may run (again)
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from '../../git/repository.ts';
import { openWork, type Work } from '../../run/claims.ts';
import { byCodeUnit } from '../../util/compare.ts';
import { orAbsent } from '../../util/errno.ts';
import type { ProcessIdentity } from '../../util/process.ts';
import { placesOf } from '../alone.ts';

export const QUEUE_REFS = 'refs/mlops/queue/';

export interface Queue {
  readonly repo: Repository;
  /** `<git-common-dir>/mlops`. */
  readonly shared: string;
  readonly dir: string;
  readonly work: Work;
}

/** `self` is given in tests of foreign hosts. */
export function openQueue(repo: Repository, self?: ProcessIdentity): Queue {
  const shared = join(repo.commonDir, 'mlops');
  const dir = join(shared, 'queue');
  const work = openWork(dir);
  return { repo, shared, dir, work: self ? { ...work, self } : work };
}

/** `waiting/<id>.json` and its sisters. */
export function ticketFile(queue: Queue, state: 'waiting' | 'ended', id: string): string {
  return join(queue.dir, state, `${id}.json`);
}

export function killFile(queue: Queue, id: string): string {
  return join(queue.dir, 'kill', id);
}

export function logFile(queue: Queue, id: string): string {
  return join(queue.shared, 'logs', 'exp', `${id}.log`);
}

export function worktreeOf(queue: Queue, id: string): string {
  return join(placesOf(queue.repo), id);
}

export function claimName(id: string): string {
  return `exp:${id}`;
}

/** Ids in the order of the queue, by their files' names alone. */
export function idsIn(queue: Queue, state: 'waiting' | 'ended' | 'searching'): string[] {
  return orAbsent(() => readdirSync(join(queue.dir, state)), [])
    .flatMap((file) => (file.endsWith('.json') && !file.startsWith('.') ? file.slice(0, -5) : []))
    .sort(byCodeUnit);
}
