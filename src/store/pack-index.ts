// An index in memory, and how one is made. What stands in it: index-head.ts.
import type { Digest } from '../core/ids.ts';
import { digestBytes } from '../util/digest.ts';
import {
  badIndex,
  type Counts,
  type DigestRange,
  fanBits,
  INDEX_ENTRY,
  INDEX_HEAD,
  INDEX_KINDS,
  INDEX_MAGIC,
  INDEX_PACK,
  IndexEntries,
  type IndexEntry,
  type IndexedPack,
  IndexHead,
  type IndexHit,
  type IndexView,
  MOST_PACKS,
  slotOf,
} from './index-head.ts';
import { type BuiltPack, PACK_HEAD, PACK_ROW } from './pack.ts';

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

/** `entries` are in the form of the index, in any order. */
export function writeIndex(packs: readonly IndexedPack[], entries: Buffer, range: DigestRange): BuiltIndex {
  if (packs.length > MOST_PACKS) throw new Error('BUG: an index over too many packs');
  const n = entries.length / INDEX_ENTRY;
  const f = fanBits(n);
  const table = INDEX_HEAD + packs.length * INDEX_PACK;
  const start = table + 4 * 2 ** f;
  const index = Buffer.alloc(start + entries.length);
  INDEX_MAGIC.copy(index);
  index[8] = f;
  index.writeUInt32BE(packs.length, 12);
  index.writeBigUInt64BE(BigInt(n), 16);
  index.writeUInt16BE(range.lo, 24);
  index.writeUInt16BE(range.hi, 26);
  packs.forEach((pack, i) => {
    const at = INDEX_HEAD + i * INDEX_PACK;
    index.write(pack.digest, at, 'hex');
    index.writeBigUInt64BE(BigInt(pack.bytes), at + 32);
    index.writeUInt32BE(pack.objects, at + 40);
    index[at + 44] = INDEX_KINDS.indexOf(pack.kind) + 1;
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

/** An index in memory. Its promises were checked: order, counts, ranges, and that packs hold what it names. */
export class PackIndex implements IndexView {
  readonly digest: Digest;
  readonly #head: IndexHead;
  readonly #entries: IndexEntries;

  /** @throws MlopsError `integrity`, naming the index, unless `bytes` hash to `digest` and are what `writeIndex` writes */
  constructor(bytes: Buffer, digest: Digest) {
    if (digestBytes(bytes) !== digest) badIndex(digest, 'does not match its name');
    this.digest = digest;
    this.#head = new IndexHead(bytes, bytes.length, digest);
    this.#entries = new IndexEntries(bytes.subarray(this.#head.start));
    for (const { slot, from, to } of this.#head.buckets()) this.#head.check(this.#entries, from, to, slot);
    this.#checkPacks();
  }

  get packs(): readonly IndexedPack[] {
    return this.#head.packs;
  }

  get size(): number {
    return this.#head.size;
  }

  get range(): DigestRange {
    return this.#head.range;
  }

  find(digest: Digest, counts?: Counts): IndexHit | undefined {
    const { from, to } = this.#head.bucketOf(digest);
    return this.#entries.find(from, to, digest, counts);
  }

  *entries(): Generator<IndexEntry> {
    for (let i = 0; i < this.size; i++) yield this.#entries.entry(i);
  }

  within(range: DigestRange): Buffer {
    return this.#entries.within(range);
  }

  #checkPacks(): void {
    const held = new Uint32Array(this.packs.length);
    const { bytes } = this.#entries;
    for (let at = 44; at < bytes.length; at += INDEX_ENTRY) held[bytes.readUInt32BE(at)]!++;
    const whole = this.range.lo === 0 && this.range.hi === 0xffff;
    this.packs.forEach((pack, i) => {
      if (whole ? held[i] !== pack.objects : held[i]! > pack.objects)
        badIndex(this.digest, 'does not name all that its packs hold');
    });
  }
}
