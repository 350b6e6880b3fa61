// Digests of many files as fast as the machine gives them: small ones on all threads, large ones without keeping the
// event loop. Measured on 100,000 files of 1 KiB: synchronous reads beat every asynchronous way by five times or more.
import { lstatSync, rmSync } from 'node:fs';
import type { Report } from '../core/event.ts';
import { fail } from '../core/failure.ts';
import { digestFile, type FileDigest } from '../util/digest.ts';
import { isErrno } from '../util/errno.ts';
import { type Progress, startProgress } from '../util/progress.ts';
import { type Batch, PACK_BYTES, PACK_FROM_OBJECTS, PACKED_MOST_BYTES } from './batch.ts';
import { hashLarge } from './copy.ts';
import { bufferOf, type FileColumns } from './file-columns.ts';
import { type FileStat, fileStat, sameStat } from './file-stat.ts';
import { type HashJob, HashShare } from './hash-loop.ts';
import { packBytes as packBytesOf, packEntries } from './pack.ts';
import type { PackOnDisk } from './pack-file.ts';
import type { Store } from './store.ts';
import { chunksOf, MOST_THREADS, startWorkers, workTogether } from './threads.ts';

export interface HashOptions {
  /** Absolute folder that paths are relative to; '' when they are absolute. */
  readonly root: string;
  /** Where the bytes go while they are hashed, so that nothing is read twice. They need not all arrive there: see `save`. */
  readonly into?: Intake;
  readonly report?: Report | undefined;
  /** Of threads; `null` for none. */
  readonly worker?: URL | null;
  /** What one pack of taken bytes weighs at most, but for its last object. */
  readonly packBytes?: number;
}

export interface Intake {
  readonly store: Store;
  readonly batch: Batch;
  /** Files that are most likely stored already (touched, not changed) are hashed only. By row. */
  readonly known?: (row: number) => boolean;
}

/** Starting a thread costs about 40 ms: as much as hashing 5,000 small files or 50 MB. */
const THREADS_ABOVE = { items: 2000, bytes: 1 << 26 };
const CHUNK = { items: 256, bytes: 1 << 23 };
/** No chunk keeps the event loop longer than hashing this takes, a fifth of a second. */
const ALONE_FROM = 1 << 28;
/** From here on a file is worth reading ahead for. */
const READ_AHEAD_FROM = 1 << 23;
const TRIES = 3;
const WATCH_MS = 100;
/** Built beside the bundle; absent when the TypeScript source is run, and then the main thread does it all. */
const WORKER = new URL('./hash-worker.js', import.meta.url);

/**
 * Fills in the digests of `rows`. Each file was the same before and after; one that had changed since it was listed gets
 * its new times too. One that keeps changing is an error.
 * @throws MlopsError `refused` or `missing`, naming the file
 */
export async function hashFiles(
  files: FileColumns,
  rows: readonly number[],
  options: HashOptions,
): Promise<void> {
  if (rows.length === 0) return;
  const progress = startProgress(options.report, 'hash', {
    items: rows.length,
    bytes: rows.reduce((sum, row) => sum + files.bytes(row), 0),
  });
  try {
    const alone = (row: number): boolean => rows.length === 1 || isAlone(files, row, options);
    const together = rows.filter((row) => !alone(row));
    const left = await hashTogether(files, together, options, progress);
    for (const row of [...rows.filter(alone), ...left]) {
      await hashAlone(files, row, options, progress);
      progress.done();
    }
  } finally {
    progress.finish();
  }
}

/** Large files are copied into the store while they are hashed, where they go there and are not there yet. */
function isAlone(files: FileColumns, row: number, { into }: HashOptions): boolean {
  const bytes = files.bytes(row);
  return bytes >= ALONE_FROM || (bytes > PACKED_MOST_BYTES && into !== undefined && !into.known?.(row));
}

/** Rows that must be looked at alone: they changed, vanished, or cannot be read. */
async function hashTogether(
  files: FileColumns,
  rows: readonly number[],
  { root, into, worker = WORKER, packBytes = PACK_BYTES }: HashOptions,
  progress: Progress,
): Promise<number[]> {
  if (rows.length === 0) return [];
  const threads = isWorthThreads(files, rows) ? worker : null;
  const names = into && rows.length >= PACK_FROM_OBJECTS ? packsFor(files, rows, packBytes) : 0;
  const packs = Array.from({ length: names }, () => into!.store.temporary());
  const job = jobOf(files, rows, root, { packs, packBytes });
  const watch = watchJob(job, progress);
  try {
    const workers = startWorkers(threads, () => ({ job }));
    takeIn(into, (await workTogether(new HashShare(job), workers, watch.look)).flat());
  } catch (error) {
    for (const path of packs) rmSync(path, { force: true });
    throw error;
  } finally {
    watch.end();
  }
  return rows.filter((_, i) => job.done[i] !== 1);
}

function jobOf(
  files: FileColumns,
  rows: readonly number[],
  root: string,
  store: Pick<HashJob, 'packs' | 'packBytes'>,
): HashJob {
  return {
    root,
    names: rows.map((row) => files.paths[row]).join('\0'),
    rows: Uint32Array.from(rows),
    columns: files.shared,
    done: new Uint8Array(new SharedArrayBuffer(rows.length)),
    ...chunksOf(sizesOf(files, rows), CHUNK),
    hashed: new BigInt64Array(new SharedArrayBuffer(16)),
    ...store,
    taken: new Int32Array(new SharedArrayBuffer(4)),
  };
}

function* sizesOf(files: FileColumns, rows: readonly number[]): Generator<number> {
  for (const row of rows) yield files.bytes(row);
}

/** How many there can be: the full ones, and one that is not for each thread. */
function packsFor(files: FileColumns, rows: readonly number[], packBytes: number): number {
  const bytes = rows.reduce((sum, row) => sum + files.bytes(row), 0);
  const withFrames = bytes + rows.length * packBytesOf(1, 0);
  return Math.floor(withFrames / packBytes) + MOST_THREADS + 1;
}

function isWorthThreads(files: FileColumns, rows: readonly number[]): boolean {
  const bytes = rows.reduce((sum, row) => sum + files.bytes(row), 0);
  return rows.length > THREADS_ABOVE.items || (rows.length > 1 && bytes > THREADS_ABOVE.bytes);
}

/** Counts what all threads hash. */
function watchJob(job: HashJob, progress: Progress) {
  const seen = { files: 0n, bytes: 0n };
  const look = (): void => {
    const [files, bytes] = [Atomics.load(job.hashed, 0), Atomics.load(job.hashed, 1)];
    progress.moved(Number(bytes - seen.bytes));
    progress.done(Number(files - seen.files));
    Object.assign(seen, { files, bytes });
  };
  const timer = setInterval(look, WATCH_MS);
  return {
    look,
    end: () => {
      clearInterval(timer);
      look();
    },
  };
}

/** Packs worth having go into the batch. What the store has already, or few objects, are better left to `save`. */
function takeIn(into: Intake | undefined, found: readonly PackOnDisk[]): void {
  const objects = found.reduce((sum, { table }) => sum + table.objects, 0);
  let fresh = 0;
  for (const pack of found)
    for (const { digest } of packEntries(withBuffers(pack).table))
      if (!into!.store.packs.find(digest)) fresh++;
  const worth = fresh >= PACK_FROM_OBJECTS && 2 * fresh > objects;
  for (const pack of found) {
    if (worth) into!.batch.landPack(withBuffers(pack));
    else rmSync(pack.path, { force: true });
  }
}

/** Between threads a Buffer becomes a plain Uint8Array. */
function withBuffers(pack: PackOnDisk): PackOnDisk {
  return { ...pack, table: { ...pack.table, rows: bufferOf(pack.table.rows) } };
}

async function hashAlone(
  files: FileColumns,
  row: number,
  options: HashOptions,
  progress: Progress,
): Promise<void> {
  const path = options.root === '' ? files.paths[row]! : `${options.root}/${files.paths[row]}`;
  for (let i = 0; i < TRIES; i++) {
    const before = statNow(path);
    files.setStat(row, before);
    const { digest, bytes, temporary } = await read(
      path,
      isAlone(files, row, options) ? options.into : undefined,
      before.bytes,
      progress.moved,
    );
    if (bytes === before.bytes && sameStat(before, statNow(path))) {
      files.setDigest(row, digest);
      if (temporary !== undefined) options.into!.batch.land(temporary, digest);
      return;
    }
    if (temporary !== undefined) rmSync(temporary, { force: true });
  }
  fail('refused', `${path} keeps changing while it is read`, {
    help: 'run the command again when nothing writes to it',
  });
}

function statNow(path: string): FileStat {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats?.isFile()
    ? fileStat(stats)
    : fail('missing', `${path} disappeared while it was read`, { help: 'run the command again' });
}

async function read(
  path: string,
  into: Intake | undefined,
  size: number,
  moved: (bytes: number) => void,
): Promise<FileDigest & { readonly temporary?: string }> {
  try {
    if (into) return await into.batch.copyFile(path, moved);
    if (size >= READ_AHEAD_FROM) return await hashLarge(path, moved);
    moved(size);
    return digestFile(path);
  } catch (error) {
    // The store's own files may fail as well.
    const { path: at, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
    const ofFile = at === path && dest === undefined;
    if (!ofFile || !isErrno(error, 'EACCES', 'EPERM', 'ENOENT', 'EIO', 'EISDIR')) throw error;
    return fail('missing', `${path} cannot be read`, { help: 'check its permissions' }, error);
  }
}
