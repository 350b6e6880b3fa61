// What a push and a fetch would move, by path: compared without moving anything but tree nodes.

import { MlopsError } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { knownToPusher } from './known.ts';
import { presentObjects } from './present.ts';
import { receiveAll } from './receive-all.ts';
import type { TransferContext } from './transfer.ts';
import { type ObjectRef, objectsOf, type Wanted } from './wanted.ts';

export interface PathStatus {
  readonly path: string;
  /** Objects it needs, as far as tree nodes could be read. */
  readonly objects: number;
  readonly bytes: number;
  /** Objects that are not in the store, and those that are not on the remote. */
  readonly missingHere: number;
  readonly missingThere: number;
  /** Those that are in neither place. */
  readonly missingBoth: number;
}

export async function remoteStatus(
  context: TransferContext,
  wanted: readonly Wanted[],
): Promise<readonly PathStatus[]> {
  const { store } = context;
  const known = await knownToPusher(context);
  const perPath: { readonly path: string; readonly refs: readonly ObjectRef[] }[] = [];
  const unreadable = new Set<Digest>();
  for (const one of wanted) {
    const unread: ObjectRef[] = [];
    const { files, nodes } = await objectsOf(store, [one], async (absent) => {
      const { failures } = await receiveAll(context, known, absent, 'trees');
      if (failures.some(({ exit }) => exit !== 'integrity')) throw new MlopsError(failures);
      const still = new Set(store.missing(absent.map(({ digest }) => digest)));
      for (const ref of absent) if (still.has(ref.digest)) unread.push(ref);
      // A name that stands there for other bytes is not the object.
      if (failures.length > 0) for (const digest of still) unreadable.add(digest);
    });
    perPath.push({ path: one.path, refs: [...files, ...nodes, ...unread] });
  }
  const all = perPath.flatMap(({ refs }) => refs);
  const absentHere = new Set(store.missing(all.map(({ digest }) => digest)));
  const present = await presentObjects(context, known, all);
  const isThere = (ref: ObjectRef): boolean => present.has(ref) && !unreadable.has(ref.digest);
  return perPath.map(({ path, refs }) => ({
    path,
    objects: refs.length,
    bytes: refs.reduce((sum, { digest, bytes }) => sum + (bytes ?? store.bytesOf(digest) ?? 0), 0),
    missingHere: refs.filter(({ digest }) => absentHere.has(digest)).length,
    missingThere: refs.filter((ref) => !isThere(ref)).length,
    missingBoth: refs.filter((ref) => absentHere.has(ref.digest) && !isThere(ref)).length,
  }));
}
