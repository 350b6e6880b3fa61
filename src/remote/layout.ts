// Names on a remote, relative to `<prefix>/v1/`. The local store has the same ones.
//   objects/<2>/<62>                          raw bytes: file contents and tree nodes
//   runs/<scope>/<2>/<key>/<result16>.json    run entries
//   format.json                               see format.ts
import type { Digest, StageKey } from '../core/ids.ts';
import { isDigest } from '../core/ids.ts';

export function objectName(digest: Digest): string {
  return `objects/${digest.slice(0, 2)}/${digest.slice(2)}`;
}

/** The digest that `name` stands for; undefined for any other name, so that stray files count for nothing. */
export function digestInName(name: string): Digest | undefined {
  const match = /^objects\/([0-9a-f]{2})\/([0-9a-f]{62})$/.exec(name);
  const digest = match ? match[1]! + match[2]! : undefined;
  return isDigest(digest) ? digest : undefined;
}

/** Under it lie all results recorded for `key` in `scope`. */
export function runsPrefix(scope: string, key: StageKey): string {
  return `runs/${scope}/${key.slice(0, 2)}/${key}/`;
}
