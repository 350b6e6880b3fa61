// What stages that run at once may take together: jobs, cpus, memory, GPUs, mutexes. Several runs in one process may
// share a room, each beside its own: experiments in the slots of a worker do.
import type { StageName } from '../core/ids.ts';
import type { Resources } from '../core/pipeline.ts';

export interface ScheduledStage {
  readonly name: StageName;
  readonly resources: Resources;
  readonly mutex: readonly string[];
}

export interface Limits {
  readonly jobs: number;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly gpus: number;
}

export class Room {
  readonly #limits: Limits;
  readonly #running = new Set<ScheduledStage>();
  readonly #watchers = new Set<() => void>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** A stage that asks for more than there is runs alone. */
  fits(stage: ScheduledStage): boolean {
    const running = [...this.#running];
    if (running.length === 0) return true;
    if (running.length >= this.#limits.jobs) return false;
    if (running.some((each) => each.mutex.some((group) => stage.mutex.includes(group)))) return false;
    return (['cpus', 'memory', 'gpus'] as const).every((kind) => {
      const wanted = stage.resources[kind] ?? 0;
      const taken = running.reduce((sum, each) => sum + (each.resources[kind] ?? 0), 0);
      return wanted === 0 || wanted + taken <= this.#limits[kind];
    });
  }

  /** `stage` is this very object when it leaves. */
  enter(stage: ScheduledStage): void {
    this.#running.add(stage);
  }

  leave(stage: ScheduledStage): void {
    if (this.#running.delete(stage)) for (const watcher of this.#watchers) watcher();
  }

  /** Calls `watcher` whenever there is more room than before; returns what ends that. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}
