// Hashing many files, the same on the main thread and in workers. All of them take chunks off one shared counter, so
// a slow disk or a large file never leaves a thread without work, and nothing is sent but the list and the outcome.
// Where the bytes are to be stored too, each thread puts the small files it hashed into packs of its own: they are read
// once, and what is stored is what was hashed.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Digest } from '../core/ids.ts';
import { digestBytes, digestOpenFile } from '../util/digest.ts';
import { naming } from '../util/errno.ts';
import { PACKED_MOST_BYTES } from './batch.ts';
import { bufferOf, type SharedColumns } from './file-columns.ts';
import { fileStat } from './file-stat.ts';
import { PackFile, type PackOnDisk } from './pack-file.ts';
import { type Chunks, doChunk, type Share } from './threads.ts';

/** Structured-clonable; every typed array lies on shared memory. */
export interface HashJob extends Chunks {
  /** Absolute folder that names are relative to; '' when they are absolute. */
  readonly root: string;
  /** Names of the files to hash, joined by NUL: one string is cheaper to send than many. */
  readonly names: string;
  /** Row of each name in the columns. */
  readonly rows: Uint32Array;
  readonly columns: SharedColumns;
  /** By name: 1 where the file was hashed and did not change meanwhile. */
  readonly done: Uint8Array;
  /** Files and bytes hashed so far, for whoever watches. */
  readonly hashed: BigInt64Array;
  /** Temporary names for packs, as many as all threads together can fill; none: nothing is stored. */
  readonly packs: readonly string[];
  /** How many of the names are taken. */
  readonly taken: Int32Array;
  /** A pack that weighs so much is full. */
  readonly packBytes: number;
}

const BUFFER = 1 << 20;

export class HashShare implements Share<readonly PackOnDisk[]> {
  readonly #job: HashJob;
  readonly #names: readonly string[];
  readonly #digests: Buffer;
  readonly #buffer = Buffer.allocUnsafe(BUFFER);
  readonly #packed = new Set<Digest>();
  readonly #full: PackOnDisk[] = [];
  #pack: PackFile | undefined;

  constructor(job: HashJob) {
    this.#job = job;
    this.#names = job.names.split('\0');
    this.#digests = bufferOf(job.columns.digests);
  }

  chunk(): number {
    return doChunk(this.#job, (i) => this.#hash(i));
  }

  /** The thread's packs; none is empty. */
  finish(): readonly PackOnDisk[] {
    this.#endPack();
    return this.#full;
  }

  abandon(): void {
    this.#pack?.abandon();
    this.#pack = undefined;
  }

  /** A file that vanished, changed or cannot be read stays "not done"; the caller looks at it alone. */
  #hash(i: number): void {
    const { root, columns, rows, done, hashed } = this.#job;
    const row = rows[i]!;
    const fd = open(root === '' ? this.#names[i]! : `${root}/${this.#names[i]}`);
    if (fd === undefined) return;
    try {
      const size = columns.size[row]!;
      const small = size <= PACKED_MOST_BYTES ? readWhole(fd, size, this.#buffer) : undefined;
      const digest = small ? digestBytes(small) : digestOpenFile(fd, this.#buffer).digest;
      if (!unchanged(columns, row, fd)) return;
      this.#digests.write(digest, 32 * row, 'hex');
      if (small) this.#store(digest, small);
      done[i] = 1;
      Atomics.add(hashed, 0, 1n);
      Atomics.add(hashed, 1, BigInt(size));
    } catch (error) {
      // Anything else is a pack that cannot be written.
      if (!['read', 'fstat'].includes((error as NodeJS.ErrnoException).syscall ?? '')) throw error;
    } finally {
      naming(this.#names[i]!, () => closeSync(fd));
    }
  }

  #store(digest: Digest, bytes: Uint8Array): void {
    if (this.#job.packs.length === 0 || this.#packed.has(digest)) return;
    this.#packed.add(digest);
    this.#pack ??= this.#startPack();
    this.#pack.add(digest, bytes);
    if (this.#pack.bytesWith(0) >= this.#job.packBytes) this.#endPack();
  }

  #startPack(): PackFile {
    const path = this.#job.packs[Atomics.add(this.#job.taken, 0, 1)];
    if (path === undefined) throw new Error('BUG: more packs than the bytes to hash can fill');
    return new PackFile(path, 'bytes');
  }

  #endPack(): void {
    const pack = this.#pack;
    this.#pack = undefined;
    if (pack) this.#full.push(pack.finishSync());
  }
}

/** NONBLOCK and NOFOLLOW: a FIFO or symlink put in the file's place must neither hang nor mislead. */
function open(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  } catch {
    return undefined;
  }
}

/** One system call in the common case: that nothing follows is proved by the size afterwards. */
function readWhole(fd: number, size: number, buffer: Buffer): Buffer {
  let filled = 0;
  while (filled < size) {
    const n = readSync(fd, buffer, filled, size - filled, null);
    if (n === 0) break;
    filled += n;
  }
  return buffer.subarray(0, filled);
}

function unchanged({ size, mtime, ctime, inode }: SharedColumns, row: number, fd: number): boolean {
  const now = fileStat(fstatSync(fd, { bigint: true }));
  return (
    now.bytes === size[row] &&
    now.mtime === mtime[row] &&
    now.ctime === ctime[row] &&
    now.inode === inode[row]
  );
}
