// What each stage last read and wrote: the contents of one pipeline.lock (its format is lockfile/'s).
import type { StoredArtifact } from './artifact.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { RepoPath, StageKey } from './ids.ts';
import type { JsonObject } from './json.ts';

export type Outs = { readonly [path: string]: StoredArtifact };

export interface LockBlock {
  readonly in: Fingerprint;
  readonly key: StageKey;
  readonly outs: Outs;
}

/** A data entry: its bytes, and for an import where they came from. */
export type DataRecord = StoredArtifact & { readonly from?: JsonObject };

export interface Lock {
  readonly data: ReadonlyMap<RepoPath, DataRecord>;
  /** By the stage's local name (without `dir:`). */
  readonly stages: ReadonlyMap<string, LockBlock>;
}

export const EMPTY_LOCK: Lock = { data: new Map(), stages: new Map() };
