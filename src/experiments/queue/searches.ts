// Searches under way: sweeps whose next trial depends on what came of those before. A trial becomes a ticket when a slot
// is free; what it reached is told when it has ended. Everything is in files, so any worker goes on with any of them:
//
//   <common>/mlops/queue/sweeps/<id>.json     what was asked and told (sweep.ts)
//   <common>/mlops/queue/searching/<id>.json  what its tickets have in common; gone when the search is over
//   refs/mlops/queue/<id>                     keeps the workspace commit of trials to come

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EndedTicket, Ticket } from '../../core/experiment.ts';
import { fail, MlopsError } from '../../core/failure.ts';
import type { CommitId, RepoPath } from '../../core/ids.ts';
import { changeRefs, refsBelow } from '../../git/refs.ts';
import { claimWork } from '../../run/claims.ts';
import type { Outcome } from '../../search/study.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { orAbsent } from '../../util/errno.ts';
import { readObjective } from '../objective.ts';
import {
  createSweep,
  nextTrial,
  openTrials,
  readSweep,
  type SweepRequest,
  type SweepTrial,
  tellTrial,
} from '../sweep.ts';
import { aloneInLine } from './alone.ts';
import { enqueue, type TicketWish } from './enqueue.ts';
import { idsIn, QUEUE_REFS, type Queue } from './queue.ts';
import { readEnded, readTicket } from './ticket-file.ts';

/** `name`: trials are called `<name>-1` and so on; null = each is given a name. */
export type SearchTicket = Omit<TicketWish, 'overrides' | 'sweep'>;

/** Begins a search; its trials are queued by workers, one for each free slot. */
export function beginSearch(queue: Queue, request: SweepRequest, ticket: SearchTicket): Promise<void> {
  return aloneInLine(queue, 'queueing', () => {
    createSweep(queue.dir, request);
    const ref = QUEUE_REFS + request.id;
    const problem = changeRefs(queue.repo, [{ ref, from: null, to: ticket.commit }], null);
    if (problem !== undefined) fail('config', `${ref} cannot be written: ${problem}`);
    writeAtomic(searchFile(queue, request.id), `${JSON.stringify(ticket, null, 1)}\n`);
  });
}

/** Asks for no more trials; what was tried stays. */
export function endSearch(queue: Queue, id: string): void {
  rmSync(searchFile(queue, id), { force: true });
  const refs = refsBelow(queue.repo, [QUEUE_REFS + id]);
  changeRefs(
    queue.repo,
    refs.map(({ ref, commit }) => ({ ref, from: commit, to: null })),
    null,
  );
}

/** Ids of searches that are not over. */
export function searchesIn(queue: Queue): string[] {
  return idsIn(queue, 'searching');
}

type Tried = Ticket & Pick<EndedTicket, 'experiment'>;

/** A file of what an experiment left. */
export type ReadResult = (experiment: CommitId, file: RepoPath) => string | undefined;

export class Searches {
  readonly #queue: Queue;
  readonly #refs: string | undefined;
  readonly #read: ReadResult;
  /** Which trial a ticket that ended was; it never changes. */
  readonly #trials = new Map<string, Ticket['sweep']>();
  readonly #damaged = new Set<string>();
  readonly #warn: (text: string, help: string) => void;

  /** `refs` is `exp.refs`. */
  constructor(
    queue: Queue,
    refs: string | undefined,
    read: ReadResult,
    warn: (text: string, help: string) => void,
  ) {
    this.#warn = warn;
    this.#queue = queue;
    this.#refs = refs;
    this.#read = read;
  }

  /** Queues the next trial of the first search that has one; false when there is none now. */
  async more(): Promise<boolean> {
    for (const id of searchesIn(this.#queue))
      if (await this.#passingOver(id, () => this.#moreOf(id))) return true;
    return false;
  }

  /** Tells its search what the trial reached; `experiment` null: nothing. */
  async ended(ticket: Tried): Promise<void> {
    const { sweep } = ticket;
    if (!sweep || !searchesIn(this.#queue).includes(sweep.id)) return;
    await this.#passingOver(sweep.id, () => this.#tell(ticket, sweep));
  }

  async #tell({ experiment }: Tried, { id, trial }: NonNullable<Ticket['sweep']>): Promise<void> {
    const { objective } = readSweep(this.#queue.dir, id);
    const outcome: Outcome =
      experiment === null
        ? { kind: 'failed' }
        : readObjective(objective, this.#read(experiment, objective.file));
    await tellTrial(this.#queue.dir, id, trial, outcome);
  }

  /** One search that cannot be read stops no other. */
  async #passingOver<T>(id: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#damaged.has(id)) return undefined;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MlopsError) || !['integrity', 'missing'].includes(error.failures[0]!.exit))
        throw error;
      this.#damaged.add(id);
      this.#warn(`${error.message}; the search is passed over`, 'mlops exp queue remove --waiting ends it');
      return undefined;
    }
  }

  async #moreOf(id: string): Promise<boolean> {
    // Asked by one at a time: between the question and the ticket nobody else may take the trial for a lost one.
    const claim = await claimWork(this.#queue.work, {
      name: `search:${id}`,
      what: `the next trial of ${id}`,
    });
    try {
      const ticket = searchTicket(this.#queue, id);
      if (!ticket) return false;
      await this.#tellEnded(id);
      const queued = this.#queued(id);
      const open = openTrials(readSweep(this.#queue.dir, id));
      const lost = open.find(({ trial }) => !queued.has(trial));
      const next = lost ?? (await nextTrial(this.#queue.dir, id));
      if (next) {
        await this.#enqueue(ticket, id, next);
        return true;
      }
      if (open.length === 0) endSearch(this.#queue, id);
      return false;
    } finally {
      claim.release();
    }
  }

  async #enqueue(ticket: SearchTicket, id: string, { trial, overrides }: SweepTrial): Promise<void> {
    const wish = { ...ticket, overrides, sweep: { id, trial } };
    const name = ticket.name === null ? null : `${ticket.name}-${trial + 1}`;
    try {
      await enqueue(this.#queue, this.#refs, [{ ...wish, name }]);
    } catch (error) {
      // Its name was taken since the search began: no reason to end it.
      if (name === null || !(error instanceof MlopsError) || error.failures[0]!.exit !== 'refused')
        throw error;
      await enqueue(this.#queue, this.#refs, [{ ...wish, name: null }]);
    }
  }

  /** Of workers that died between the end of a trial and the telling. */
  async #tellEnded(id: string): Promise<void> {
    const open = new Set(openTrials(readSweep(this.#queue.dir, id)).map(({ trial }) => trial));
    if (open.size === 0) return;
    for (const [ticket, sweep] of this.#endedTrials())
      if (sweep?.id === id && open.has(sweep.trial)) {
        const ended = readEnded(this.#queue, ticket);
        if (ended) await this.ended(ended);
      }
  }

  /** Trials that have a ticket. */
  #queued(id: string): Set<number> {
    const waiting = idsIn(this.#queue, 'waiting').flatMap((each) => {
      const read = readTicket(this.#queue, each);
      return read === 'absent' || read === 'damaged' ? [] : [read.ticket.sweep];
    });
    const all = [...waiting, ...this.#endedTrials().values()];
    return new Set(all.flatMap((sweep) => (sweep?.id === id ? [sweep.trial] : [])));
  }

  #endedTrials(): ReadonlyMap<string, Ticket['sweep']> {
    for (const id of idsIn(this.#queue, 'ended'))
      if (!this.#trials.has(id)) this.#trials.set(id, readEnded(this.#queue, id)?.sweep ?? null);
    return this.#trials;
  }
}

function searchTicket(queue: Queue, id: string): SearchTicket | undefined {
  const text = orAbsent(() => readFileSync(searchFile(queue, id), 'utf8'), undefined);
  if (text === undefined) return undefined;
  try {
    const ticket = JSON.parse(text) as SearchTicket;
    if (typeof ticket.commit === 'string') return ticket;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return fail('integrity', `what the trials of ${id} have in common cannot be read`);
}

function searchFile(queue: Queue, id: string): string {
  return join(queue.dir, 'searching', `${id}.json`);
}
