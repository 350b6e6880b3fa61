// An index says where the objects of one or many packs lie (integers big-endian; named by the sha256 of all its bytes):
//   "MLINDX1\n" | u8 f | 3×0 | u32 packs | u64 n | u16 lo | u16 hi | u32 0       covers digests whose first u16 is in lo…hi
//   packs × { pack digest[32] u64 bytes u32 objects u8 kind 3×0 }                  48 bytes
//   2^f × u32 cumulative count by the first f bits; f = clamp(floor(log2(max n 1)) − 6, 0, 16)
//   n × { digest[32] u32 offset u32 stored u32 raw u8 codec u24 pack }             48 bytes, ascending by digest then pack
// Looking one object up reads one slot of the counts and about 64 to 128 entries, so an index can also be read by ranges.
import { fail } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { digestBytes } from '../util/digest.ts';
import {
  type BuiltPack,
  PACK_HEAD,
  PACK_MOST_BYTES,
  PACK_ROW,
  type PackEntry,
  type PackKind,
} from './pack.ts';

/** A pack as an index names it. */
export interface IndexedPack {
  readonly digest: Digest;
  /** Of the whole file: an entry counts only when the pack is there with this size. */
  readonly bytes: number;
  readonly objects: number;
  readonly kind: PackKind;
}

const MAGIC = Buffer.from('MLINDX1\n');
const HEAD = 32;
const PACK = 48;
export const INDEX_ENTRY = 48;
const KINDS: readonly PackKind[] = ['bytes', 'trees'];
/** The pack's number has 24 bits. */
const MOST_PACKS = 2 ** 24;

export interface BuiltIndex {
  readonly digest: Digest;
  readonly bytes: Buffer;
}

/** All that these packs hold, in one index. */
export function buildIndex(packs: readonly BuiltPack[]): BuiltIndex {
  const objects = packs.reduce((sum, { table }) => sum + table.objects, 0);
  const entries = Buffer.allocUnsafe(objects * INDEX_ENTRY);
  let to = 0;
  packs.forEach(({ table: { rows } }, number) => {
    let offset = PACK_HEAD;
    for (let from = 0; from < rows.length; from += PACK_ROW) {
      rows.copy(entries, to, from, from + 32);
      entries.writeUInt32BE(offset, to + 32);
      rows.copy(entries, to + 36, from + 32, from + 40);
      entries.writeUInt32BE(number, to + 44); // codec 0 in its top byte
      offset += rows.readUInt32BE(from + 32);
      to += INDEX_ENTRY;
    }
  });
  return writeIndex(packs.map(indexedPack), entries, { lo: 0, hi: 0xffff });
}

/** A pack as an index lists it. */
export function indexedPack({ digest, bytes, table: { objects, kind } }: BuiltPack): IndexedPack {
  return { digest, bytes, objects, kind };
}

/** Digests by their first 16 bits, both ends included. */
export interface DigestRange {
  readonly lo: number;
  readonly hi: number;
}

/** `entries` are in the form of the index, in any order. */
export function writeIndex(packs: readonly IndexedPack[], entries: Buffer, range: DigestRange): BuiltIndex {
  if (packs.length > MOST_PACKS) throw new Error('BUG: an index over too many packs');
  const n = entries.length / INDEX_ENTRY;
  const f = fanBits(n);
  const table = HEAD + packs.length * PACK;
  const start = table + 4 * 2 ** f;
  const index = Buffer.alloc(start + entries.length);
  MAGIC.copy(index);
  index[8] = f;
  index.writeUInt32BE(packs.length, 12);
  index.writeBigUInt64BE(BigInt(n), 16);
  index.writeUInt16BE(range.lo, 24);
  index.writeUInt16BE(range.hi, 26);
  packs.forEach((pack, i) => {
    const at = HEAD + i * PACK;
    index.write(pack.digest, at, 'hex');
    index.writeBigUInt64BE(BigInt(pack.bytes), at + 32);
    index.writeUInt32BE(pack.objects, at + 40);
    index[at + 44] = KINDS.indexOf(pack.kind) + 1;
  });
  copySorted(entries, index, start);
  const counts = new Uint32Array(2 ** f);
  for (let i = 0; i < n; i++) counts[slotOf(index.readUInt32BE(start + i * INDEX_ENTRY), f)]!++;
  let sum = 0;
  counts.forEach((count, slot) => {
    sum += count;
    index.writeUInt32BE(sum, table + 4 * slot);
  });
  return { digest: digestBytes(index), bytes: index };
}

function fanBits(n: number): number {
  return Math.min(16, Math.max(0, 31 - Math.clz32(Math.max(n, 1)) - 6));
}

function slotOf(head: number, f: number): number {
  return f === 0 ? 0 : head >>> (32 - f);
}

/**
 * Sorts numbers, not buffers: the first 32 bits of a digest above the entry's place in one 64-bit word, which the engine
 * sorts without calling back. The few equal heads are put in order afterwards.
 */
function copySorted(entries: Buffer, into: Buffer, start: number): void {
  const n = entries.length / INDEX_ENTRY;
  const words = new BigUint64Array(n);
  const halves = new Uint32Array(words.buffer);
  const low = LITTLE_ENDIAN ? 0 : 1;
  for (let i = 0; i < n; i++) {
    halves[2 * i + low] = i;
    halves[2 * i + 1 - low] = entries.readUInt32BE(i * INDEX_ENTRY);
  }
  words.sort();
  const order = Uint32Array.from({ length: n }, (_, i) => halves[2 * i + low]!);
  for (let i = 0; i < n; ) {
    let end = i + 1;
    while (end < n && halves[2 * end + 1 - low] === halves[2 * i + 1 - low]) end++;
    if (end > i + 1) order.subarray(i, end).sort((a, b) => compareEntries(entries, a, b));
    i = end;
  }
  order.forEach((from, to) => {
    entries.copy(into, start + to * INDEX_ENTRY, from * INDEX_ENTRY, (from + 1) * INDEX_ENTRY);
  });
}

const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function compareEntries(entries: Buffer, a: number, b: number): number {
  const [left, right] = [a * INDEX_ENTRY, b * INDEX_ENTRY];
  return (
    entries.compare(entries, right, right + 32, left, left + 32) ||
    entries.readUInt32BE(left + 44) - entries.readUInt32BE(right + 44)
  );
}

/** An object in a pack, by the pack's number in its index. */
export interface IndexHit {
  readonly pack: number;
  readonly offset: number;
  readonly stored: number;
}

/** An index in memory. Its promises were checked: order, counts, ranges, and that packs hold what it names. */
export class PackIndex {
  readonly digest: Digest;
  readonly packs: readonly IndexedPack[];
  readonly size: number;
  readonly range: DigestRange;
  readonly #bytes: Buffer;
  readonly #fan: number;
  readonly #counts: number;
  readonly #start: number;
  /** The first 32 bits of each digest: searching numbers is several times faster than searching bytes. */
  readonly #heads: Uint32Array;

  /** @throws MlopsError `integrity`, naming the index, unless `bytes` hash to `digest` and are what `writeIndex` writes */
  constructor(bytes: Buffer, digest: Digest) {
    if (digestBytes(bytes) !== digest) badIndex(digest, 'does not match its name');
    this.digest = digest;
    this.#bytes = bytes;
    if (bytes.length < HEAD || !bytes.subarray(0, 8).equals(MAGIC)) badIndex(digest, 'is not an index');
    const padding = bytes[9]! | bytes[10]! | bytes[11]! | bytes.readUInt32BE(28);
    if (padding !== 0) badIndex(digest, 'has an unknown version');
    this.#fan = bytes[8]!;
    const packs = bytes.readUInt32BE(12);
    const n = bytes.readBigUInt64BE(16);
    this.range = { lo: bytes.readUInt16BE(24), hi: bytes.readUInt16BE(26) };
    if (packs > MOST_PACKS || n > 2n ** 32n) badIndex(digest, 'states a number out of range');
    this.size = Number(n);
    if (this.#fan !== fanBits(this.size)) badIndex(digest, 'has counts of another width');
    this.#counts = HEAD + packs * PACK;
    this.#start = this.#counts + 4 * 2 ** this.#fan;
    if (bytes.length !== this.#start + this.size * INDEX_ENTRY)
      badIndex(digest, 'does not add up to its size');
    this.packs = decodePacks(bytes.subarray(HEAD, this.#counts), digest);
    this.#heads = new Uint32Array(this.size);
    this.#check();
  }

  /** Where it lies in the first pack that has it and that `counts`. */
  find(digest: Digest, counts: (pack: number) => boolean = () => true): IndexHit | undefined {
    const head = Number.parseInt(digest.slice(0, 8), 16);
    const [from, to] = this.#slot(head);
    for (let i = this.#lowerBound(head, from, to); i < to && this.#heads[i] === head; i++) {
      if (!isDigestAt(this.#bytes, this.#start + i * INDEX_ENTRY, digest)) continue;
      const hit = this.#hit(i);
      if (counts(hit.pack)) return hit;
    }
    return undefined;
  }

  /** Every object, ascending; an object in several packs comes several times. */
  *entries(): Generator<PackEntry & { readonly pack: number }> {
    for (let i = 0; i < this.size; i++) {
      const at = this.#start + i * INDEX_ENTRY;
      const { pack, offset, stored } = this.#hit(i);
      yield { digest: this.#bytes.toString('hex', at, at + 32) as Digest, pack, offset, stored };
    }
  }

  /** Entries in the form of the file, for merging. */
  within({ lo, hi }: DigestRange): Buffer {
    const from = this.#lowerBound(lo * 0x10000, 0, this.size);
    const to = hi === 0xffff ? this.size : this.#lowerBound((hi + 1) * 0x10000, from, this.size);
    return this.#bytes.subarray(this.#start + from * INDEX_ENTRY, this.#start + to * INDEX_ENTRY);
  }

  #hit(i: number): IndexHit {
    const at = this.#start + i * INDEX_ENTRY;
    return {
      offset: this.#bytes.readUInt32BE(at + 32),
      stored: this.#bytes.readUInt32BE(at + 36),
      pack: this.#bytes.readUInt32BE(at + 44) & 0xffffff,
    };
  }

  #slot(head: number): readonly [number, number] {
    const slot = slotOf(head, this.#fan);
    const at = this.#counts + 4 * slot;
    return [slot === 0 ? 0 : this.#bytes.readUInt32BE(at - 4), this.#bytes.readUInt32BE(at)];
  }

  /** First place in [from, to) whose head is not below `head`. */
  #lowerBound(head: number, from: number, to: number): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#heads[middle]! < head) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #check(): void {
    const { lo, hi } = this.range;
    const counts = new Uint32Array(2 ** this.#fan);
    const held = new Uint32Array(this.packs.length);
    for (let i = 0; i < this.size; i++) {
      const at = this.#start + i * INDEX_ENTRY;
      const head = this.#bytes.readUInt32BE(at);
      this.#heads[i] = head;
      if (head >>> 16 < lo || head >>> 16 > hi) badIndex(this.digest, 'names a digest out of its range');
      counts[slotOf(head, this.#fan)]!++;
      const number = this.#bytes.readUInt32BE(at + 44);
      if (number >>> 24 !== 0) badIndex(this.digest, 'uses a codec that this mlops does not know');
      const pack = this.packs[number];
      if (!pack) badIndex(this.digest, 'names a pack that it does not list');
      held[number]!++;
      const stored = this.#bytes.readUInt32BE(at + 36);
      const offset = this.#bytes.readUInt32BE(at + 32);
      if (stored !== this.#bytes.readUInt32BE(at + 40) || offset < PACK_HEAD || offset + stored > pack.bytes)
        badIndex(this.digest, 'places an object outside its pack');
      if (i > 0 && !this.#ascends(i, head)) badIndex(this.digest, 'is out of order');
    }
    let sum = 0;
    counts.forEach((count, slot) => {
      sum += count;
      if (this.#bytes.readUInt32BE(this.#counts + 4 * slot) !== sum)
        badIndex(this.digest, 'miscounts itself');
    });
    const whole = lo === 0 && hi === 0xffff;
    this.packs.forEach((pack, i) => {
      if (whole ? held[i] !== pack.objects : held[i]! > pack.objects)
        badIndex(this.digest, 'does not name all that its packs hold');
    });
  }

  #ascends(i: number, head: number): boolean {
    const before = this.#heads[i - 1]!;
    if (before !== head) return before < head;
    const at = this.#start + i * INDEX_ENTRY;
    const order = this.#bytes.compare(this.#bytes, at, at + 32, at - INDEX_ENTRY, at - INDEX_ENTRY + 32);
    const [left, right] = [this.#bytes.readUInt32BE(at - 4), this.#bytes.readUInt32BE(at + 44)];
    return order < 0 || (order === 0 && left < right);
  }
}

/** Whether the 32 bytes at `at` are those that `digest` spells. */
function isDigestAt(bytes: Buffer, at: number, digest: Digest): boolean {
  for (let i = 0; i < 32; i++) {
    const byte = (NIBBLE[digest.charCodeAt(2 * i)]! << 4) | NIBBLE[digest.charCodeAt(2 * i + 1)]!;
    if (bytes[at + i] !== byte) return false;
  }
  return true;
}

/** Value of a hex digit by its character code. */
const NIBBLE = Uint8Array.from(
  { length: 128 },
  (_, code) => Number.parseInt(String.fromCharCode(code), 16) || 0,
);

function decodePacks(table: Buffer, digest: Digest): IndexedPack[] {
  const packs: IndexedPack[] = [];
  for (let at = 0; at < table.length; at += PACK) {
    const bytes = table.readBigUInt64BE(at + 32);
    const kind = KINDS[table[at + 44]! - 1];
    if (kind === undefined || table[at + 45]! | table[at + 46]! | table[at + 47]!)
      badIndex(digest, 'lists a pack of an unknown kind');
    if (bytes > BigInt(PACK_MOST_BYTES)) badIndex(digest, 'lists a pack that is too large');
    packs.push({
      digest: table.toString('hex', at, at + 32) as Digest,
      bytes: Number(bytes),
      objects: table.readUInt32BE(at + 40),
      kind,
    });
  }
  return packs;
}

function badIndex(digest: Digest, why: string): never {
  return fail('integrity', `index ${digest} ${why}`, {
    help: 'it can be made again from its packs: mlops fsck --repair',
  });
}
