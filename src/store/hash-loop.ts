// Hashing many files, the same on the main thread and in workers. All of them take chunks off one shared counter, so
// a slow disk or a large file never leaves a thread without work, and nothing is sent but the list and "done".
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { digestOpenFile } from '../util/digest.ts';
import { type FileStat, fileStat } from './file-stat.ts';

/** Structured-clonable; every typed array lies on shared memory. */
export interface HashJob {
  /** Absolute paths. */
  readonly paths: readonly string[];
  /** Four a file, as the walk saw it: size, mtime, ctime, inode. */
  readonly stats: BigInt64Array;
  /** 32 bytes a file. */
  readonly digests: Uint8Array;
  /** 1 where the file was hashed and did not change meanwhile. */
  readonly done: Uint8Array;
  /** Index behind the last file of each chunk. */
  readonly ends: Int32Array;
  /** The next chunk that nobody has taken. */
  readonly next: Int32Array;
}

const BUFFER = 1 << 20;

/** Hashes one chunk; false when there was none left. */
export function hashChunk(job: HashJob, buffer: Buffer): boolean {
  const chunk = Atomics.add(job.next, 0, 1);
  if (chunk >= job.ends.length) return false;
  for (let i = chunk === 0 ? 0 : job.ends[chunk - 1]!; i < job.ends[chunk]!; i++) hashOne(job, i, buffer);
  return true;
}

/** One per thread, used for every file. */
export function hashBuffer(): Buffer {
  return Buffer.allocUnsafe(BUFFER);
}

/** A file that vanished, changed or cannot be read stays "not done"; the caller looks at it alone. */
function hashOne(job: HashJob, i: number, buffer: Buffer): void {
  let fd: number | undefined;
  try {
    // NONBLOCK and NOFOLLOW: a FIFO or symlink put in the file's place must neither hang nor mislead.
    fd = openSync(
      job.paths[i]!,
      constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0),
    );
    const hashed = digestOpenFile(fd, buffer);
    if (hashed.bytes !== Number(job.stats[4 * i]) || !unchanged(job, i, fd)) return;
    Buffer.from(job.digests.buffer, job.digests.byteOffset + 32 * i, 32).write(hashed.digest, 'hex');
    job.done[i] = 1;
  } catch {
    return;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function unchanged(job: HashJob, i: number, fd: number): boolean {
  const now = fileStat(fstatSync(fd, { bigint: true }));
  return statWords(now).every((word, at) => word === job.stats[4 * i + at]);
}

/** What `HashJob.stats` holds of a file. */
export function statWords(stat: FileStat): readonly bigint[] {
  return [BigInt(stat.bytes), stat.mtime, stat.ctime, stat.inode];
}
