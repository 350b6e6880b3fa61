// Which stage may be visited, which may run: a state machine that knows no process, no disk and no clock.
// A stage is visited (judged) when everything upstream is done; judging is cheap and not limited here. A stage that
// has to run waits in line until jobs, resources and mutexes allow it.

import type { StageName } from '../core/ids.ts';
import { type Limits, Room, type ScheduledStage } from './room.ts';

export class Schedule {
  readonly #stages = new Map<StageName, ScheduledStage>();
  readonly #missing = new Map<StageName, Set<StageName>>();
  readonly #downstream = new Map<StageName, StageName[]>();
  readonly #rooms: readonly Room[];
  readonly #ready: StageName[] = [];
  readonly #visiting = new Set<StageName>();
  readonly #line: StageName[] = [];
  readonly #running = new Set<StageName>();
  #open: number;

  /**
   * `stages` in the order in which equals are preferred; `upstream` may name stages outside: they count as done.
   * `shared`: a room that other schedules use as well.
   */
  constructor(
    stages: readonly ScheduledStage[],
    upstream: ReadonlyMap<StageName, ReadonlySet<StageName>>,
    limits: Limits,
    shared?: Room,
  ) {
    this.#rooms = [new Room(limits), ...(shared ? [shared] : [])];
    this.#open = stages.length;
    for (const stage of stages) this.#stages.set(stage.name, stage);
    for (const { name } of stages) {
      const missing = new Set([...(upstream.get(name) ?? [])].filter((each) => this.#stages.has(each)));
      this.#missing.set(name, missing);
      for (const each of missing) this.#downstream.set(each, [...(this.#downstream.get(each) ?? []), name]);
      if (missing.size === 0) this.#ready.push(name);
    }
  }

  /** No stage is waiting, in line or running. */
  get finished(): boolean {
    return this.#open === 0;
  }

  /** Takes a stage whose upstream is done, to be judged; undefined when there is none now. */
  takeReady(): StageName | undefined {
    const name = this.#ready.shift();
    if (name !== undefined) this.#visiting.add(name);
    return name;
  }

  /** A judged stage has to run. */
  enqueue(name: StageName): void {
    this.#visiting.delete(name);
    this.#leave(name);
    this.#line.push(name);
  }

  /** Takes the first stage in line that fits beside those that run; it counts as running until `done` or `failed`. */
  takeRunnable(): StageName | undefined {
    const at = this.#line.findIndex((each) =>
      this.#rooms.every((room) => room.fits(this.#stages.get(each)!)),
    );
    if (at < 0) return undefined;
    const name = this.#line.splice(at, 1)[0]!;
    this.#running.add(name);
    for (const room of this.#rooms) room.enter(this.#stages.get(name)!);
    return name;
  }

  /** A visited stage is done: what waited for it alone becomes ready. */
  done(name: StageName): void {
    this.#close(name);
    for (const next of this.#downstream.get(name) ?? []) {
      const missing = this.#missing.get(next);
      if (missing?.delete(name) && missing.size === 0) this.#ready.push(next);
    }
  }

  /** A visited stage failed: returns everything downstream, which is closed with it. */
  failed(name: StageName): StageName[] {
    this.#close(name);
    const blocked: StageName[] = [];
    const reached = [name];
    for (const from of reached)
      for (const next of this.#downstream.get(from) ?? []) {
        if (!this.#missing.delete(next)) continue;
        blocked.push(next);
        reached.push(next);
        this.#open--;
      }
    return blocked;
  }

  /** Closes everything that is neither judged nor runs now; returns it. What is judged now has to be closed by its visit. */
  cancel(): StageName[] {
    const left = [...this.#missing.keys()].filter(
      (name) => !this.#running.has(name) && !this.#visiting.has(name),
    );
    for (const name of left) this.#missing.delete(name);
    this.#open -= left.length;
    this.#ready.length = 0;
    this.#line.length = 0;
    return left;
  }

  /** Whatever runs counts as running no more: for a run that ends before its stages are closed. */
  vacate(): void {
    for (const name of this.#running) this.#leave(name);
  }

  #close(name: StageName): void {
    if (!this.#missing.delete(name)) throw new Error(`BUG: ${name} was closed twice`);
    this.#visiting.delete(name);
    this.#leave(name);
    this.#open--;
  }

  #leave(name: StageName): void {
    if (!this.#running.delete(name)) return;
    for (const room of this.#rooms) room.leave(this.#stages.get(name)!);
  }
}
