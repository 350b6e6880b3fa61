// Who takes which ticket. A ticket is taken by claiming `exp:<id>`; its file stays until it has ended, so a worker that
// dies leaves it waiting. Each worker goes through a listing of its own and looks again when that is used up: a queue of
// ten thousand is listed once, not ten thousand times.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Report } from '../../core/event.ts';
import type { Experiment, Ticket } from '../../core/experiment.ts';
import { commitsAtRefs } from '../../git/refs.ts';
import { livingWork, tryWork } from '../../run/claims.ts';
import type { Claim } from '../../util/claim.ts';
import type { ClaimContent } from '../../util/claim-file.ts';
import { readMessage } from '../message.ts';
import { experimentPrefixes } from '../refs.ts';
import { tidy } from './finish.ts';
import { claimName, idsIn, logFile, type Queue } from './queue.ts';
import { readEnded, readTicket } from './ticket-file.ts';
import { nameInId } from './ticket-id.ts';

export interface Taken {
  readonly ticket: Ticket;
  readonly claim: Claim;
  /** It ran already, under a worker that died before it could say so. */
  readonly ran: Experiment | undefined;
}

export class Line {
  readonly #queue: Queue;
  readonly #refs: string | undefined;
  readonly #report: Report;
  #ids: readonly string[] = [];
  #at = 0;
  readonly #damaged = new Set<string>();
  /** Numbers of slots repeat in every worker, and numbers of processes on every machine. */
  readonly #worker = randomUUID();
  readonly #mine: ((ticket: Ticket) => boolean) | undefined;
  /** What a ticket says never changes. */
  readonly #others = new Set<string>();

  /** `refs` is `exp.refs`. `mine`: whose tickets these are; undefined: all. */
  constructor(queue: Queue, refs: string | undefined, report: Report, mine?: (ticket: Ticket) => boolean) {
    this.#mine = mine;
    this.#queue = queue;
    this.#refs = refs;
    this.#report = report;
  }

  /** How many were not tried yet, as far as this worker has looked. */
  get waiting(): number {
    return this.#ids.length - this.#at;
  }

  /** Takes the first that nobody works on; undefined when there is none. */
  async take(slot: number): Promise<Taken | undefined> {
    for (let looked = false; ; ) {
      const id = this.#ids[this.#at++];
      if (id !== undefined) {
        const taken = await this.#try(id, slot);
        if (taken) return taken;
        continue;
      }
      if (looked) return undefined;
      looked = true;
      this.look();
    }
  }

  /** Lists anew what waits. */
  look(): void {
    const running = new Set(runningIds(this.#queue));
    this.#ids = idsIn(this.#queue, 'waiting').filter(
      (id) => !running.has(id) && !this.#damaged.has(id) && this.#isMine(id),
    );
    this.#at = 0;
  }

  /** What cannot be read is looked at when it is taken, and told then. */
  #isMine(id: string): boolean {
    if (this.#mine === undefined) return true;
    if (this.#others.has(id)) return false;
    const read = readTicket(this.#queue, id);
    if (read === 'absent' || read === 'damaged' || this.#mine(read.ticket)) return true;
    this.#others.add(id);
    return false;
  }

  async #try(id: string, slot: number): Promise<Taken | undefined> {
    const queue = this.#queue;
    const claim = await tryWork(queue.work, {
      name: claimName(id),
      what: `experiment ${nameInId(id) ?? id}`,
      also: [`slot:${this.#worker}:${slot}`],
      writes: [`exp/${id}`],
    });
    if (!claim) return undefined;
    let taken: Taken | undefined;
    try {
      taken = this.#look(id, claim);
      return taken;
    } finally {
      if (!taken) claim.release();
    }
  }

  /** Under its claim: others may have ended it meanwhile. */
  #look(id: string, claim: Claim): Taken | undefined {
    const queue = this.#queue;
    const read = readTicket(queue, id);
    if (read === 'absent') return undefined;
    if (read === 'damaged') {
      this.#damaged.add(id);
      this.#report({
        kind: 'warning',
        text: `the ticket ${id} cannot be read and is passed over`,
        help: `mlops exp queue remove ${nameInId(id) ?? id}`,
      });
      return undefined;
    }
    const ended = readEnded(queue, id);
    if (ended) {
      tidy(queue, ended);
      return undefined;
    }
    // Its log is there from the first moment on; without one nothing can have run.
    const ran = existsSync(logFile(queue, id)) ? this.#experimentOf(read.ticket) : undefined;
    return { ticket: read.ticket, claim, ran };
  }

  #experimentOf({ id, baseline }: Ticket): Experiment | undefined {
    const prefixes = experimentPrefixes(this.#refs).map((prefix) => `${prefix}${baseline}/`);
    return commitsAtRefs(this.#queue.repo, prefixes)
      .flatMap(({ ref, commit, message }) => readMessage(ref, commit, message) ?? [])
      .find((each) => each.ticket === id);
  }
}

/** Which slot of its worker holds a claim; undefined for what is no slot's. */
export function slotInClaim({ also = [] }: ClaimContent): number | undefined {
  const slot = /^slot:[^:]+:(\d+)$/.exec(also[0] ?? '')?.[1];
  return slot === undefined ? undefined : Number(slot);
}

export function runningIds(queue: Queue): string[] {
  return livingWork(queue.work).flatMap(({ content }) => idInClaim(content) ?? []);
}

export function idInClaim({ name }: ClaimContent): string | undefined {
  return name.startsWith(claimName('')) ? name.slice(claimName('').length) : undefined;
}
