// A fingerprint is the record of everything a stage's result may depend on, and nothing else.
// It is hashed into the key, stored verbatim in lock and run entry, and compared to say why a stage is stale.
import type { Artifact } from './artifact.ts';
import type { RepoPath } from './ids.ts';
import type { Json, JsonObject } from './json.ts';

export type ActionRecord =
  | { readonly cmd: readonly string[] }
  /** `uses` names a built-in or a module; `with` holds its options as written; `revision` rises only when numbers change. */
  | { readonly uses: string; readonly with: JsonObject; readonly revision: number };

/** Fields are absent when empty. Paths are relative to the Git top level. */
export interface Fingerprint {
  readonly v: 1;
  readonly action: ActionRecord;
  readonly shell?: string;
  readonly wdir?: RepoPath;
  readonly deps?: { readonly [pathOrGlob: string]: Artifact };
  readonly env?: { readonly [name: string]: string | null };
  /** Params file → declared key (`train.lr` as declared) → value. A whole file is under the key "". */
  readonly params?: { readonly [file: string]: { readonly [key: string]: Json } };
  readonly image?: string;
  /** Sorted. */
  readonly outs?: readonly RepoPath[];
  /** Platform or runtime versions, only when the stage asks with `pin`. */
  readonly pin?: { readonly [name: string]: string };
}
