// The packs of a store, seen through their indexes:
//   packs/<2>/<64>.pack   immutable
//   index/<64>.idx        immutable; what is true is their union, minus entries whose pack is not there with that size
// Indexes are read when the first object is asked for. Other processes add packs and move them away meanwhile, so a
// question that finds nothing is asked again after another look at the folders.
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { MlopsError } from '../core/failure.ts';
import { type Digest, isDigest } from '../core/ids.ts';
import { syncDirectory, writeAtomic } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';
import type { IndexedPack, IndexView } from './index-head.ts';
import { type BuiltPack, type ReadRange, readPackTable } from './pack.ts';
import type { PackOnDisk } from './pack-file.ts';
import { type BuiltIndex, buildIndex, PackIndex } from './pack-index.ts';
import { mergedIndexes } from './pack-merge.ts';
import { RANGED_FROM_BYTES, RangedIndex } from './ranged-index.ts';

/** Where an object lies in a pack. */
export interface PackedObject {
  readonly pack: Digest;
  readonly offset: number;
  readonly bytes: number;
}

/** An index with which of its packs are there. */
interface OpenIndex {
  readonly index: IndexView;
  readonly there: readonly boolean[];
}

/** Packs kept open for reading. */
const OPEN_MOST = 32;
/** The coarsest file systems count times in steps of two seconds. */
const SETTLED_MS = 3000;

export class Packs {
  readonly #dir: string;
  readonly #rangedFrom: number;
  readonly #open = new Map<Digest, number>();
  /** None are read before the first object is asked for. */
  #indexes: Map<Digest, OpenIndex> | undefined;
  /** Of the folder of indexes when it was last read; undefined: it must be read again. */
  #stamp: bigint | undefined;
  #adopted = false;

  /** `dir` is the store's. Index files of `rangedFrom` bytes and more are not held in memory. */
  constructor(dir: string, rangedFrom = RANGED_FROM_BYTES) {
    this.#dir = dir;
    this.#rangedFrom = rangedFrom;
    for (const folder of ['packs', 'index']) mkdirSync(join(dir, folder), { recursive: true });
  }

  find(digest: Digest): PackedObject | undefined {
    for (const { index, there } of this.#all()) {
      const hit = index.find(digest, (pack) => there[pack]!);
      if (hit) return { pack: index.packs[hit.pack]!.digest, offset: hit.offset, bytes: hit.stored };
    }
    return undefined;
  }

  /** Those of `digests` that no pack holds, after a look at what other processes added. */
  missing(digests: readonly Digest[]): Digest[] {
    const absent = (from: readonly Digest[]): Digest[] => from.filter((digest) => !this.find(digest));
    let left = absent(digests);
    if (left.length > 0 && this.refresh()) left = absent(left);
    if (left.length > 0 && this.#adopt()) left = absent(left);
    return left;
  }

  /** Its bytes as they lie there, unproved. Undefined when the pack went away meanwhile: ask `find` again. */
  read({ pack, offset, bytes }: PackedObject): Buffer | undefined {
    const fd = this.#fdOf(pack);
    if (fd === undefined) {
      this.forget([pack]);
      return undefined;
    }
    return readRange(fd, offset, offset + bytes);
  }

  /** Gives finished packs their names, then writes one index over them. All of it is durable when it returns. */
  land(packs: readonly PackOnDisk[]): void {
    if (packs.length === 0) return;
    const folders = new Set<string>();
    for (const { path, digest } of packs) {
      const place = this.pathOf(digest);
      mkdirSync(dirname(place), { recursive: true });
      renameSync(path, place);
      folders.add(dirname(place));
    }
    for (const folder of [...folders, join(this.#dir, 'packs')]) syncDirectory(folder);
    this.addIndex(buildIndex(packs));
    this.#merge();
  }

  addIndex({ digest, bytes }: BuiltIndex): void {
    writeAtomic(this.indexPath(digest), bytes, { mode: 0o444 });
    this.#indexes?.set(digest, this.#withPacks(new PackIndex(bytes, digest)));
  }

  /** Every object in packs that are there; one that lies in several comes several times. */
  *entries(): Generator<PackedObject & { readonly digest: Digest }> {
    this.refresh();
    for (const { index, there } of this.#all())
      for (const { digest, pack, offset, stored } of index.entries())
        if (there[pack]) yield { digest, pack: index.packs[pack]!.digest, offset, bytes: stored };
  }

  /** Packs that are there, each once. */
  list(): IndexedPack[] {
    this.refresh();
    const packs = [...this.#all()].flatMap(({ index, there }) => index.packs.filter((_, i) => there[i]));
    return [...new Map(packs.map((pack) => [pack.digest, pack])).values()];
  }

  #all(): Iterable<OpenIndex> {
    if (!this.#indexes) this.refresh();
    return this.#indexes!.values();
  }

  /** The indexes as they are now. */
  indexes(): IndexView[] {
    this.refresh();
    return [...this.#all()].map(({ index }) => index);
  }

  pathOf(pack: Digest): string {
    return join(this.#dir, 'packs', pack.slice(0, 2), `${pack}.pack`);
  }

  indexPath(index: Digest): string {
    return join(this.#dir, 'index', `${index}.idx`);
  }

  /** Looks at the folders again. True when something is not as it was. */
  refresh(): boolean {
    const folder = join(this.#dir, 'index');
    const { mtimeNs, mtimeMs } = statSync(folder, { bigint: true });
    if (this.#indexes && this.#stamp === mtimeNs) return false;
    // A folder that changed a moment ago may change again without its time showing it.
    this.#stamp = Date.now() - Number(mtimeMs) > SETTLED_MS ? mtimeNs : undefined;
    const names = digestsOf(readdirSync(folder), '.idx');
    const before = this.#indexes ?? new Map<Digest, OpenIndex>();
    this.#indexes = new Map();
    let changed = before.size !== names.length;
    for (const digest of names) {
      const known = before.get(digest)?.index ?? this.#readIndex(digest);
      if (!known) continue;
      const opened = this.#withPacks(known);
      const was = before.get(digest)?.there;
      changed ||= was === undefined || opened.there.some((there, i) => there !== was[i]);
      this.#indexes.set(digest, opened);
    }
    return changed;
  }

  /** An index that is damaged is set aside: what it said stands in its packs too, see `#adopt`. */
  #readIndex(digest: Digest): IndexView | undefined {
    const path = this.indexPath(digest);
    const bytes = statSync(path, { throwIfNoEntry: false })?.size;
    if (bytes === undefined) return undefined;
    try {
      if (bytes >= this.#rangedFrom) return new RangedIndex(rangesOfFile(path), bytes, digest);
      return orAbsent(() => new PackIndex(readFileSync(path), digest), undefined);
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      mkdirSync(join(this.#dir, 'quarantine'), { recursive: true });
      orAbsent(
        () => renameSync(this.indexPath(digest), join(this.#dir, 'quarantine', `${digest}.idx`)),
        undefined,
      );
      return undefined;
    }
  }

  #withPacks(index: IndexView): OpenIndex {
    return {
      index,
      there: index.packs.map(
        ({ digest, bytes }) => statSync(this.pathOf(digest), { throwIfNoEntry: false })?.size === bytes,
      ),
    };
  }

  /** Indexes packs that no index names: their index was lost, or the process that wrote them was killed. Once is enough. */
  #adopt(): boolean {
    if (this.#adopted) return false;
    this.#adopted = true;
    const orphans = this.orphans();
    if (orphans.length > 0) this.addIndex(buildIndex(orphans));
    return orphans.length > 0;
  }

  /** Whole packs that no index names. */
  orphans(): BuiltPack[] {
    const known = new Set(this.list().map(({ digest }) => digest));
    return this.packNames().flatMap((digest) => {
      const pack = known.has(digest) ? undefined : this.readTable(digest);
      return pack ? [pack] : [];
    });
  }

  /** By what lies in the folder, whole or not. */
  packNames(): Digest[] {
    return readdirSync(join(this.#dir, 'packs')).flatMap((two) =>
      digestsOf(
        orAbsent(() => readdirSync(join(this.#dir, 'packs', two)), []),
        '.pack',
      ),
    );
  }

  /** What a pack says of itself; undefined when it is gone or its frame is damaged. Its objects are not proved. */
  readTable(digest: Digest): BuiltPack | undefined {
    const fd = this.#fdOf(digest);
    const bytes = statSync(this.pathOf(digest), { throwIfNoEntry: false })?.size;
    if (fd === undefined || bytes === undefined) return undefined;
    try {
      return {
        digest,
        bytes,
        table: readPackTable((start, end) => readRange(fd, start, end), bytes, digest),
      };
    } catch (error) {
      if (error instanceof MlopsError) return undefined; // fsck tells of it
      throw error;
    }
  }

  #fdOf(pack: Digest): number | undefined {
    const known = this.#open.get(pack);
    if (known !== undefined) return known;
    const fd = orAbsent(() => openSync(this.pathOf(pack), 'r'), undefined);
    if (fd === undefined) return undefined;
    if (this.#open.size >= OPEN_MOST) this.#close(this.#open.keys().next().value!);
    this.#open.set(pack, fd);
    return fd;
  }

  #close(pack: Digest): void {
    closeSync(this.#open.get(pack)!);
    this.#open.delete(pack);
  }

  /** Lets go of packs that were moved away. */
  forget(packs: readonly Digest[]): void {
    for (const pack of packs) if (this.#open.has(pack)) this.#close(pack);
    this.#stamp = undefined;
    this.refresh();
  }

  /** Others say by now what it said. */
  dropIndex(index: Digest): void {
    rmSync(this.indexPath(index), { force: true });
    this.#indexes?.delete(index);
  }

  #merge(): void {
    for (const { made, replaces } of mergedIndexes(this.indexes())) {
      for (const index of made) this.addIndex(index);
      for (const old of replaces) rmSync(this.indexPath(old), { force: true });
    }
  }
}

function readRange(fd: number, start: number, end: number): Buffer {
  const buffer = Buffer.allocUnsafe(Math.max(0, end - start));
  let done = 0;
  for (let n = 1; n > 0 && done < buffer.length; done += n)
    n = readSync(fd, buffer, done, buffer.length - done, start + done);
  return buffer.subarray(0, done);
}

/** The file is opened for every read: an index is never an open file that nobody closes. */
function rangesOfFile(path: string): ReadRange {
  return (start, end) => {
    const fd = openSync(path, 'r');
    try {
      return readRange(fd, start, end);
    } finally {
      closeSync(fd);
    }
  };
}

function digestsOf(names: readonly string[], end: string): Digest[] {
  return names.flatMap((name) => {
    const digest = name.slice(0, -end.length);
    return name.endsWith(end) && isDigest(digest) ? [digest] : [];
  });
}
