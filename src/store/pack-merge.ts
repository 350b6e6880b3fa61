// Indexes must stay few, as every one is read at start: 64 of a level become one of the next. A merged index may lie
// beside those it replaces, so nothing is lost when the process is killed in between.
import type { Digest } from '../core/ids.ts';
import { type BuiltIndex, INDEX_ENTRY, type IndexedPack, type PackIndex, writeIndex } from './pack-index.ts';

const FAN_IN = 64;
/** Above it an index is split by digest range: 2^22 entries are 200 MB, as much as one process should read at once. */
const MOST_ENTRIES = 2 ** 22;

export interface MergedIndex {
  readonly made: Iterable<BuiltIndex>;
  readonly replaces: readonly Digest[];
}

/** What to merge now. An index over a part of the digests is the end of the road: it is merged no further. */
export function mergedIndexes(
  indexes: readonly PackIndex[],
  fanIn = FAN_IN,
  most = MOST_ENTRIES,
): MergedIndex[] {
  const levels = new Map<number, PackIndex[]>();
  for (const index of indexes) {
    if (index.range.lo !== 0 || index.range.hi !== 0xffff) continue;
    const level = Math.floor(Math.log(Math.max(1, index.packs.length)) / Math.log(fanIn));
    levels.set(level, [...(levels.get(level) ?? []), index]);
  }
  return [...levels.values()]
    .filter((group) => group.length >= fanIn)
    .map((group) => ({ made: mergeAll(group, most), replaces: group.map(({ digest }) => digest) }));
}

/**
 * One index over everything that these name, or several by digest range. A pack that two of them name is taken once.
 * What is merged is cut out of the sorted inputs range by range: only one result is in memory at a time.
 */
export function* mergeAll(indexes: readonly PackIndex[], most = MOST_ENTRIES): Generator<BuiltIndex> {
  const packs = new Map<Digest, IndexedPack>();
  const numbers = indexes.map((index) =>
    index.packs.map((pack) => {
      if (packs.has(pack.digest)) return undefined;
      packs.set(pack.digest, pack);
      return packs.size - 1;
    }),
  );
  const entries = indexes.reduce((sum, { size }) => sum + size, 0);
  const parts = 2 ** Math.max(0, Math.ceil(Math.log2(entries / most)));
  const width = 0x10000 / parts;
  for (let part = 0; part < parts; part++) {
    const range = { lo: part * width, hi: (part + 1) * width - 1 };
    const pieces = indexes.map((index, i) => renumbered(index.within(range), numbers[i]!));
    yield writeIndex([...packs.values()], Buffer.concat(pieces), range);
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
