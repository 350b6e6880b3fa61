// What long work is under way, from its events. Work of one task that runs side by side or follows closely counts as
// one: four stages that hash at once, a thousand small folders added one after the other.
import type { Amount, ProgressEvent, Task } from '../../core/event.ts';
import { Speed } from './speed.ts';

/** Shorter work is not worth a word. */
export const LONG_MS = 500;
/** What begins so soon after the last of its task goes on with its counts. */
const CLOSE_MS = 300;

export interface Standing {
  readonly task: Task;
  readonly done: Amount;
  readonly total: Partial<Amount>;
  readonly perSecond: Amount;
}

export class ProgressBoard {
  readonly #tasks = new Map<Task, TaskProgress>();

  add(event: ProgressEvent, now: number): void {
    const known = this.#tasks.get(event.task);
    const going = known && !known.isOver(now) ? known : new TaskProgress(now);
    going.add(event, now);
    this.#tasks.set(event.task, going);
  }

  /** Tasks that were worked on for so long, in the order they came up, and are not over. */
  standing(now: number, atLeastMs: number): readonly Standing[] {
    return [...this.#tasks].flatMap(([task, progress]) =>
      progress.isOver(now) || progress.busyMs(now) < atLeastMs ? [] : [{ task, ...progress.standing(now) }],
    );
  }
}

class TaskProgress {
  /** The last event of each that runs. */
  readonly #running = new Map<string, ProgressEvent>();
  readonly #speed: Speed;
  #over: Amount = { items: 0, bytes: 0 };
  #busyMs = 0;
  /** When the first of those that run began, or the last of them ended. */
  #since: number;

  constructor(now: number) {
    this.#speed = new Speed(now);
    this.#since = now;
  }

  add(event: ProgressEvent, now: number): void {
    const ran = this.#running.size > 0;
    if (event.finished) {
      this.#running.delete(event.id);
      this.#over = sum([this.#over, event.done]);
    } else this.#running.set(event.id, event);
    const runs = this.#running.size > 0;
    if (ran && !runs) this.#busyMs += now - this.#since;
    if (ran !== runs) this.#since = now;
    this.#speed.add(now, this.#done());
  }

  isOver(now: number): boolean {
    return this.#running.size === 0 && now - this.#since > CLOSE_MS;
  }

  /** Pauses do not count: a run of many short stages is no long hashing. */
  busyMs(now: number): number {
    return this.#busyMs + (this.#running.size > 0 ? now - this.#since : 0);
  }

  standing(now: number): Omit<Standing, 'task'> {
    const totals = [...this.#running.values()].map(({ total }) => total);
    const known = (of: keyof Amount): object =>
      totals.every((total) => total[of] !== undefined)
        ? { [of]: totals.reduce((all, total) => all + total[of]!, this.#over[of]) }
        : {};
    return {
      done: this.#done(),
      total: { ...known('items'), ...known('bytes') },
      perSecond: this.#speed.perSecond(now),
    };
  }

  #done(): Amount {
    return sum([this.#over, ...[...this.#running.values()].map(({ done }) => done)]);
  }
}

function sum(amounts: readonly Amount[]): Amount {
  return amounts.reduce((all, each) => ({ items: all.items + each.items, bytes: all.bytes + each.bytes }));
}
