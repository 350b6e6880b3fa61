// How many bytes of a body went out. A retry takes back what its attempt had counted, so that no byte counts twice.
import { Readable } from 'node:stream';
import type { Progress } from '../util/progress.ts';
import type { Body, ByteRange } from './remote.ts';

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
