// Tickets as files. They are read as data from anywhere: what a ticket says becomes refs and paths.
import { readFileSync } from 'node:fs';
import type { EndedTicket, Ticket } from '../../core/experiment.ts';
import { experimentNameProblem, isOverride } from '../../core/experiment.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { orAbsent } from '../../util/errno.ts';
import { type Queue, ticketFile } from './queue.ts';

/** `damaged`: it is there and says no ticket, or one of a later version. */
export type ReadTicket = { readonly ticket: Ticket } | 'absent' | 'damaged';

export function readTicket(queue: Queue, id: string): ReadTicket {
  const value = valueIn(ticketFile(queue, 'waiting', id));
  if (value === 'absent' || value === 'damaged') return value;
  if (!isTicket(value, id)) return 'damaged';
  // One that is retried still says how it ended before.
  const { state: _, exit: __, experiment: ___, failure: ____, started, ended, by, ...ticket } = value;
  return { ticket: ticket as unknown as Ticket };
}

/** Undefined when it has not ended, or its file says nothing that can be read. */
export function readEnded(queue: Queue, id: string): EndedTicket | undefined {
  const value = valueIn(ticketFile(queue, 'ended', id));
  if (value === 'absent' || value === 'damaged' || !isTicket(value, id)) return undefined;
  const { state, exit, started, ended } = value;
  const known = ['done', 'gate', 'failed', 'killed'].includes(String(state));
  return known && typeof exit === 'number' && typeof started === 'string' && typeof ended === 'string'
    ? (value as unknown as EndedTicket)
    : undefined;
}

/** The end of one that has its experiment need not outlive a power failure: by the experiment it is known. */
export function writeTicket(queue: Queue, state: 'waiting' | 'ended', ticket: Ticket | EndedTicket): void {
  writeAtomic(ticketFile(queue, state, ticket.id), `${JSON.stringify(ticket, null, 1)}\n`, {
    durable: !('experiment' in ticket) || ticket.experiment === null,
  });
}

function valueIn(path: string): JsonObject | 'absent' | 'damaged' {
  const text = orAbsent(() => readFileSync(path, 'utf8'), undefined);
  if (text === undefined) return 'absent';
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : 'damaged';
  } catch {
    return 'damaged';
  }
}

const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

function isTicket(value: JsonObject, id: string): boolean {
  const { name, baseline, commit, overrides, message, targets, dir, sweep, created } = value;
  return (
    value['v'] === 1 &&
    value['id'] === id &&
    typeof name === 'string' &&
    experimentNameProblem(name) === null &&
    [baseline, commit].every((each) => typeof each === 'string' && COMMIT.test(each)) &&
    Array.isArray(overrides) &&
    overrides.every(isOverride) &&
    Array.isArray(targets) &&
    targets.every((each) => typeof each === 'string') &&
    (message === null || typeof message === 'string') &&
    (sweep === null || isJsonObject(sweep)) &&
    typeof dir === 'string' &&
    typeof created === 'string'
  );
}
