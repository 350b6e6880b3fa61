// How many bytes of each artifact are its own, and how many others have too.
import type { Artifact } from '../core/artifact.ts';
import { DigestTable } from './digest-table.ts';
import type { Store } from './store.ts';
import { objectsIn } from './tree-objects.ts';

export interface Share {
  /** Bytes in the store that no other artifact of the list needs, its listings among them. */
  readonly own: number;
  readonly shared: number;
  /** Objects that are not in the store. */
  readonly absent: number;
}

const SHARED = 0xffffffff;

/** In the order given. */
export function sharesOf(store: Store, artifacts: readonly Artifact[]): Share[] {
  const owners = new DigestTable();
  artifacts.forEach((artifact, at) => {
    for (const digest of objectsIn(store, artifact)) {
      const owner = owners.getHex(digest);
      if (owner === 0) owners.setHex(digest, at + 1);
      else if (owner !== at + 1) owners.setHex(digest, SHARED);
    }
  });
  return artifacts.map((artifact) => {
    let [own, shared, absent] = [0, 0, 0];
    for (const digest of new Set(objectsIn(store, artifact))) {
      const bytes = store.bytesOf(digest);
      if (bytes === undefined) absent++;
      else if (owners.getHex(digest) === SHARED) shared += bytes;
      else own += bytes;
    }
    return { own, shared, absent };
  });
}
