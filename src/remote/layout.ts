// Names on a remote, relative to `<prefix>/v1/`. The local store has the same ones.
//   objects/<2>/<62>                          raw bytes: file contents and tree nodes
//   runs/<scope>/<2>/<key>/<result16>.json    run entries: see store/runs.ts
//   format.json                               see format.ts
import type { Digest } from '../core/ids.ts';

export function objectName(digest: Digest): string {
  return `objects/${digest.slice(0, 2)}/${digest.slice(2)}`;
}
