// Names on a remote, relative to `<prefix>/v1/`. The local store has the same ones.
//   objects/<2>/<62>                          raw bytes: file contents and tree nodes
//   packs/<2>/<64>.pack                       many small objects in one file: see store/pack.ts
//   index/<64>.idx                            where objects lie in packs: see store/index-head.ts
//   runs/<scope>/<2>/<key>/<result16>.json    run entries: see store/runs.ts
//   repos/<uuid>.json                         who uses it: see repositories.ts
//   gc/<epoch8>.json                          what is condemned: see gc-epoch.ts
//   format.json                               see format.ts
import { type Digest, isDigest } from '../core/ids.ts';

export const OBJECTS = 'objects/';
export const PACKS = 'packs/';
export const INDEX = 'index/';

export function objectName(digest: Digest): string {
  return `${OBJECTS}${digest.slice(0, 2)}/${digest.slice(2)}`;
}

/** Undefined for a name that no object has. */
export function objectOf(name: string): Digest | undefined {
  const digest = name.slice(OBJECTS.length).replace('/', '');
  return isDigest(digest) && objectName(digest) === name ? digest : undefined;
}

export function packName(digest: Digest): string {
  return `${PACKS}${digest.slice(0, 2)}/${digest}.pack`;
}

/** Undefined for a name that no pack has. */
export function packOf(name: string): Digest | undefined {
  const digest = name.slice(PACKS.length + 3, -'.pack'.length);
  return isDigest(digest) && packName(digest) === name ? digest : undefined;
}

export function indexName(digest: Digest): string {
  return `${INDEX}${digest}.idx`;
}

/** Undefined for a name that no index has. */
export function indexOf(name: string): Digest | undefined {
  const digest = name.slice(INDEX.length, -'.idx'.length);
  return isDigest(digest) && indexName(digest) === name ? digest : undefined;
}
