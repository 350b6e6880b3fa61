// Digests of files as they were when hashed, in columns (numbers in host order, which the marker proves):
//   "MLSTAT1\n" | u32 marker | u32 n | u32 bytes of names | u32 bytes of the note
//   n × f64 size | n × i64 mtime | n × i64 ctime | n × u64 inode | n × digest[32] | names joined by NUL
//   note: text that belongs to exactly these rows | sha256 of it all
// It only saves time: a table that cannot be read is an empty one.
import { createHash } from 'node:crypto';
import type { Digest } from '../core/ids.ts';
import { FileColumns } from './file-columns.ts';
import { type FileStat, sameStat } from './file-stat.ts';

const MAGIC = Buffer.from('MLSTAT1\n');
const MARKER = 0x01020304;
const HEAD = 24;
const COLUMNS = 32 + 32;

/** `rows`: those to keep, ascending. */
export function encodeTable(files: FileColumns, rows: readonly number[], text = ''): Buffer {
  const n = rows.length;
  const names = Buffer.from(rows.map((row) => files.paths[row]).join('\0'));
  const note = Buffer.from(text);
  const table = Buffer.alloc(HEAD + n * COLUMNS + names.length + note.length + 32);
  MAGIC.copy(table);
  new Uint32Array(table.buffer, table.byteOffset + 8, 4).set([MARKER, n, names.length, note.length]);
  const to = columns(table, n);
  const from = files.shared;
  rows.forEach((row, i) => {
    to.size[i] = from.size[row]!;
    to.mtime[i] = from.mtime[row]!;
    to.ctime[i] = from.ctime[row]!;
    to.inode[i] = from.inode[row]!;
    to.digests.set(from.digests.subarray(32 * row, 32 * row + 32), 32 * i);
  });
  names.copy(table, HEAD + n * COLUMNS);
  note.copy(table, HEAD + n * COLUMNS + names.length);
  const end = table.length - 32;
  createHash('sha256').update(table.subarray(0, end)).digest().copy(table, end);
  return table;
}

function columns(table: Buffer, n: number) {
  const at = (column: number): number => table.byteOffset + HEAD + column * 8 * n;
  return {
    size: new Float64Array(table.buffer, at(0), n),
    mtime: new BigInt64Array(table.buffer, at(1), n),
    ctime: new BigInt64Array(table.buffer, at(2), n),
    inode: new BigUint64Array(table.buffer, at(3), n),
    digests: table.subarray(HEAD + 32 * n, HEAD + 64 * n),
  };
}

const EMPTY = encodeTable(new FileColumns(0), []);

/** A table to look things up in. Asking in the table's own order costs no map. */
export class StatTable {
  readonly size: number;
  readonly note: string;
  readonly #paths: readonly string[];
  readonly #columns: ReturnType<typeof columns>;
  #cursor = 0;
  #rows: Map<string, number> | undefined;

  constructor(table: Buffer = EMPTY) {
    const read = readable(table) ? table : EMPTY;
    const [, n, nameBytes, noteBytes] = new Uint32Array(read.buffer, read.byteOffset + 8, 4);
    this.size = n!;
    this.#columns = columns(read, this.size);
    const start = HEAD + this.size * COLUMNS;
    const end = start + nameBytes!;
    this.#paths = this.size === 0 ? [] : read.toString('utf8', start, end).split('\0');
    this.note = read.toString('utf8', end, end + noteBytes!);
  }

  /** The digest of a file that has not changed since it was hashed. */
  find(path: string, stat: FileStat): Digest | undefined {
    const row = this.#rowOf(path);
    return row !== undefined && sameStat(this.#statAt(row), stat) ? this.#digestAt(row) : undefined;
  }

  /** Fills in the digests of files that have not changed since; the rows of the others. */
  fill(files: FileColumns): number[] {
    const { size, mtime, ctime, inode, digests } = this.#columns;
    const now = files.shared;
    const unknown: number[] = [];
    files.paths.forEach((path, at) => {
      const row = this.#rowOf(path);
      const same =
        row !== undefined &&
        size[row] === now.size[at] &&
        mtime[row] === now.mtime[at] &&
        ctime[row] === now.ctime[at] &&
        inode[row] === now.inode[at];
      if (same) now.digests.set(digests.subarray(32 * row, 32 * row + 32), 32 * at);
      else unknown.push(at);
    });
    return unknown;
  }

  /** The size that a file had when it was last hashed. */
  bytesOf(path: string): number | undefined {
    const row = this.#rowOf(path);
    return row === undefined ? undefined : this.#columns.size[row];
  }

  all(): FileColumns {
    const files = new FileColumns(this.size);
    this.#paths.forEach((path, row) => {
      files.add(path, this.#statAt(row), this.#digestAt(row));
    });
    return files;
  }

  #rowOf(path: string): number | undefined {
    if (this.#paths[this.#cursor] === path) return this.#cursor++;
    this.#rows ??= new Map(this.#paths.map((each, at) => [each, at]));
    const row = this.#rows.get(path);
    if (row !== undefined) this.#cursor = row + 1;
    return row;
  }

  #statAt(row: number): FileStat {
    const { size, mtime, ctime, inode } = this.#columns;
    return {
      bytes: size[row]!,
      mtime: mtime[row]!,
      ctime: ctime[row]!,
      inode: inode[row]!,
      exec: false,
    };
  }

  #digestAt(row: number): Digest {
    return this.#columns.digests.toString('hex', row * 32, row * 32 + 32) as Digest;
  }
}

/** Whether it is what `encodeTable` wrote, every byte of it. */
export function isStatTable(bytes: Buffer): boolean {
  return readable(bytes.byteOffset % 8 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer));
}

function readable(table: Buffer): boolean {
  const end = table.length - 32;
  if (end < HEAD || table.byteOffset % 8 !== 0 || !table.subarray(0, 8).equals(MAGIC)) return false;
  const [marker, n, names, note] = new Uint32Array(table.buffer, table.byteOffset + 8, 4);
  if (marker !== MARKER || HEAD + n! * COLUMNS + names! + note! !== end) return false;
  return createHash('sha256').update(table.subarray(0, end)).digest().equals(table.subarray(end));
}
