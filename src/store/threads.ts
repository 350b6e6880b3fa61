// A job that the main thread and workers do together: all take chunks off one counter on shared memory until none is
// left. What a thread made and what stopped it comes back as one message.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parentPort, Worker } from 'node:worker_threads';

/** One thread's share of a job. */
export interface Share<A> {
  /** Does one chunk; how many items it had, 0 when there was none left. */
  chunk(): number;
  finish(): A;
  /** Leaves nothing half made behind. */
  abandon(): void;
}

/** `trouble`: an error of the system, in the fields that survive the way between threads. */
type Answer<A> = { readonly answer: A } | { readonly trouble: object };

/** More threads than that wait for the disk. */
export const MOST_THREADS = 7;

/** The workers for a job that is worth them. `script` is built beside the bundle; where it is not, there are none. */
export function startWorkers(script: URL | null, dataOf: (thread: number) => object): Worker[] {
  if (!script || !existsSync(fileURLToPath(script))) return [];
  const count = Math.min(availableParallelism() - 1, MOST_THREADS);
  return Array.from({ length: count }, (_, i) => new Worker(script, { workerData: dataOf(i + 1) }));
}

/** Works until the job is done. What each thread made: the main thread's first. Rejects with the first error of any. */
export async function workTogether<A>(
  own: Share<A>,
  workers: readonly Worker[],
  onChunk: () => void = () => {},
): Promise<A[]> {
  const answers = workers.map((worker) => answerOf<A>(worker));
  try {
    while (own.chunk() > 0) {
      onChunk();
      await setImmediate();
    }
    return [own.finish(), ...(await Promise.all(answers))];
  } catch (error) {
    own.abandon();
    await Promise.allSettled(answers);
    throw error;
  }
}

/** The whole of a worker's program. */
export function workAlone<A>(share: Share<A>): void {
  let said: Answer<A>;
  try {
    while (share.chunk() > 0);
    said = { answer: share.finish() };
  } catch (error) {
    share.abandon();
    const { message, code, syscall, path } = error as NodeJS.ErrnoException;
    said = { trouble: { message, code, syscall, path } };
  }
  parentPort?.postMessage(said);
}

function answerOf<A>(worker: Worker): Promise<A> {
  const answer = new Promise<A>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (said: Answer<A>) => {
      if ('trouble' in said) reject(Object.assign(new Error(), said.trouble));
      else resolve(said.answer);
    });
    worker.once('exit', () => reject(new Error('BUG: a thread ended without a word')));
  });
  answer.catch(() => undefined); // told when it is awaited
  return answer;
}

/** What every job has: chunks, and the next one that nobody has taken. */
export interface Chunks {
  /** Index behind the last item of each chunk. */
  readonly ends: Int32Array;
  readonly next: Int32Array;
}

/** Does the next chunk, item by item; how many it had. */
export function doChunk({ ends, next }: Chunks, item: (i: number) => void): number {
  const chunk = Atomics.add(next, 0, 1);
  if (chunk >= ends.length) return 0;
  const start = chunk === 0 ? 0 : ends[chunk - 1]!;
  for (let i = start; i < ends[chunk]!; i++) item(i);
  return ends[chunk]! - start;
}

export function chunksOf(
  sizes: Iterable<number>,
  most: { readonly items: number; readonly bytes: number },
): Chunks {
  return { ends: chunkEnds(sizes, most), next: new Int32Array(new SharedArrayBuffer(4)) };
}

/** Index behind the last item of each chunk: so many items, or so many bytes. */
function chunkEnds(
  sizes: Iterable<number>,
  most: { readonly items: number; readonly bytes: number },
): Int32Array {
  const ends: number[] = [];
  let items = 0;
  let bytes = 0;
  let at = 0;
  for (const size of sizes) {
    at++;
    items++;
    bytes += size;
    if (items < most.items && bytes < most.bytes) continue;
    ends.push(at);
    items = 0;
    bytes = 0;
  }
  if (items > 0) ends.push(at);
  const shared = new Int32Array(new SharedArrayBuffer(4 * ends.length));
  shared.set(ends);
  return shared;
}
