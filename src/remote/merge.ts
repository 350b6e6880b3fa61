// Index files on a remote must stay few, as every command reads them: whoever makes the 64th of a level merges them. The
// merged one is written first, and tells the same; so a push that is cut off in between, and a reader that still knows
// the old ones, lose nothing.
import { MlopsError } from '../core/failure.ts';
import { Merge, mergeGroups, partRanges } from '../store/pack-merge.ts';
import { byCodeUnit } from '../util/compare.ts';
import { indexName } from './layout.ts';
import type { MergeSource, RemotePacks } from './packs.ts';
import type { Remote } from './remote.ts';

/** One part is made at a time, in memory: 50 MB. Above it, merged indexes are split. */
const PART_ENTRIES = 2 ** 20;

/** Housekeeping: where it is not allowed or fails, the next push tries again, and gc removes what is left over. */
export async function mergeRemoteIndexes(
  remote: Remote,
  packs: RemotePacks,
  most = PART_ENTRIES,
): Promise<void> {
  // In one order, so that two pushers that merge the same make the same.
  const sources = packs.sources().sort((a, b) => byCodeUnit(a.digest, b.digest));
  try {
    for (const group of mergeGroups(sources)) {
      await writeMerged(packs, group, most);
      await remote.remove(group.map(({ digest }) => indexName(digest)));
    }
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
  }
}

async function writeMerged(packs: RemotePacks, group: readonly MergeSource[], most: number): Promise<void> {
  const merge = new Merge(group);
  for (const range of partRanges(group, most)) {
    const pieces: Buffer[] = [];
    for (const index of group) pieces.push(await index.entriesIn(range));
    await packs.writeIndex(merge.part(pieces, range));
  }
}
