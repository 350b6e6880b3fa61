// The log of an experiment, as far as it is; or on until it ends.
import { closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ExitName, fail } from '../../core/failure.ts';
import { logFile, openQueue, type Queue } from '../../experiments/queue/queue.ts';
import { findTicket, queueState } from '../../experiments/queue/state.ts';
import { readTicket } from '../../experiments/queue/ticket-file.ts';
import { watchFolder } from '../../util/folder.ts';
import type { Io } from '../command.ts';
import { say, withProject } from '../open-project.ts';

/** How often a file that makes no events is looked at. */
const LOOK_MS = 500;

export function queueLogs(io: Io, name: string, flags: { readonly follow?: true }): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const queue = openQueue(project.repo);
    const { kind, ticket } = findTicket(queueState(queue), name);
    if (!existsSync(logFile(queue, ticket.id)) && !(flags.follow && kind !== 'ended'))
      fail('missing', kind === 'waiting' ? `${name} has not begun` : `${name} has no log here`, {
        help: kind === 'waiting' ? `mlops exp queue logs ${name} -f waits for it` : 'mlops exp queue status',
      });
    if (kind === 'waiting' && flags.follow) say(io, `${name} waits; its log follows`);
    await printLog(io, queue, ticket.id, flags.follow ? 'its end' : 'now');
    return 'ok';
  });
}

async function printLog(io: Io, queue: Queue, id: string, until: 'now' | 'its end'): Promise<void> {
  const path = logFile(queue, id);
  mkdirSync(dirname(path), { recursive: true });
  const folder = until === 'its end' ? watchFolder(dirname(path)) : undefined;
  let at = 0;
  try {
    for (;;) {
      const quiet = new AbortController();
      const change = folder?.change((file) => path.endsWith(file), LOOK_MS, quiet.signal);
      // In this order: what it said before it ended is read after it was seen to have ended.
      const over = readTicket(queue, id) === 'absent';
      at = printFrom(io, path, at);
      if (over || !change || io.signal.aborted) {
        quiet.abort();
        return;
      }
      const stop = (): void => quiet.abort();
      io.signal.addEventListener('abort', stop, { once: true });
      await change;
      io.signal.removeEventListener('abort', stop);
    }
  } finally {
    folder?.close();
  }
}

/** Returns where the next look begins. */
function printFrom(io: Io, path: string, from: number): number {
  if (!existsSync(path)) return from;
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(1 << 16);
    let at = from;
    for (;;) {
      const got = readSync(fd, buffer, 0, buffer.length, at);
      // Whole lines only: a character may be cut at the end of what is there.
      const whole = buffer.lastIndexOf(10, got - 1) + 1;
      const take = got === buffer.length && whole === 0 ? got : Math.min(whole, got);
      if (got === 0 || take === 0) return at;
      io.out.write(buffer.toString('utf8', 0, take));
      at += take;
    }
  } finally {
    closeSync(fd);
  }
}
