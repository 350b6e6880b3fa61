// A pack: many small objects in one file (integers big-endian; named by the sha256 of all its bytes):
//   "MLPACK1\n" | u8 kind (1 bytes, 2 trees) | 7×0
//   stored bytes of each object, back to back
//   n × { digest[32] u32 stored u32 raw u8 codec (0 none) 3×0 }      44 bytes, in stored order
//   u32 n | u32 0 | "MLPEND1\n"
// A digest is always that of the raw bytes. The table makes an index rebuildable from packs alone. Every pack read is
// hostile until `readPackTable` returns, and its objects until they were hashed.
import { createHash } from 'node:crypto';
import { fail } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';

export type PackKind = 'bytes' | 'trees';

/** Where one object lies in a pack. Its raw size is the stored one, as long as no codec is written. */
export interface PackEntry {
  readonly digest: Digest;
  readonly offset: number;
  readonly stored: number;
}

export interface PackTable {
  readonly kind: PackKind;
  readonly objects: number;
  /** As it stands in the file: 44 bytes an object, in stored order. A million objects are 44 MB this way. */
  readonly rows: Buffer;
}

/** A finished pack, before it has a name. */
export interface BuiltPack {
  readonly digest: Digest;
  /** Of the whole file. */
  readonly bytes: number;
  readonly table: PackTable;
}

const MAGIC = Buffer.from('MLPACK1\n');
const END = Buffer.from('MLPEND1\n');
const KINDS: readonly PackKind[] = ['bytes', 'trees'];
export const PACK_HEAD = 16;
export const PACK_ROW = 44;
const FOOT = 16;
/** Offsets are 32 bits wide. */
export const PACK_MOST_BYTES = 2 ** 32 - 1;

/** What a pack of so many objects and stored bytes weighs. */
export function packBytes(objects: number, stored: number): number {
  return PACK_HEAD + stored + objects * PACK_ROW + FOOT;
}

/** Puts a pack together piece by piece: `write` is given the file's bytes in order, and may not keep what it is given. */
export class PackBuilder {
  readonly #kind: PackKind;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #sha = createHash('sha256');
  #rows = Buffer.alloc(64 * PACK_ROW);
  #objects = 0;
  #at = 0;

  constructor(kind: PackKind, write: (bytes: Uint8Array) => void) {
    this.#kind = kind;
    this.#write = write;
    const head = Buffer.alloc(PACK_HEAD);
    MAGIC.copy(head);
    head[8] = KINDS.indexOf(kind) + 1;
    this.#emit(head);
  }

  get objects(): number {
    return this.#objects;
  }

  /** What the file would weigh with one more object of so many bytes. */
  bytesWith(more: number): number {
    return this.#at + more + (this.#objects + 1) * PACK_ROW + FOOT;
  }

  /** `bytes` hash to `digest`: the caller has just computed it. */
  add(digest: Digest, bytes: Uint8Array): void {
    if (this.bytesWith(bytes.length) > PACK_MOST_BYTES) throw new Error('BUG: a pack of more than 4 GiB');
    const at = this.#objects * PACK_ROW;
    if (at === this.#rows.length) this.#rows = Buffer.concat([this.#rows, Buffer.alloc(at)]);
    this.#rows.write(digest, at, 'hex');
    this.#rows.writeUInt32BE(bytes.length, at + 32);
    this.#rows.writeUInt32BE(bytes.length, at + 36);
    this.#objects++;
    this.#emit(bytes);
  }

  finish(): BuiltPack {
    const rows = this.#rows.subarray(0, this.#objects * PACK_ROW);
    const foot = Buffer.alloc(FOOT);
    foot.writeUInt32BE(this.#objects);
    END.copy(foot, FOOT - END.length);
    this.#emit(rows);
    this.#emit(foot);
    return {
      digest: this.#sha.digest('hex') as Digest,
      bytes: this.#at,
      table: { kind: this.#kind, objects: this.#objects, rows },
    };
  }

  #emit(bytes: Uint8Array): void {
    this.#sha.update(bytes);
    this.#write(bytes);
    this.#at += bytes.length;
  }
}

/** Bytes `start` to `end` of a file; fewer only when it is shorter. */
export type ReadRange = (start: number, end: number) => Buffer;

/**
 * The table at the end of a pack of `bytes` bytes. Only its head and its end are read; whether objects match their
 * digests is for whoever reads them.
 * @throws MlopsError `integrity`, naming the pack, unless they are exactly what a PackBuilder writes
 */
export function readPackTable(read: ReadRange, bytes: number, digest: Digest): PackTable {
  if (bytes < PACK_HEAD + FOOT || bytes > PACK_MOST_BYTES) badPack(digest, 'has a size that no pack has');
  const head = read(0, PACK_HEAD);
  const kind = KINDS[head[8]! - 1];
  if (!head.subarray(0, 8).equals(MAGIC)) badPack(digest, 'is not a pack');
  if (kind === undefined || head.subarray(9).some((byte) => byte !== 0))
    badPack(digest, 'is of an unknown kind');
  const foot = read(bytes - FOOT, bytes);
  if (foot.length !== FOOT || !foot.subarray(8).equals(END) || foot.readUInt32BE(4) !== 0)
    badPack(digest, 'has no end: it was cut short');
  const objects = foot.readUInt32BE(0);
  const start = bytes - FOOT - objects * PACK_ROW;
  if (start < PACK_HEAD) badPack(digest, 'says it holds more than it can');
  const rows = read(start, bytes - FOOT);
  checkRows(rows, start, digest);
  return { kind, objects, rows };
}

function checkRows(rows: Buffer, end: number, digest: Digest): void {
  let offset = PACK_HEAD;
  for (let at = 0; at < rows.length; at += PACK_ROW) {
    const stored = rows.readUInt32BE(at + 32);
    if (rows.readUInt32BE(at + 40) !== 0) badPack(digest, 'uses a codec that this mlops does not know');
    if (stored !== rows.readUInt32BE(at + 36)) badPack(digest, 'states two sizes for one object');
    offset += stored;
  }
  if (offset !== end) badPack(digest, 'does not add up to its size');
}

/** What a table says, object by object. */
export function* packEntries({ rows }: PackTable): Generator<PackEntry> {
  let offset = PACK_HEAD;
  for (let at = 0; at < rows.length; at += PACK_ROW) {
    const stored = rows.readUInt32BE(at + 32);
    yield { digest: rows.toString('hex', at, at + 32) as Digest, offset, stored };
    offset += stored;
  }
}

/** The way to read a pack that is in memory. */
export function rangesOf(bytes: Buffer): ReadRange {
  return (start, end) => bytes.subarray(start, end);
}

function badPack(digest: Digest, why: string): never {
  return fail('integrity', `pack ${digest} ${why}`, {
    help: '`mlops fsck` says what it held and whether it can be had elsewhere',
  });
}
