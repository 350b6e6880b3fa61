// A large index on a remote: never downloaded whole. Its head is read once, its buckets when objects in them are asked
// for, many in one request where they lie close together. Each bucket is checked as it comes and then forgotten; what is
// kept is where the objects asked for lie.
import { MlopsError } from '../core/failure.ts';
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
  type IndexedPack,
  IndexHead,
  type IndexHit,
} from '../store/index-head.ts';
import { pool } from '../util/pool.ts';
import { collect } from './body.ts';
import { coalesce, type Joined, type Span } from './coalesce.ts';
import type { IndexCache } from './index-cache.ts';
import { indexName } from './layout.ts';
import type { ByteRange, Remote } from './remote.ts';

/** A head of 64 MiB lists a million packs. */
const MOST_HEAD_BYTES = 64 << 20;
/** The first read: enough for the head of a million entries. */
const FIRST_BYTES = 96 << 10;
/** A bucket has about 4 KiB: between two that are wanted, up to 16 are read in passing. */
const JOIN = { gap: 64 << 10, most: 4 << 20 };
const AT_ONCE = 16;

interface AskedBucket extends Span {
  readonly bucket: Bucket;
  readonly digests: readonly Digest[];
}

export interface RangedOptions {
  readonly remote: Remote;
  readonly cache: IndexCache;
  readonly digest: Digest;
  /** Of the whole file. */
  readonly bytes: number;
  /** Whether there is room for all of it in memory, should most of it be asked for. */
  readonly fits: boolean;
}

export class RangedRemoteIndex {
  readonly bytes: number;
  readonly fits: boolean;
  readonly #remote: Remote;
  readonly #head: IndexHead;
  readonly #hits = new Map<Digest, readonly IndexHit[]>();

  private constructor({ remote, bytes, fits }: RangedOptions, head: IndexHead) {
    this.#remote = remote;
    this.#head = head;
    this.bytes = bytes;
    this.fits = fits;
  }

  /** Undefined when it is gone. @throws MlopsError `integrity` when its head is not that of an index of so many bytes */
  static async open(options: RangedOptions): Promise<RangedRemoteIndex | undefined> {
    const { remote, cache, digest, bytes } = options;
    const name = `${digest}.head`;
    const known = headFrom(cache.read(name), bytes, digest);
    if (known) return new RangedRemoteIndex(options, known);
    const head = await readHead(remote, digest, bytes);
    if (!head) return undefined;
    const index = new RangedRemoteIndex(options, new IndexHead(head, bytes, digest));
    cache.write(name, head);
    return index;
  }

  get digest(): Digest {
    return this.#head.digest;
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

  /** Its entries in that range, in the form of the file, for merging. @throws MlopsError `integrity` */
  async entriesIn(range: DigestRange): Promise<Buffer> {
    const [first, last] = this.#head.bucketsOf(range);
    if (first.from === last.to) return Buffer.alloc(0);
    const { start, digest } = this.#head;
    const span = { start: start + first.from * INDEX_ENTRY, end: start + last.to * INDEX_ENTRY };
    const entries = new IndexEntries(await readPart(this.#remote, digest, span));
    for (let { slot } = first; slot <= last.slot; slot++) {
      const { from, to } = this.#head.bucket(slot);
      this.#head.check(entries, from - first.from, to - first.from, slot);
    }
    return entries.within(range);
  }

  /** What `look` would read. */
  bytesFor(digests: readonly Digest[]): number {
    return coalesce(this.#asked(digests), JOIN).reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** Reads what it says about these. @throws MlopsError `integrity` */
  async look(digests: readonly Digest[], signal: AbortSignal | undefined): Promise<void> {
    const reads = coalesce(this.#asked(digests), JOIN);
    await pool(reads, AT_ONCE, (read) => this.#readBuckets(read), signal);
  }

  /** `look` was called for it. */
  find(digest: Digest, counts: Counts): IndexHit | undefined {
    return this.#hits.get(digest)?.find(({ pack }) => counts(pack));
  }

  #asked(digests: readonly Digest[]): AskedBucket[] {
    const { range, start } = this.#head;
    const buckets = new Map<number, { bucket: Bucket; digests: Digest[] }>();
    for (const digest of digests) {
      const head = Number.parseInt(digest.slice(0, 4), 16);
      if (head < range.lo || head > range.hi || this.#hits.has(digest)) continue;
      const bucket = this.#head.bucketOf(digest);
      if (bucket.from === bucket.to) continue;
      const asked = buckets.get(bucket.slot) ?? { bucket, digests: [] };
      asked.digests.push(digest);
      buckets.set(bucket.slot, asked);
    }
    return [...buckets.values()]
      .map(({ bucket, digests: wanted }) => ({
        bucket,
        digests: wanted,
        start: start + bucket.from * INDEX_ENTRY,
        end: start + bucket.to * INDEX_ENTRY,
      }))
      .sort((a, b) => a.start - b.start);
  }

  async #readBuckets({ start, end, parts }: Joined<AskedBucket>): Promise<void> {
    const bytes = await readPart(this.#remote, this.#head.digest, { start, end });
    for (const { bucket, digests, start: at } of parts) {
      const count = bucket.to - bucket.from;
      const entries = new IndexEntries(bytes.subarray(at - start, at - start + count * INDEX_ENTRY));
      this.#head.check(entries, 0, count, bucket.slot);
      for (const digest of digests) this.#hits.set(digest, allHits(entries, digest));
    }
  }
}

function allHits(entries: IndexEntries, digest: Digest): IndexHit[] {
  const hits: IndexHit[] = [];
  const isNew: Counts = (pack) => hits.every((hit) => hit.pack !== pack);
  for (;;) {
    const hit = entries.find(0, entries.size, digest, isNew);
    if (!hit) return hits;
    hits.push(hit);
  }
}

/** Undefined when it is not kept here, or was damaged here. */
function headFrom(kept: Buffer | undefined, bytes: number, digest: Digest): IndexHead | undefined {
  try {
    return kept && new IndexHead(kept, bytes, digest);
  } catch (error) {
    if (error instanceof MlopsError) return undefined;
    throw error;
  }
}

async function readHead(remote: Remote, digest: Digest, bytes: number): Promise<Buffer | undefined> {
  const first = await readPart(
    remote,
    digest,
    { start: 0, end: Math.min(bytes, FIRST_BYTES) },
    'may be gone',
  );
  if (!first) return undefined;
  const start = entriesStart(first.subarray(0, INDEX_HEAD), bytes, digest);
  if (start > MOST_HEAD_BYTES) badIndex(digest, 'lists more packs than can be read');
  if (start <= first.length) return first.subarray(0, start);
  return Buffer.concat([first, await readPart(remote, digest, { start: first.length, end: start })]);
}

async function readPart(remote: Remote, digest: Digest, range: ByteRange): Promise<Buffer>;
async function readPart(
  remote: Remote,
  digest: Digest,
  range: ByteRange,
  absent: 'may be gone',
): Promise<Buffer | undefined>;
async function readPart(
  remote: Remote,
  digest: Digest,
  range: ByteRange,
  absent?: 'may be gone',
): Promise<Buffer | undefined> {
  const length = range.end - range.start;
  const bytes = await remote.read(indexName(digest), (body) => collect(body, length), range);
  if (bytes === undefined) return absent ? undefined : badIndex(digest, 'went away while it was read');
  return bytes.length === length ? bytes : badIndex(digest, 'ends too early');
}
