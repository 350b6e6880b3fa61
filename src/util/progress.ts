// How far a long piece of work is, told to whoever listens: when it begins, ten times a second, and when it ends.
// Whoever works calls it for every file and every chunk; a million calls cost a fifth of a second.
import { randomUUID } from 'node:crypto';
import type { Amount, Report, Task } from '../core/event.ts';

export interface Progress {
  /** Bytes that moved; negative when an attempt is given up. */
  moved(bytes: number): void;
  /** So many files or objects are through; one, when not said. */
  done(items?: number): void;
  /** Belongs into a `finally`: a line on a screen ends with it. What comes later is not told. */
  finish(): void;
}

const EVERY_MS = 100;

/** `total`: as far as it is known; an amount that is left out is not spoken of. */
export function startProgress(
  report: Report | undefined,
  task: Task,
  total: Partial<Amount> = {},
  now: () => number = () => performance.now(),
): Progress {
  if (!report) return SILENT;
  const id = randomUUID();
  const since = now();
  const done = { items: 0, bytes: 0 };
  let said = since;
  let finished = false;
  const say = (): void =>
    report({ kind: 'progress', id, task, done: { ...done }, total, ms: Math.round(said - since), finished });
  /** The last item is told at once: what work still does after it may take long. */
  const stepped = (last = false): void => {
    const at = now();
    if ((at - said < EVERY_MS && !last) || finished) return;
    said = at;
    say();
  };
  say();
  return {
    moved: (bytes) => {
      done.bytes += bytes;
      stepped();
    },
    done: (items = 1) => {
      done.items += items;
      stepped(done.items === total.items);
    },
    finish: () => {
      if (finished) return;
      finished = true;
      said = now();
      say();
    },
  };
}

const SILENT: Progress = { moved: () => {}, done: () => {}, finish: () => {} };
