// Indexes must stay few, as every one is read at start: 64 of a level become one of the next. A merged index may lie
// beside those it replaces, so nothing is lost when the process is killed in between.
import type { Digest } from '../core/ids.ts';
import { type DigestRange, INDEX_ENTRY, type IndexedPack, type IndexView } from './index-head.ts';
import { type BuiltIndex, writeIndex } from './pack-index.ts';

const FAN_IN = 64;
/** Above it an index is split by digest range: 2^22 entries are 200 MB, as much as one process should read at once. */
const MOST_ENTRIES = 2 ** 22;

export interface MergedIndex {
  readonly made: Iterable<BuiltIndex>;
  readonly replaces: readonly Digest[];
}

/** What to merge now, each group into one. An index over a part of the digests is the end of the road: it is merged no further. */
export function mergeGroups<T extends Pick<IndexView, 'packs' | 'range'>>(
  indexes: readonly T[],
  fanIn = FAN_IN,
): T[][] {
  const levels = new Map<number, T[]>();
  for (const index of indexes) {
    if (index.range.lo !== 0 || index.range.hi !== 0xffff) continue;
    const level = Math.floor(Math.log(Math.max(1, index.packs.length)) / Math.log(fanIn));
    levels.set(level, [...(levels.get(level) ?? []), index]);
  }
  return [...levels.values()].filter((group) => group.length >= fanIn);
}

export function mergedIndexes(
  indexes: readonly IndexView[],
  fanIn = FAN_IN,
  most = MOST_ENTRIES,
): MergedIndex[] {
  return mergeGroups(indexes, fanIn).map((group) => ({
    made: mergeAll(group, most),
    replaces: group.map(({ digest }) => digest),
  }));
}

/**
 * One index over everything that these name, or several by digest range. What is merged is cut out of the sorted inputs
 * range by range: only one result is in memory at a time.
 */
export function* mergeAll(indexes: readonly IndexView[], most = MOST_ENTRIES): Generator<BuiltIndex> {
  const merge = new Merge(indexes);
  for (const range of partRanges(indexes, most)) {
    const pieces = indexes.map((index) => index.within(range));
    yield merge.part(pieces, range);
  }
}

/** Equal parts of all digests, so many that none holds more than about `most` of these entries. */
export function partRanges(indexes: readonly Pick<IndexView, 'size'>[], most = MOST_ENTRIES): DigestRange[] {
  const entries = indexes.reduce((sum, { size }) => sum + size, 0);
  const parts = 2 ** Math.max(0, Math.ceil(Math.log2(entries / most)));
  const width = 0x10000 / parts;
  return Array.from({ length: parts }, (_, part) => ({ lo: part * width, hi: (part + 1) * width - 1 }));
}

/** What an index says of other packs than these; undefined when it names no other. */
export async function mergeWithout(
  index: Pick<IndexView, 'packs' | 'range'> & {
    entriesIn(range: DigestRange): Promise<Buffer>;
  },
  gone: ReadonlySet<Digest>,
): Promise<BuiltIndex | undefined> {
  if (index.packs.every(({ digest }) => gone.has(digest))) return undefined;
  return new Merge([index], gone).part([await index.entriesIn(index.range)], index.range);
}

/** The packs of several indexes under new numbers. A pack that two of them name is taken once. */
export class Merge {
  readonly #packs = new Map<Digest, IndexedPack>();
  /** By index and old number; undefined where an earlier index has the pack. */
  readonly #numbers: readonly (readonly (number | undefined)[])[];

  constructor(indexes: readonly Pick<IndexView, 'packs'>[], without: ReadonlySet<Digest> = new Set()) {
    this.#numbers = indexes.map(({ packs }) =>
      packs.map((pack) => {
        if (this.#packs.has(pack.digest) || without.has(pack.digest)) return undefined;
        this.#packs.set(pack.digest, pack);
        return this.#packs.size - 1;
      }),
    );
  }

  /** `pieces`: what each index, in their order, holds in that range. */
  part(pieces: readonly Buffer[], range: DigestRange): BuiltIndex {
    const entries = Buffer.concat(pieces.map((piece, i) => renumbered(piece, this.#numbers[i]!)));
    return writeIndex([...this.#packs.values()], entries, range);
  }
}

/** A copy of entries under new pack numbers; those of packs without one are left out. */
function renumbered(entries: Buffer, numbers: readonly (number | undefined)[]): Buffer {
  const copy = Buffer.from(entries);
  let end = 0;
  for (let at = 0; at < copy.length; at += INDEX_ENTRY) {
    const number = numbers[copy.readUInt32BE(at + 44)];
    if (number === undefined) continue;
    copy.writeUInt32BE(number, at + 44);
    copy.copyWithin(end, at, at + INDEX_ENTRY);
    end += INDEX_ENTRY;
  }
  return copy.subarray(0, end);
}
