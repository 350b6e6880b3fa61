// Files with what the file system says of them and their digests, in columns: a million files must fit in memory, and
// threads must be able to work on them without copies.
import type { Digest } from '../core/ids.ts';
import type { FileStat } from './file-stat.ts';

export interface StatColumns {
  readonly size: Float64Array;
  readonly mtime: BigInt64Array;
  readonly ctime: BigInt64Array;
  readonly inode: BigUint64Array;
}

/** Columns that lie on shared memory; row i of each belongs to one file. */
export interface SharedColumns extends StatColumns {
  readonly exec: Uint8Array;
  /** 32 bytes a file. */
  readonly digests: Uint8Array;
}

export class FileColumns {
  readonly paths: string[] = [];
  #columns: SharedColumns;
  #hex: Buffer;

  /** `room` for so many files; more is made when it is needed. */
  constructor(room = 64) {
    this.#columns = columnsFor(room);
    this.#hex = bufferOf(this.#columns.digests);
  }

  get length(): number {
    return this.paths.length;
  }

  /** Valid until the next `add`. */
  get shared(): SharedColumns {
    return this.#columns;
  }

  /** The row's number. Its digest is not known yet when none is given. */
  add(path: string, stat: FileStat, digest?: Digest): number {
    const row = this.paths.length;
    if (row === this.#columns.size.length) this.#grow();
    this.paths.push(path);
    this.setStat(row, stat);
    if (digest) this.setDigest(row, digest);
    return row;
  }

  setStat(row: number, stat: FileStat): void {
    setStat(this.#columns, row, stat);
    this.#columns.exec[row] = stat.exec ? 1 : 0;
  }

  setDigest(row: number, digest: Digest): void {
    this.#hex.write(digest, 32 * row, 'hex');
  }

  stat(row: number): FileStat {
    const { size, mtime, ctime, inode, exec } = this.#columns;
    return {
      bytes: size[row]!,
      mtime: mtime[row]!,
      ctime: ctime[row]!,
      inode: inode[row]!,
      exec: exec[row] === 1,
    };
  }

  digest(row: number): Digest {
    return this.#hex.toString('hex', 32 * row, 32 * row + 32) as Digest;
  }

  bytes(row: number): number {
    return this.#columns.size[row]!;
  }

  #grow(): void {
    const old = this.#columns;
    this.#columns = columnsFor(2 * old.size.length);
    for (const name of COLUMN_NAMES) (this.#columns[name] as Uint8Array).set(old[name] as Uint8Array);
    this.#hex = bufferOf(this.#columns.digests);
  }
}

const COLUMN_NAMES = ['size', 'mtime', 'ctime', 'inode', 'exec', 'digests'] as const;

function columnsFor(room: number): SharedColumns {
  const memory = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(room * bytes);
  return {
    size: new Float64Array(memory(8)),
    mtime: new BigInt64Array(memory(8)),
    ctime: new BigInt64Array(memory(8)),
    inode: new BigUint64Array(memory(8)),
    exec: new Uint8Array(memory(1)),
    digests: new Uint8Array(memory(32)),
  };
}

export function setStat(
  columns: StatColumns,
  row: number,
  { bytes, mtime, ctime, inode }: Omit<FileStat, 'exec'>,
): void {
  columns.size[row] = bytes;
  columns.mtime[row] = mtime;
  columns.ctime[row] = ctime;
  columns.inode[row] = inode;
}

export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
