// How far a transfer is. A retry takes back what its attempt had counted, so that no byte counts twice.
import { Readable } from 'node:stream';
import type { Report } from '../core/event.ts';
import type { Body, ByteRange } from './remote.ts';

export interface Progress {
  /** One object is through. */
  done(): void;
  /** Bytes that moved; negative when an attempt is given up. */
  moved(bytes: number): void;
  finish(): void;
}

/** A listener hears about every hundredth of the way: often enough to watch, few enough to log. */
const STEPS = 100;

export function startProgress(
  report: Report | undefined,
  direction: 'push' | 'fetch',
  totals: { readonly objects: number; readonly bytes: number },
): Progress {
  let objects = 0;
  let bytes = 0;
  let step = 0;
  const say = (finished: boolean): void =>
    report?.({
      kind: 'transfer',
      direction,
      objects,
      bytes,
      totalObjects: totals.objects,
      totalBytes: totals.bytes,
      finished,
    });
  const stepped = (): void => {
    const share = Math.max(objects / Math.max(1, totals.objects), bytes / Math.max(1, totals.bytes));
    const now = Math.floor(Math.min(1, share) * STEPS);
    if (now <= step) return;
    step = now;
    say(false);
  };
  say(false);
  return {
    done: () => {
      objects++;
      stepped();
    },
    moved: (more) => {
      bytes += more;
      stepped();
    },
    finish: () => say(true),
  };
}

/** The body, counted as it is read, and no longer read once the signal is aborted. A retry opens a range again. */
export function countedBody(body: Body, progress: Progress, signal: AbortSignal | undefined): Body {
  const counted = new Map<number, number>();
  return {
    ...body,
    open: (range: ByteRange) => {
      progress.moved(-(counted.get(range.start) ?? 0));
      counted.set(range.start, 0);
      const count = (bytes: number): void => {
        signal?.throwIfAborted();
        counted.set(range.start, counted.get(range.start)! + bytes);
        progress.moved(bytes);
      };
      const opened = body.open(range);
      if (opened instanceof Uint8Array) {
        count(opened.length);
        return opened;
      }
      const stream = Readable.from(passing(opened, count), { objectMode: false });
      // Whichever ends first takes the other along, also before anyone read from it.
      opened.once('error', (error) => stream.destroy(error));
      stream.once('close', () => opened.destroy());
      return stream;
    },
  };
}

async function* passing(
  chunks: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}
