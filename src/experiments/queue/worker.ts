// A worker: takes tickets as long as slots are free, runs each in its slot, says what became of it. It ends when the line
// is empty, or when it has been idle for long enough; asked to stop, what runs goes back to the line.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../core/event.ts';
import type { EndedTicket, Ticket } from '../../core/experiment.ts';
import { failure, MlopsError } from '../../core/failure.ts';
import type { QueueReport } from '../../core/queue-event.ts';
import { type Folder, watchFolder } from '../../util/folder.ts';
import type { Env, TicketOutcome } from '../trial.ts';
import { dropRefs } from './drop-refs.ts';
import { endedNow, endingBefore, endingOf, KILLED } from './ending.ts';
import { finish, mayRunAgain } from './finish.ts';
import { clearLeftovers } from './leftovers.ts';
import { openExperimentLog } from './log.ts';
import { killFile, logFile, type Queue, worktreeOf } from './queue.ts';
import type { Slot } from './slots.ts';
import { Line, runningIds, type Taken } from './take.ts';

export interface WorkerOptions {
  readonly slots: readonly Slot[];
  /** `idle`: it waits for more, `ms` at most; undefined = for ever. */
  readonly until: { readonly kind: 'empty' } | { readonly kind: 'idle'; readonly ms: number | undefined };
  /** `exp.refs`. */
  readonly refs: string | undefined;
  /** Tickets that this worker runs; undefined: all. */
  readonly mine?: (ticket: Ticket) => boolean;
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly report: QueueReport;
  /** `host pid`, for people. */
  readonly by: string;
  /** Runs one to its end; what it throws is no fault of the experiment. */
  readonly run: (ticket: Ticket, place: Place) => Promise<TicketOutcome>;
  /** What a log says of a run. */
  readonly words: LogWords;
  /** Searches under way: asked for one more when a slot is free and nothing waits. */
  readonly search: Search;
}

export interface Place {
  readonly worktree: string;
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly report: Report;
}

export interface LogWords {
  readonly began: (ticket: Ticket, slot: number) => string;
  /** Writes what is worth it of the events of a run. */
  readonly run: (write: (text: string) => void) => { readonly report: Report; readonly close: () => void };
  readonly ended: (ticket: EndedTicket) => string;
}

export interface Search {
  /** Queues what is to be tried next; false when there is nothing now. */
  readonly more: () => Promise<boolean>;
  readonly ended: (ticket: EndedTicket) => Promise<void>;
}

/** All that ended while this worker worked, in the order in which they ended. */
export async function work(queue: Queue, options: WorkerOptions): Promise<readonly EndedTicket[]> {
  return new Worker(queue, options).toEnd();
}

/** How often what makes no event is looked at: files on a shared file system. */
const LOOK_MS = 1000;

/** More refs of ended tickets than this do not wait for the end of what runs. */
const REFS_AT_ONCE = 50;

class Worker {
  readonly #queue: Queue;
  readonly #options: WorkerOptions;
  readonly #line: Line;
  readonly #free: Slot[];
  readonly #running = new Map<string, AbortController>();
  readonly #ended: EndedTicket[] = [];
  /** How many of them have no ref any more, or keep it. */
  #dropped = 0;
  #broken: { readonly error: unknown } | undefined;
  #idleSince: number | undefined;
  #wake: () => void = () => {};

  constructor(queue: Queue, options: WorkerOptions) {
    this.#queue = queue;
    this.#options = options;
    this.#free = [...options.slots];
    const warn: Report = (event) => {
      if (event.kind === 'warning') options.report(event);
    };
    this.#line = new Line(queue, options.refs, warn, options.mine);
  }

  async toEnd(): Promise<readonly EndedTicket[]> {
    const began = performance.now();
    const { report, signal, slots } = this.#options;
    const folders = ['waiting', 'kill'].map((name) => this.#watch(name));
    const stop = (): void => this.#stop();
    signal.addEventListener('abort', stop);
    try {
      await clearLeftovers(this.#queue);
      this.#line.look();
      report({ kind: 'worker', slots: slots.length, waiting: this.#line.waiting });
      await this.#workThrough(folders);
    } finally {
      signal.removeEventListener('abort', stop);
      for (const folder of folders) folder.close();
    }
    report({
      kind: 'closed',
      ms: performance.now() - began,
      waiting: this.#line.waiting,
      elsewhere: runningIds(this.#queue).length,
    });
    if (this.#broken) throw this.#broken.error;
    return this.#ended;
  }

  async #workThrough(folders: readonly Folder[]): Promise<void> {
    for (;;) {
      // What happens from here on ends the wait below, also when it happens before.
      const quiet = new AbortController();
      const change = this.#change(folders, quiet.signal);
      try {
        this.#heedKills();
        await this.#fill();
        this.#dropRefs();
        if (this.#isOver()) return;
        await change;
      } finally {
        quiet.abort();
      }
    }
  }

  #change(folders: readonly Folder[], quiet: AbortSignal): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return Promise.race([woken, ...folders.map((folder) => folder.change(() => true, LOOK_MS, quiet))]);
  }

  #watch(name: string): Folder {
    const dir = join(this.#queue.dir, name);
    mkdirSync(dir, { recursive: true });
    return watchFolder(dir);
  }

  /** Starts as many as may start now. Trouble in taking one ends the worker, when what runs has ended. */
  async #fill(): Promise<void> {
    try {
      while (this.#free.length > 0 && !this.#stopping()) {
        const taken = await this.#line.take(this.#free[0]!.number);
        if (taken) this.#start(this.#free.shift()!, taken);
        else if (!(await this.#options.search.more())) return;
      }
    } catch (error) {
      this.#broken ??= { error };
    }
  }

  #dropRefs(): void {
    if (this.#running.size > 0 && this.#ended.length - this.#dropped < REFS_AT_ONCE) return;
    const ended = this.#ended.slice(this.#dropped).filter((ticket) => !mayRunAgain(ticket));
    this.#dropped = this.#ended.length;
    dropRefs(
      this.#queue,
      ended.map(({ id }) => id),
    );
  }

  #stopping(): boolean {
    return this.#broken !== undefined || this.#options.signal.aborted;
  }

  #isOver(): boolean {
    if (this.#running.size > 0) {
      this.#idleSince = undefined;
      return false;
    }
    const { until, report } = this.#options;
    if (this.#stopping() || until.kind === 'empty') return true;
    if (this.#idleSince === undefined) report({ kind: 'idle' });
    this.#idleSince ??= performance.now();
    return until.ms !== undefined && performance.now() - this.#idleSince >= until.ms;
  }

  #start(slot: Slot, taken: Taken): void {
    const { id } = taken.ticket;
    const stop = new AbortController();
    this.#running.set(id, stop);
    this.#runIn(slot, taken, stop.signal)
      .finally(() => taken.claim.release())
      .catch((error: unknown) => {
        this.#broken ??= { error };
      })
      .finally(() => {
        this.#running.delete(id);
        this.#free.push(slot);
        this.#free.sort((a, b) => a.number - b.number);
        this.#wake();
      });
    this.#heedKills();
  }

  async #runIn(slot: Slot, taken: Taken, signal: AbortSignal): Promise<void> {
    const { ticket, ran } = taken;
    const { report, words } = this.#options;
    const started = new Date();
    if (ran) return this.#end(slot, taken, endingBefore(ran), new Date(ran.started));
    const log = openExperimentLog(logFile(this.#queue, ticket.id), (text) =>
      report({ kind: 'warning', text }),
    );
    const said = words.run(log.write);
    try {
      log.write(words.began(ticket, slot.number));
      report({ kind: 'began', slot: slot.number, ticket, waiting: this.#line.waiting });
      const outcome = await this.#options.run(ticket, {
        worktree: worktreeOf(this.#queue, ticket.id),
        env: { ...this.#options.env, ...slot.env },
        signal,
        report: (event) => {
          said.report(event);
          report({ kind: 'run', slot: slot.number, id: ticket.id, event });
        },
      });
      said.close();
      await this.#end(slot, taken, outcome, started, log.write);
    } finally {
      said.close();
      log.close();
    }
  }

  async #end(
    slot: Slot,
    { ticket, claim }: Taken,
    outcome: TicketOutcome,
    started: Date,
    log: (text: string) => void = () => {},
  ): Promise<void> {
    const { report, by, signal, search, words } = this.#options;
    const unfinished = !('experiment' in outcome);
    // Before anything is recorded: on another machine silence counts as death.
    if (!claim.isMine())
      return report({
        kind: 'warning',
        text: `${ticket.name} was taken over by another worker, which judged this one dead`,
      });
    const killed = this.#wasKilled(ticket.id);
    if (unfinished && signal.aborted && !killed)
      return report({ kind: 'returned', slot: slot.number, ticket });
    const ended = endedNow(ticket, unfinished && killed ? KILLED : endingOf(outcome), started, by);
    log(words.ended(ended));
    finish(this.#queue, ended);
    this.#ended.push(ended);
    await search.ended(ended);
    report({
      kind: 'ended',
      slot: slot.number,
      ticket: ended,
      ms: Date.parse(ended.ended) - started.getTime(),
      waiting: this.#line.waiting,
    });
  }

  #heedKills(): void {
    for (const [id, stop] of this.#running)
      if (!stop.signal.aborted && this.#wasKilled(id))
        stop.abort(new MlopsError(failure('stage', KILLED.failure)));
  }

  #wasKilled(id: string): boolean {
    return existsSync(killFile(this.#queue, id));
  }

  #stop(): void {
    for (const stop of this.#running.values()) stop.abort(this.#options.signal.reason);
    this.#wake();
  }
}
