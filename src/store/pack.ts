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

/** Where one object lies in a pack. `raw` differs from `stored` only under a codec, and no codec is written yet. */
export interface PackEntry {
  readonly digest: Digest;
  readonly offset: number;
  readonly stored: number;
  readonly raw: number;
}

export interface PackTable {
  readonly kind: PackKind;
  /** In stored order. */
  readonly entries: readonly PackEntry[];
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
const ENTRY = 44;
const FOOT = 16;
/** Offsets are 32 bits wide. */
export const PACK_MOST_BYTES = 2 ** 32 - 1;

/** What a pack of so many objects and stored bytes weighs. */
export function packBytes(objects: number, stored: number): number {
  return PACK_HEAD + stored + objects * ENTRY + FOOT;
}

/** Puts a pack together piece by piece: `write` is given the file's bytes in order, and may not keep what it is given. */
export class PackBuilder {
  readonly #kind: PackKind;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #sha = createHash('sha256');
  readonly #entries: PackEntry[] = [];
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
    return this.#entries.length;
  }

  /** What the file would weigh with one more object of so many bytes. */
  bytesWith(more: number): number {
    return this.#at + more + (this.#entries.length + 1) * ENTRY + FOOT;
  }

  /** `bytes` hash to `digest`: the caller has just computed it. */
  add(digest: Digest, bytes: Uint8Array): void {
    if (this.bytesWith(bytes.length) > PACK_MOST_BYTES) throw new Error('BUG: a pack of more than 4 GiB');
    this.#entries.push({ digest, offset: this.#at, stored: bytes.length, raw: bytes.length });
    this.#emit(bytes);
  }

  finish(): BuiltPack {
    const table = Buffer.alloc(this.#entries.length * ENTRY + FOOT);
    this.#entries.forEach((entry, i) => {
      const at = i * ENTRY;
      table.write(entry.digest, at, 'hex');
      table.writeUInt32BE(entry.stored, at + 32);
      table.writeUInt32BE(entry.raw, at + 36);
    });
    table.writeUInt32BE(this.#entries.length, table.length - FOOT);
    END.copy(table, table.length - END.length);
    this.#emit(table);
    return {
      digest: this.#sha.digest('hex') as Digest,
      bytes: this.#at,
      table: { kind: this.#kind, entries: this.#entries },
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
  const count = foot.readUInt32BE(0);
  const start = bytes - FOOT - count * ENTRY;
  if (start < PACK_HEAD) badPack(digest, 'says it holds more than it can');
  return { kind, entries: decodeEntries(read(start, bytes - FOOT), start, digest) };
}

function decodeEntries(table: Buffer, end: number, digest: Digest): PackEntry[] {
  const entries: PackEntry[] = [];
  let offset = PACK_HEAD;
  for (let at = 0; at < table.length; at += ENTRY) {
    const stored = table.readUInt32BE(at + 32);
    const raw = table.readUInt32BE(at + 36);
    if (table.readUInt32BE(at + 40) !== 0) badPack(digest, 'uses a codec that this mlops does not know');
    if (stored !== raw) badPack(digest, 'states two sizes for one object');
    entries.push({ digest: table.toString('hex', at, at + 32) as Digest, offset, stored, raw });
    offset += stored;
  }
  if (offset !== end) badPack(digest, 'does not add up to its size');
  return entries;
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
