// An index too large to hold in memory: its head is, its entries are read bucket by bucket, each checked as it comes.
// Its digest is not proved, so what it says of an object counts as little as the pack itself: whoever reads the object
// hashes it.
import type { Digest } from '../core/ids.ts';
import {
  type Bucket,
  badIndex,
  type Counts,
  type DigestRange,
  entriesStart,
  INDEX_ENTRY,
  INDEX_HEAD,
  IndexEntries,
  type IndexEntry,
  type IndexedPack,
  IndexHead,
  type IndexHit,
  type IndexView,
} from './index-head.ts';
import type { ReadRange } from './pack.ts';

/** From here on an index is read by ranges: 1.4 million entries. */
export const RANGED_FROM_BYTES = 64 << 20;
/** Buckets of about 4 KiB that are kept: questions come in runs. */
const KEPT_BUCKETS = 1024;

export class RangedIndex implements IndexView {
  readonly digest: Digest;
  readonly #read: ReadRange;
  readonly #head: IndexHead;
  readonly #kept = new Map<number, IndexEntries>();

  /** @throws MlopsError `integrity` when its head is not that of an index of `bytes` bytes */
  constructor(read: ReadRange, bytes: number, digest: Digest) {
    this.digest = digest;
    this.#read = read;
    const start = entriesStart(read(0, INDEX_HEAD), bytes, digest);
    this.#head = new IndexHead(read(0, start), bytes, digest);
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

  /** @throws MlopsError `integrity` when the bucket it would stand in is not what an index holds */
  find(digest: Digest, counts?: Counts): IndexHit | undefined {
    const bucket = this.#head.bucketOf(digest);
    if (bucket.from === bucket.to) return undefined;
    return this.#entries(bucket).find(0, bucket.to - bucket.from, digest, counts);
  }

  *entries(): Generator<IndexEntry> {
    for (const bucket of this.#head.buckets()) {
      const entries = this.#load(bucket);
      for (let i = 0; i < entries.size; i++) yield entries.entry(i);
    }
  }

  within(range: DigestRange): Buffer {
    const [first, last] = this.#head.bucketsOf(range);
    const pieces: Buffer[] = [];
    for (let { slot } = first; slot <= last.slot; slot++)
      pieces.push(this.#load(this.#head.bucket(slot)).within(range));
    return Buffer.concat(pieces);
  }

  #entries(bucket: Bucket): IndexEntries {
    const known = this.#kept.get(bucket.slot);
    if (known) return known;
    const entries = this.#load(bucket);
    if (this.#kept.size >= KEPT_BUCKETS) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(bucket.slot, entries);
    return entries;
  }

  #load({ slot, from, to }: Bucket): IndexEntries {
    const { start } = this.#head;
    const bytes = this.#read(start + from * INDEX_ENTRY, start + to * INDEX_ENTRY);
    if (bytes.length !== (to - from) * INDEX_ENTRY) badIndex(this.digest, 'ends too early');
    const entries = new IndexEntries(bytes);
    this.#head.check(entries, 0, to - from, slot);
    return entries;
  }
}
