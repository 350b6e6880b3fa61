// Many small files out of the store into a new directory, on all threads.
import type { Progress } from '../util/progress.ts';
import type { FileColumns } from './file-columns.ts';
import type { Store } from './store.ts';
import { chunksOf, startWorkers, workTogether } from './threads.ts';
import { type WriteJob, WriteShare } from './write-loop.ts';

export interface WriteOptions {
  /** Absolute; the folders of all files are there, the files are not. */
  readonly root: string;
  /** mtime of the files, in seconds. */
  readonly seconds: number;
  readonly progress?: Progress;
  /** Of threads; `null` for none. */
  readonly worker?: URL | null;
}

/** A thread costs as much as writing so many files. */
const THREADS_ABOVE = 1000;
const CHUNK = { items: 128, bytes: 1 << 23 };
const WORKER = new URL('./write-worker.js', import.meta.url);

/** Writes every row and fills in what the files then look like. The rows whose objects were absent or damaged. */
export async function writeFiles(store: Store, files: FileColumns, options: WriteOptions): Promise<number[]> {
  if (files.length === 0) return [];
  const job = jobOf(store, files, options);
  const seen = { files: 0n, bytes: 0n };
  const look = (): void => {
    const [written, bytes] = [Atomics.load(job.written, 0), Atomics.load(job.written, 1)];
    options.progress?.moved(Number(bytes - seen.bytes));
    options.progress?.done(Number(written - seen.files));
    Object.assign(seen, { files: written, bytes });
  };
  const { worker = WORKER } = options;
  const workers = startWorkers(files.length > THREADS_ABOVE ? worker : null, () => ({ job }));
  await workTogether(new WriteShare(job), workers, look);
  look();
  return [...files.paths.keys()].filter((row) => job.done[row] !== 1);
}

function jobOf(store: Store, files: FileColumns, { root, seconds }: WriteOptions): WriteJob {
  const numbers = new Map<string, number>();
  const source = new Uint32Array(new SharedArrayBuffer(4 * files.length));
  const offset = new Float64Array(new SharedArrayBuffer(8 * files.length));
  for (const row of files.paths.keys()) {
    const digest = files.digest(row);
    const packed = store.packs.find(digest);
    const path = packed ? store.packs.pathOf(packed.pack) : store.pathOf(digest);
    source[row] = numbers.get(path) ?? numbers.size;
    offset[row] = packed ? packed.offset : -1;
    numbers.set(path, source[row]!);
  }
  return {
    root,
    names: files.paths.join('\0'),
    columns: files.shared,
    sources: [...numbers.keys()],
    source,
    offset,
    done: new Uint8Array(new SharedArrayBuffer(files.length)),
    ...chunksOf(sizesOf(files), CHUNK),
    written: new BigInt64Array(new SharedArrayBuffer(16)),
    seconds,
  };
}

function* sizesOf(files: FileColumns): Generator<number> {
  for (const row of files.paths.keys()) yield files.bytes(row);
}
