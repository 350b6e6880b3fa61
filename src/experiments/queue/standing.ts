// How far searches have come, and the best that they found.
import type { EndedTicket } from '../../core/experiment.ts';
import { MlopsError } from '../../core/failure.ts';
import { hasSweep, readSweep, type Sweep } from '../sweep.ts';
import type { Queue } from './queue.ts';

export interface SearchStanding extends Pick<Sweep, 'id' | 'objective' | 'direction' | 'limit'> {
  readonly asked: number;
  readonly told: number;
  /** The first of equals; null: no trial reached a number. */
  readonly best: {
    readonly value: number;
    /** Null: the queue does not know any more which experiment it was. */
    readonly name: string | null;
  } | null;
  /** Why the last one that reached none did not. */
  readonly why: string | null;
}

/** One whose record cannot be read. */
export interface DamagedSearch {
  readonly id: string;
  /** In words. */
  readonly damaged: string;
}

/** `ended`: what the queue knows of trials, by which they have names. */
export function standingOf(
  queue: Queue,
  id: string,
  ended: readonly EndedTicket[],
): SearchStanding | DamagedSearch {
  try {
    return standing(readSweep(queue.dir, id), ended);
  } catch (error) {
    if (error instanceof MlopsError) return { id, damaged: error.message };
    throw error;
  }
}

function standing(sweep: Sweep, ended: readonly EndedTicket[]): SearchStanding {
  const { id, objective, direction, limit, trials } = sweep;
  const sign = direction === 'max' ? 1 : -1;
  const reached = trials.flatMap(({ outcome }, trial) =>
    outcome?.kind === 'value' ? [{ trial, value: outcome.value }] : [],
  );
  const best = reached.reduce<(typeof reached)[number] | undefined>(
    (top, each) => (top && sign * top.value >= sign * each.value ? top : each),
    undefined,
  );
  const failed = trials.findLast(({ outcome }) => outcome?.kind === 'failed' && outcome.why !== undefined);
  const nameOf = (trial: number): string | null =>
    ended.find((each) => each.sweep?.id === id && each.sweep.trial === trial)?.name ?? null;
  return {
    id,
    objective,
    direction,
    limit,
    asked: trials.length,
    told: trials.filter(({ outcome }) => outcome).length,
    best: best ? { value: best.value, name: nameOf(best.trial) } : null,
    why: failed?.outcome?.kind === 'failed' ? (failed.outcome.why ?? null) : null,
  };
}

/** Of which `tickets` were trials. */
export function searchesOf(queue: Queue, tickets: readonly EndedTicket[]): string[] {
  const ids = tickets.flatMap(({ sweep }) => (sweep ? [sweep.id] : []));
  return [...new Set(ids)].filter((id) => hasSweep(queue.dir, id));
}
