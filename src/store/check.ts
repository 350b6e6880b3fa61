// Reads every object and pack of a store on all threads.
import { existsSync, lstatSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Report } from '../core/event.ts';
import type { Digest } from '../core/ids.ts';
import { startProgress } from '../util/progress.ts';
import { type BadFile, type CheckJob, checkBuffer, checkNext } from './check-loop.ts';
import type { Store } from './store.ts';

export interface CheckedBytes {
  readonly packs: number;
  readonly loose: number;
  readonly bytes: number;
  readonly bad: readonly BadFile[];
}

/** Starting a thread costs about 40 ms. */
const THREADS_ABOVE_BYTES = 1 << 26;
/** Built beside the bundle; absent when the TypeScript source is run, and then the main thread does it all. */
const WORKER = new URL('./check-worker.js', import.meta.url);

interface Named {
  readonly digest: Digest;
  readonly bytes: number;
}

/** @throws the signal's reason */
export async function checkBytes(
  store: Store,
  report: Report | undefined,
  signal: AbortSignal,
): Promise<CheckedBytes> {
  const packs = sized(store.packs.packNames(), (digest) => store.packs.pathOf(digest));
  const loose = sized(store.listLoose(), (digest) => store.pathOf(digest));
  const bytes = [...packs, ...loose].reduce((sum, each) => sum + each.bytes, 0);
  const job = jobOf(store.dir, packs, loose);
  const progress = startProgress(report, 'fsck', { items: packs.length + loose.length, bytes });
  const bad: BadFile[] = [];
  const threads = threadsFor(bytes, packs.length + loose.length).map((url) =>
    finished(new Worker(url, { workerData: job })),
  );
  const buffer = checkBuffer();
  const told = { items: 0, kib: 0 };
  const tell = (): void => {
    const [items, kib] = [job.counts[1]!, job.counts[2]!];
    progress.done(items - told.items);
    progress.moved((kib - told.kib) * 1024);
    Object.assign(told, { items, kib });
  };
  const timer = setInterval(tell, 100);
  try {
    while (!signal.aborted && checkNext(job, buffer, bad)) await setImmediate();
    if (signal.aborted) Atomics.store(job.counts, 0, 2 ** 30);
    for (const found of await Promise.all(threads)) for (const each of found) bad.push(each);
    signal.throwIfAborted();
  } finally {
    clearInterval(timer);
    tell();
    progress.finish();
  }
  return { packs: packs.length, loose: loose.length, bytes, bad };
}

/** The largest first, so that no thread is left with one at the end. */
function sized(digests: Iterable<Digest>, pathOf: (digest: Digest) => string): Named[] {
  return [...digests]
    .map((digest) => ({ digest, bytes: lstatSync(pathOf(digest), { throwIfNoEntry: false })?.size ?? 0 }))
    .sort((a, b) => b.bytes - a.bytes);
}

function jobOf(dir: string, packs: readonly Named[], loose: readonly Named[]): CheckJob {
  const all = [...packs, ...loose];
  const names = new Uint8Array(new SharedArrayBuffer(32 * all.length));
  const view = Buffer.from(names.buffer);
  for (const [at, { digest }] of all.entries()) view.write(digest, 32 * at, 'hex');
  return { dir, names, packs: packs.length, counts: new Int32Array(new SharedArrayBuffer(12)) };
}

function threadsFor(bytes: number, files: number): URL[] {
  const worth = files > 1 && bytes > THREADS_ABOVE_BYTES && existsSync(fileURLToPath(WORKER));
  return worth ? Array.from({ length: Math.min(availableParallelism() - 1, 7, files) }, () => WORKER) : [];
}

function finished(worker: Worker): Promise<readonly BadFile[]> {
  return new Promise((resolve, reject) => {
    let found: readonly BadFile[] = [];
    worker.once('message', (bad: readonly BadFile[]) => {
      found = bad;
    });
    worker.once('error', reject);
    worker.once('exit', (code) =>
      code === 0 ? resolve(found) : reject(new Error(`BUG: a checking thread ended with ${code}`)),
    );
  });
}
