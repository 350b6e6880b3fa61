// Index files on a remote must stay few, as every command reads them: whoever makes the 64th of a level merges them. The
// merged one is written first, and tells the same; so a push that is cut off in between, and a reader that still knows
// the old ones, lose nothing.
import { MlopsError } from '../core/failure.ts';
import { mergedIndexes } from '../store/pack-merge.ts';
import { byCodeUnit } from '../util/compare.ts';
import { indexName } from './layout.ts';
import type { RemotePacks } from './packs.ts';
import type { Remote } from './remote.ts';

/** Housekeeping: where it is not allowed or fails, the next push tries again, and gc removes what is left over. */
export async function mergeRemoteIndexes(remote: Remote, packs: RemotePacks): Promise<void> {
  // In one order, so that two pushers that merge the same make the same.
  const indexes = packs.indexes().sort((a, b) => byCodeUnit(a.digest, b.digest));
  try {
    for (const { made, replaces } of mergedIndexes(indexes)) {
      for (const index of made) await packs.addIndex(index);
      await remote.remove(replaces.map(indexName));
    }
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
  }
}
