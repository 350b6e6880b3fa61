// An index says where the objects of one or many packs lie (integers big-endian; named by the sha256 of all its bytes):
//   "MLINDX1\n" | u8 f | 3×0 | u32 packs | u64 n | u16 lo | u16 hi | u32 0       covers digests whose first u16 is in lo…hi
//   packs × { pack digest[32] u64 bytes u32 objects u8 kind 3×0 }                  48 bytes
//   2^f × u32 cumulative count by the first f bits; f = clamp(floor(log2(max n 1)) − 6, 0, 16)
//   n × { digest[32] u32 offset u32 stored u32 raw u8 codec u24 pack }             48 bytes, ascending by digest then pack
// Looking one object up reads one slot of the counts and one bucket of about 64 to 128 entries. So an index can be read
// whole, see pack-index.ts, or bucket by bucket, see ranged-index.ts; what both know and check of it is here.
import { fail } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { PACK_HEAD, PACK_MOST_BYTES, type PackKind } from './pack.ts';

/** A pack as an index names it. */
export interface IndexedPack {
  readonly digest: Digest;
  /** Of the whole file: an entry counts only when the pack is there with this size. */
  readonly bytes: number;
  readonly objects: number;
  readonly kind: PackKind;
}

/** Digests by their first 16 bits, both ends included. */
export interface DigestRange {
  readonly lo: number;
  readonly hi: number;
}

/** An object in a pack, by the pack's number in its index. */
export interface IndexHit {
  readonly pack: number;
  readonly offset: number;
  readonly stored: number;
}

/** Whether what is said of a pack is to be believed, by its number in the index. */
export type Counts = (pack: number) => boolean;

/** What can be asked of an index, however much of it is in memory. */
export interface IndexView {
  readonly digest: Digest;
  readonly packs: readonly IndexedPack[];
  readonly size: number;
  readonly range: DigestRange;
  /** Where it lies in the first pack that has it and that `counts`. */
  find(digest: Digest, counts?: Counts): IndexHit | undefined;
  /** Every object, ascending; an object in several packs comes several times. */
  entries(): Iterable<IndexEntry>;
  /** Entries in the form of the file, for merging. */
  within(range: DigestRange): Buffer;
}

export interface IndexEntry extends IndexHit {
  readonly digest: Digest;
}

/** The entries of one slot of the counts: numbers `from` to `to`, the last not included. */
export interface Bucket {
  readonly slot: number;
  readonly from: number;
  readonly to: number;
}

export const INDEX_MAGIC = Buffer.from('MLINDX1\n');
export const INDEX_HEAD = 32;
export const INDEX_PACK = 48;
export const INDEX_ENTRY = 48;
export const INDEX_KINDS: readonly PackKind[] = ['bytes', 'trees'];
/** The pack's number has 24 bits. */
export const MOST_PACKS = 2 ** 24;

export function fanBits(n: number): number {
  return Math.min(16, Math.max(0, 31 - Math.clz32(Math.max(n, 1)) - 6));
}

export function slotOf(head: number, f: number): number {
  return f === 0 ? 0 : head >>> (32 - f);
}

/**
 * Where the entries begin in an index of so many bytes, by its first 32.
 * @throws MlopsError `integrity`, naming the index, when no index of that size begins like this
 */
export function entriesStart(head: Buffer, bytes: number, digest: Digest): number {
  if (head.length < INDEX_HEAD || !head.subarray(0, 8).equals(INDEX_MAGIC))
    badIndex(digest, 'is not an index');
  if ((head[9]! | head[10]! | head[11]! | head.readUInt32BE(28)) !== 0)
    badIndex(digest, 'has an unknown version');
  const packs = head.readUInt32BE(12);
  const n = head.readBigUInt64BE(16);
  if (packs > MOST_PACKS || n > 2n ** 32n) badIndex(digest, 'states a number out of range');
  if (head[8] !== fanBits(Number(n))) badIndex(digest, 'has counts of another width');
  const start = INDEX_HEAD + packs * INDEX_PACK + 4 * 2 ** head[8]!;
  if (bytes !== start + Number(n) * INDEX_ENTRY) badIndex(digest, 'does not add up to its size');
  return start;
}

/** Everything before the entries, and how a bucket of entries is checked and searched. */
export class IndexHead {
  readonly digest: Digest;
  readonly packs: readonly IndexedPack[];
  readonly size: number;
  readonly range: DigestRange;
  /** Where the entries begin. */
  readonly start: number;
  readonly #fan: number;
  readonly #counts: Buffer;

  /** `head` reaches at least to the first entry of an index of `bytes` bytes. @throws MlopsError `integrity` */
  constructor(head: Buffer, bytes: number, digest: Digest) {
    this.digest = digest;
    this.start = entriesStart(head, bytes, digest);
    if (head.length < this.start) badIndex(digest, 'is not an index');
    this.#fan = head[8]!;
    this.size = Number(head.readBigUInt64BE(16));
    this.range = { lo: head.readUInt16BE(24), hi: head.readUInt16BE(26) };
    const counts = this.start - 4 * 2 ** this.#fan;
    this.packs = decodePacks(head.subarray(INDEX_HEAD, counts), digest);
    this.#counts = Buffer.from(head.subarray(counts, this.start));
    this.#checkCounts();
  }

  bucketOf(digest: Digest): Bucket {
    return this.bucket(slotOf(headOf(digest), this.#fan));
  }

  bucket(slot: number): Bucket {
    const from = slot === 0 ? 0 : this.#counts.readUInt32BE(4 * slot - 4);
    return { slot, from, to: this.#counts.readUInt32BE(4 * slot) };
  }

  /** First and last of the buckets that a range of digests lies in. */
  bucketsOf({ lo, hi }: DigestRange): readonly [Bucket, Bucket] {
    const at = (head: number): Bucket => this.bucket(slotOf(head, this.#fan));
    return [at(lo * 0x10000), at(hi * 0x10000 + 0xffff)];
  }

  *buckets(): Generator<Bucket> {
    for (let slot = 0; slot < 2 ** this.#fan; slot++) yield this.bucket(slot);
  }

  /**
   * Whether entries `low` to `high` of `entries` are what the bucket of this slot may hold.
   * @throws MlopsError `integrity`
   */
  check(entries: IndexEntries, low: number, high: number, slot: number): void {
    const { lo, hi } = this.range;
    const { bytes, heads } = entries;
    for (let i = low; i < high; i++) {
      const at = i * INDEX_ENTRY;
      const head = heads[i]!;
      if (head >>> 16 < lo || head >>> 16 > hi) badIndex(this.digest, 'names a digest out of its range');
      if (slotOf(head, this.#fan) !== slot) badIndex(this.digest, 'miscounts itself');
      const number = bytes.readUInt32BE(at + 44);
      if (number >>> 24 !== 0) badIndex(this.digest, 'uses a codec that this mlops does not know');
      const pack = this.packs[number];
      if (!pack) badIndex(this.digest, 'names a pack that it does not list');
      const offset = bytes.readUInt32BE(at + 32);
      const stored = bytes.readUInt32BE(at + 36);
      if (stored !== bytes.readUInt32BE(at + 40) || offset < PACK_HEAD || offset + stored > pack.bytes)
        badIndex(this.digest, 'places an object outside its pack');
      if (i > low && !entries.ascends(i)) badIndex(this.digest, 'is out of order');
    }
  }

  #checkCounts(): void {
    let before = 0;
    for (const { to } of this.buckets()) {
      if (to < before) badIndex(this.digest, 'miscounts itself');
      before = to;
    }
    if (before !== this.size) badIndex(this.digest, 'miscounts itself');
  }
}

/** Some entries or all, in memory. */
export class IndexEntries {
  readonly bytes: Buffer;
  readonly size: number;
  /** The first 32 bits of each digest: searching numbers is several times faster than searching bytes. */
  readonly heads: Uint32Array;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.size = bytes.length / INDEX_ENTRY;
    this.heads = new Uint32Array(this.size);
    for (let i = 0; i < this.size; i++) this.heads[i] = bytes.readUInt32BE(i * INDEX_ENTRY);
  }

  /** As `IndexView.find`, among entries `from` to `to`, which were checked. */
  find(from: number, to: number, digest: Digest, counts?: Counts): IndexHit | undefined {
    const head = headOf(digest);
    for (let i = this.#lowerBound(head, from, to); i < to && this.heads[i] === head; i++) {
      if (!isDigestAt(this.bytes, i * INDEX_ENTRY, digest)) continue;
      const hit = this.hit(i);
      if (!counts || counts(hit.pack)) return hit;
    }
    return undefined;
  }

  hit(i: number): IndexHit {
    const at = i * INDEX_ENTRY;
    return {
      offset: this.bytes.readUInt32BE(at + 32),
      stored: this.bytes.readUInt32BE(at + 36),
      pack: this.bytes.readUInt32BE(at + 44) & 0xffffff,
    };
  }

  entry(i: number): IndexEntry {
    const at = i * INDEX_ENTRY;
    return { digest: this.bytes.toString('hex', at, at + 32) as Digest, ...this.hit(i) };
  }

  /** Those in that range, in the form of the file. */
  within({ lo, hi }: DigestRange): Buffer {
    const from = this.#lowerBound(lo * 0x10000, 0, this.size);
    const to = hi === 0xffff ? this.size : this.#lowerBound((hi + 1) * 0x10000, from, this.size);
    return this.bytes.subarray(from * INDEX_ENTRY, to * INDEX_ENTRY);
  }

  /** Whether entry `i` comes after the one before it. */
  ascends(i: number): boolean {
    const [before, here] = [this.heads[i - 1]!, this.heads[i]!];
    if (before !== here) return before < here;
    const at = i * INDEX_ENTRY;
    const order = this.bytes.compare(this.bytes, at, at + 32, at - INDEX_ENTRY, at - INDEX_ENTRY + 32);
    return order < 0 || (order === 0 && this.bytes.readUInt32BE(at - 4) < this.bytes.readUInt32BE(at + 44));
  }

  /** First place in [from, to) whose head is not below `head`. */
  #lowerBound(head: number, from: number, to: number): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.heads[middle]! < head) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function headOf(digest: Digest): number {
  return Number.parseInt(digest.slice(0, 8), 16);
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
  for (let at = 0; at < table.length; at += INDEX_PACK) {
    const bytes = table.readBigUInt64BE(at + 32);
    const kind = INDEX_KINDS[table[at + 44]! - 1];
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

export function badIndex(digest: Digest, why: string): never {
  return fail('integrity', `index ${digest} ${why}`, {
    help: 'it can be made again from its packs: mlops fsck --repair',
  });
}
