// The packs of a remote, seen through their indexes. One transfer lists index/ and packs/ once: an entry counts only if
// its pack is listed with the size that the index states, so a pack that was deleted or cut short is no promise.
import { type Failure, MlopsError } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import {
  type DigestRange,
  IndexEntries,
  type IndexedPack,
  type IndexHit,
  type IndexView,
} from '../store/index-head.ts';
import type { PackEntry } from '../store/pack.ts';
import { type BuiltIndex, PackIndex } from '../store/pack-index.ts';
import { mergeAll } from '../store/pack-merge.ts';
import { RANGED_FROM_BYTES } from '../store/ranged-index.ts';
import { digestBytes } from '../util/digest.ts';
import { pool } from '../util/pool.ts';
import { bytesBody, collect } from './body.ts';
import type { IndexCache } from './index-cache.ts';
import { INDEX, indexName, indexOf, PACKS, packOf } from './layout.ts';
import { listSpread } from './list-spread.ts';
import { RangedRemoteIndex } from './ranged-index.ts';
import type { Entry, Remote } from './remote.ts';
import { damaged } from './trouble.ts';

/** Where an object lies in a pack. */
export interface PackedAt {
  readonly pack: IndexedPack;
  readonly offset: number;
  readonly stored: number;
}

/** An index to be merged, however it is read. */
export interface MergeSource extends Pick<IndexView, 'digest' | 'packs' | 'size' | 'range'> {
  entriesIn(range: DigestRange): Promise<Buffer>;
}

export interface RemotePacksOptions {
  readonly remote: Remote;
  readonly cache: IndexCache;
  readonly signal?: AbortSignal;
  /** What index files may take in memory: the smallest are read whole, those for which there is no room by ranges. */
  readonly wholeBytes?: number;
  /** Larger ones are read whole only when they are kept here, or when most of one is asked for. */
  readonly smallBytes?: number;
}

type Way = 'whole' | 'whole if known' | 'ranged';

/** As long on a fast line as three requests. */
const SMALL_BYTES = 4 << 20;
/** Index files read at once. */
const AT_ONCE = 16;
/** An index may be merged away between the listing and the reading of it; then the listing is read again. */
const LISTINGS = 3;

export class RemotePacks {
  /** Index files that could not be read. They count as absent. */
  readonly failures: Failure[] = [];
  readonly #options: RemotePacksOptions;
  readonly #listed = new Map<Digest, number>();
  readonly #ranged = new Map<Digest, RangedRemoteIndex>();
  readonly #whole = new Map<Digest, IndexView>();
  /** What `#whole` says in fewer indexes, when there is much to ask. */
  #joined: readonly IndexView[] | undefined;

  private constructor(options: RemotePacksOptions) {
    this.#options = options;
  }

  /** Of a remote that holds nothing yet: asks nothing. */
  static none(remote: Remote, cache: IndexCache): RemotePacks {
    return new RemotePacks({ remote, cache });
  }

  static async open(options: RemotePacksOptions): Promise<RemotePacks> {
    const packs = new RemotePacks(options);
    for (let listings = 1; !(await packs.#load()) && listings < LISTINGS; ) listings++;
    return packs;
  }

  /** Reads what there is to know about these before `find` is asked. */
  async look(digests: readonly Digest[]): Promise<void> {
    const { signal } = this.#options;
    await pool([...this.#ranged], AT_ONCE, ([digest, index]) =>
      this.#orFailure(async () => {
        const isMost = 2 * index.bytesFor(digests) > index.bytes;
        if (isMost && index.fits && (await this.#open(digest, index.bytes, 'whole')))
          this.#ranged.delete(digest);
        else await index.look(digests, signal);
      }, digest),
    );
    this.#joined ??= this.#joinFor(digests.length);
  }

  /**
   * Where it lies, in a pack that `counts`. Where its size is known, a place of another size does not count.
   * `look` was called for it.
   */
  find(
    digest: Digest,
    bytes?: number,
    counts: (pack: IndexedPack) => boolean = () => true,
  ): PackedAt | undefined {
    for (const indexes of [this.#joined ?? this.#whole.values(), this.#ranged.values()])
      for (const index of indexes) {
        const hit: IndexHit | undefined = index.find(digest, (number) => {
          const pack = index.packs[number]!;
          return this.holds(pack) && counts(pack);
        });
        if (hit && (bytes === undefined || hit.stored === bytes))
          return { pack: index.packs[hit.pack]!, offset: hit.offset, stored: hit.stored };
      }
    return undefined;
  }

  /** Whether a pack lies there with that size; no index need name it. */
  holds({ digest, bytes }: { readonly digest: Digest; readonly bytes: number }): boolean {
    return this.#listed.get(digest) === bytes;
  }

  /** For merging. */
  sources(): MergeSource[] {
    const whole = [...this.#whole.values()].map((index) => ({
      digest: index.digest,
      packs: index.packs,
      size: index.size,
      range: index.range,
      entriesIn: async (range: DigestRange) => index.within(range),
    }));
    return [...whole, ...this.#ranged.values()];
  }

  /** Packs as they lie there, whole or not, with their sizes. */
  listed(): ReadonlyMap<Digest, number> {
    return this.#listed;
  }

  /** Packs that indexes name, there or not. */
  named(): IndexedPack[] {
    const all = [...this.#whole.values(), ...this.#ranged.values()].flatMap(({ packs }) => packs);
    return [...new Map(all.map((pack) => [pack.digest, pack])).values()];
  }

  /** What indexes say lies in a pack, in its order. Only the parts of them that are in memory cost nothing. */
  async contentsOf(pack: Digest): Promise<PackEntry[]> {
    const found = new Map<string, PackEntry>();
    for (const source of this.sources()) {
      const number = source.packs.findIndex(({ digest }) => digest === pack);
      if (number < 0) continue;
      const entries = new IndexEntries(await source.entriesIn(source.range));
      for (let i = 0; i < entries.size; i++) {
        if (entries.hit(i).pack !== number) continue;
        const entry = entries.entry(i);
        found.set(`${entry.offset} ${entry.digest}`, entry);
      }
    }
    return [...found.values()].sort((a, b) => a.offset - b.offset);
  }

  /** A pack was written, or found as it should be. */
  addPack({ digest, bytes }: { readonly digest: Digest; readonly bytes: number }): void {
    this.#listed.set(digest, bytes);
  }

  /** Writes an index, unless it is there. What it says is known from now on. */
  async addIndex(index: BuiltIndex): Promise<void> {
    if (this.#whole.has(index.digest)) return;
    await this.writeIndex(index);
    this.#whole.set(index.digest, new PackIndex(index.bytes, index.digest));
    this.#joined = undefined;
  }

  /** As `addIndex`, for one that says nothing new. */
  async writeIndex({ digest, bytes }: BuiltIndex): Promise<void> {
    const { remote, cache } = this.#options;
    if (this.#whole.has(digest) || this.#ranged.has(digest)) return;
    await remote.write(indexName(digest), bytesBody(bytes, digest));
    if (bytes.length < RANGED_FROM_BYTES) cache.write(`${digest}.idx`, bytes);
  }

  /** False when an index went away meanwhile. */
  async #load(): Promise<boolean> {
    const { remote, cache, signal } = this.#options;
    const [indexes, packs] = await Promise.all([
      listSpread(remote, INDEX, signal),
      listSpread(remote, PACKS, signal),
    ]);
    this.#listed.clear();
    for (const { name, bytes } of packs) {
      const digest = packOf(name);
      if (digest) this.#listed.set(digest, bytes);
    }
    this.#whole.clear();
    this.#ranged.clear();
    this.failures.length = 0;
    const found = await pool(
      this.#waysToRead(indexes),
      AT_ONCE,
      ([digest, bytes, how]) => this.#orFailure(() => this.#open(digest, bytes, how), digest),
      signal,
    );
    cache.keepOnly(
      new Set(
        [...this.#whole.keys()]
          .map((digest) => `${digest}.idx`)
          .concat([...this.#ranged.keys()].map((digest) => `${digest}.head`)),
      ),
    );
    return found.every(Boolean);
  }

  #waysToRead(listed: readonly Entry[]): (readonly [Digest, number, Way])[] {
    const { wholeBytes = RANGED_FROM_BYTES, smallBytes = SMALL_BYTES } = this.#options;
    let room = wholeBytes;
    return listed
      .flatMap(({ name, bytes }) => {
        const digest = indexOf(name);
        return digest ? [{ digest, bytes }] : [];
      })
      .sort((a, b) => a.bytes - b.bytes)
      .map(({ digest, bytes }) => {
        room -= bytes;
        return [digest, bytes, room < 0 ? 'ranged' : bytes <= smallBytes ? 'whole' : 'whole if known'];
      });
  }

  /** False when it is gone. */
  async #open(digest: Digest, bytes: number, way: Way): Promise<boolean> {
    const { remote, cache } = this.#options;
    const known = way === 'ranged' ? undefined : fromCache(cache, digest);
    if (!known && way !== 'whole') {
      const fits = way === 'whole if known';
      const ranged = await RangedRemoteIndex.open({ remote, cache, digest, bytes, fits });
      if (ranged) this.#ranged.set(digest, ranged);
      return ranged !== undefined;
    }
    const whole = known ?? (await download(remote, cache, digest, bytes));
    if (whole) {
      this.#whole.set(digest, whole);
      this.#joined = undefined;
    }
    return whole !== undefined;
  }

  /** What one index has wrong is no trouble of the others. */
  async #orFailure<T>(work: () => Promise<T>, digest: Digest): Promise<T | true> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MlopsError) || error.failures.some(({ exit }) => exit !== 'integrity'))
        throw error;
      for (const each of error.failures) {
        const message = `${indexName(digest)}: ${each.message}`;
        if (this.failures.every((told) => told.message !== message)) this.failures.push({ ...each, message });
      }
      return true;
    }
  }

  /**
   * Every question goes through all indexes; joining them pays when there are more questions than entries. Parts of an
   * index stay as they are: each says only some of what its packs hold.
   */
  #joinFor(questions: number): readonly IndexView[] | undefined {
    const isPart = ({ range }: IndexView): boolean => range.lo !== 0 || range.hi !== 0xffff;
    const all = [...this.#whole.values()];
    const indexes = all.filter((index) => !isPart(index));
    const entries = indexes.reduce((sum, { size }) => sum + size, 0);
    if (indexes.length < 3 || questions * indexes.length < entries) return undefined;
    const made = Array.from(mergeAll(indexes), ({ bytes, digest }) => new PackIndex(bytes, digest));
    return [...made, ...all.filter(isPart)];
  }
}

function fromCache(cache: IndexCache, digest: Digest): PackIndex | undefined {
  const bytes = cache.read(`${digest}.idx`);
  try {
    return bytes && new PackIndex(bytes, digest);
  } catch (error) {
    if (error instanceof MlopsError) return undefined; // damaged here
    throw error;
  }
}

async function download(
  remote: Remote,
  cache: IndexCache,
  digest: Digest,
  most: number,
): Promise<PackIndex | undefined> {
  return remote.read(indexName(digest), async (body) => {
    const bytes = await collect(body, most);
    // It may have been damaged on its way, which is worth another attempt; what is wrong inside it stays wrong.
    if (digestBytes(bytes) !== digest)
      throw damaged(
        `index ${digest} does not match its name`,
        'it can be made again from its packs: mlops fsck --remote --repair',
      );
    const index = new PackIndex(bytes, digest);
    cache.write(`${digest}.idx`, bytes);
    return index;
  });
}
