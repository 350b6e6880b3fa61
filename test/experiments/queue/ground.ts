// A queue in a repository of its own, and tickets for it.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EndedTicket, Ticket } from '../../../src/core/experiment.ts';
import { type CommitId, commitOf } from '../../../src/core/ids.ts';
import { enqueue, type TicketWish } from '../../../src/experiments/queue/enqueue.ts';
import { openQueue, type Queue } from '../../../src/experiments/queue/queue.ts';
import { requireRepository } from '../../../src/git/repository.ts';
import { temporaryFolder } from '../../child.ts';

export interface Ground {
  readonly queue: Queue;
  readonly top: string;
  readonly commit: CommitId;
  git(...args: readonly string[]): string;
  wish(name: string | null): TicketWish;
  /** Queues by name. */
  add(...names: readonly string[]): Promise<Ticket[]>;
  refs(): string[];
}

export function openGround(): Ground {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      cwd: folder.path,
      encoding: 'utf8',
    });
  git('init', '-q', '-b', 'main');
  writeFileSync(join(folder.path, 'a.txt'), 'a\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'first');
  const commit = commitOf(git('rev-parse', 'HEAD').trim());
  const queue = openQueue(requireRepository(folder.path));
  const wish = (name: string | null): TicketWish => ({
    name,
    baseline: commit,
    commit,
    overrides: [],
    message: null,
    targets: [],
    dir: '',
    sweep: null,
  });
  return {
    queue,
    top: folder.path,
    commit,
    git,
    wish,
    add: (...names) => enqueue(queue, undefined, names.map(wish)),
    refs: () => git('for-each-ref', '--format=%(refname)', 'refs/mlops/').split('\n').filter(Boolean),
  };
}

export function ended(ticket: Ticket, more: Partial<EndedTicket> = {}): EndedTicket {
  return {
    ...ticket,
    state: 'done',
    exit: 0,
    experiment: ticket.commit,
    failure: null,
    started: '2026-01-02T03:04:05.000Z',
    ended: '2026-01-02T03:04:06.000Z',
    by: 'here 1',
    ...more,
  };
}
