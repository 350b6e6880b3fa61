// Indexes must stay few, as every one is read at start: 64 of a level become one of the next. A merged index may lie
// beside those it replaces, so nothing is lost when the process is killed in between.
import type { Digest } from '../core/ids.ts';
import {
  type BuiltIndex,
  type DigestRange,
  INDEX_ENTRY,
  type IndexedPack,
  type PackIndex,
  writeIndex,
} from './pack-index.ts';

const FAN_IN = 64;
/** Above it an index is split by digest range: 2^22 entries are 200 MB, as much as one process should read at once. */
const MOST_ENTRIES = 2 ** 22;

export interface MergedIndex {
  readonly made: readonly BuiltIndex[];
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

/** One index over everything that these name, or several by digest range. A pack that two of them name is taken once. */
export function mergeAll(indexes: readonly PackIndex[], most = MOST_ENTRIES): BuiltIndex[] {
  const packs = new Map<Digest, IndexedPack>();
  const pieces: Buffer[] = [];
  for (const index of indexes) {
    const numbers = index.packs.map((pack) => {
      if (packs.has(pack.digest)) return undefined;
      packs.set(pack.digest, pack);
      return packs.size - 1;
    });
    pieces.push(renumbered(index.raw, numbers));
  }
  const entries = Buffer.concat(pieces);
  const parts = 2 ** Math.max(0, Math.ceil(Math.log2(entries.length / INDEX_ENTRY / most)));
  const width = 0x10000 / parts;
  return Array.from({ length: parts }, (_, part) => {
    const range = { lo: part * width, hi: (part + 1) * width - 1 };
    return writeIndex([...packs.values()], parts === 1 ? entries : within(entries, range), range);
  });
}

/** Entries under new pack numbers; those of packs without one are left out. */
function renumbered(raw: Buffer, numbers: readonly (number | undefined)[]): Buffer {
  return kept(raw, (entries, at) => {
    const number = numbers[entries.readUInt32BE(at + 44)];
    if (number !== undefined) entries.writeUInt32BE(number, at + 44);
    return number !== undefined;
  });
}

function within(entries: Buffer, { lo, hi }: DigestRange): Buffer {
  return kept(entries, (each, at) => {
    const head = each.readUInt16BE(at);
    return head >= lo && head <= hi;
  });
}

/** A copy of those entries that `keep` wants; it may change them. */
function kept(entries: Buffer, keep: (copy: Buffer, at: number) => boolean): Buffer {
  const copy = Buffer.from(entries);
  let end = 0;
  for (let at = 0; at < copy.length; at += INDEX_ENTRY) {
    if (!keep(copy, at)) continue;
    copy.copyWithin(end, at, at + INDEX_ENTRY);
    end += INDEX_ENTRY;
  }
  return copy.subarray(0, end);
}
