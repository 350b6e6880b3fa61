// Writing many small files out of the store, the same on the main thread and in workers; see threads.ts. Objects are
// proved before a file is made of them.
import { closeSync, fstatSync, futimesSync, openSync, readFileSync, readSync, unlinkSync } from 'node:fs';
import type { Digest } from '../core/ids.ts';
import { writeWhole } from '../util/atomic-write.ts';
import { digestBytes } from '../util/digest.ts';
import { isErrno, naming } from '../util/errno.ts';
import { bufferOf, type SharedColumns, setStat } from './file-columns.ts';
import { type FileStat, fileStat } from './file-stat.ts';
import { type Chunks, doChunk, type Share } from './threads.ts';

/** Structured-clonable; every typed array lies on shared memory. One row of the columns for each name. */
export interface WriteJob extends Chunks {
  /** Absolute; no file of these names is in it, but the folders are. */
  readonly root: string;
  /** Joined by NUL. */
  readonly names: string;
  /** What to write; their times and inodes are filled in. */
  readonly columns: SharedColumns;
  /** Files that objects lie in, each once. */
  readonly sources: readonly string[];
  /** By name: the number of its source, and where in it the object begins; -1 = the object is the whole file. */
  readonly source: Uint32Array;
  readonly offset: Float64Array;
  /** By name: 1 when it was written. The others were absent or damaged in the store. */
  readonly done: Uint8Array;
  /** Files and bytes written so far, for whoever watches. */
  readonly written: BigInt64Array;
  /** mtime of the files, in seconds. */
  readonly seconds: number;
}

const BUFFER = 1 << 20;
/** Sources kept open. */
const OPEN_MOST = 32;

export class WriteShare implements Share<void> {
  readonly #job: WriteJob;
  readonly #names: readonly string[];
  readonly #digests: Buffer;
  readonly #buffer = Buffer.allocUnsafe(BUFFER);
  readonly #open = new Map<number, number>();

  constructor(job: WriteJob) {
    this.#job = job;
    this.#names = job.names.split('\0');
    this.#digests = bufferOf(job.columns.digests);
  }

  chunk(): number {
    return doChunk(this.#job, (i) => this.#write(i));
  }

  finish(): void {
    this.abandon();
  }

  abandon(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }

  #write(i: number): void {
    const { root, columns, done, seconds, written } = this.#job;
    const bytes = this.#read(i);
    const digest = this.#digests.toString('hex', 32 * i, 32 * i + 32) as Digest;
    if (!bytes || digestBytes(bytes) !== digest) return;
    setStat(
      columns,
      i,
      writeFile(`${root}/${this.#names[i]}`, bytes, columns.exec[i] === 1 ? 0o777 : 0o666, seconds),
    );
    done[i] = 1;
    Atomics.add(written, 0, 1n);
    Atomics.add(written, 1, BigInt(bytes.length));
  }

  #read(i: number): Buffer | undefined {
    const { columns, source, offset, sources } = this.#job;
    try {
      if (offset[i]! < 0) return readFileSync(sources[source[i]!]!);
      const size = columns.size[i]!;
      const buffer = size <= BUFFER ? this.#buffer : Buffer.allocUnsafe(size);
      const n = readSync(this.#fdOf(source[i]!), buffer, 0, size, offset[i]!);
      return buffer.subarray(0, n);
    } catch (error) {
      if (isErrno(error, 'ENOENT', 'EIO', 'ERR_FS_FILE_TOO_LARGE')) return undefined;
      throw error;
    }
  }

  #fdOf(source: number): number {
    const known = this.#open.get(source);
    if (known !== undefined) return known;
    const fd = openSync(this.#job.sources[source]!, 'r');
    if (this.#open.size >= OPEN_MOST) {
      const [oldest, old] = this.#open.entries().next().value!;
      closeSync(old);
      this.#open.delete(oldest);
    }
    this.#open.set(source, fd);
    return fd;
  }
}

/** Makes a file that must not exist, and says what it then looks like. A file that could not be written whole is gone. */
export function writeFile(path: string, bytes: Uint8Array, mode: number, seconds: number): FileStat {
  const fd = openSync(path, 'wx', mode);
  try {
    return naming(path, () => {
      try {
        writeWhole(fd, bytes);
        futimesSync(fd, seconds, seconds);
        return fileStat(fstatSync(fd, { bigint: true }));
      } finally {
        closeSync(fd);
      }
    });
  } catch (error) {
    unlinkSync(path);
    throw error;
  }
}
