// What one finished run of a stage was: its fingerprint, its outs, and how it went. The run cache is made of these.
import type { Fingerprint } from './fingerprint.ts';
import type { CommitId, Digest, StageKey, StageName } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Outs } from './lock.ts';

export interface RunEntry extends RunRecord {
  readonly outs: Outs;
}

/** A run that failed: the same record without outs. It never answers for a key. */
export type Attempt = RunRecord;

interface RunRecord {
  readonly v: 1;
  /** sha256 of the canonical JSON of `in`; a reader recomputes it. */
  readonly key: StageKey;
  /** Verbatim as in the lock. */
  readonly in: Fingerprint;
  /** Exit status of the action; 0 in a RunEntry. */
  readonly exit: number;
  /** ISO 8601, UTC, milliseconds. */
  readonly started: string;
  readonly ms: number;
  readonly stage: StageName;
  /** HEAD when it ran; null before the first commit or without Git. */
  readonly commit: CommitId | null;
  /** Whether tracked files differed from that commit. */
  readonly dirty: boolean;
  readonly by: { readonly name: string | null; readonly host: string; readonly url: string | null };
  /** Version of mlops. */
  readonly tool: string;
  /** Recorded, not part of the key: platform, executor, runtime versions, device, image digest. */
  readonly uses: JsonObject;
  readonly log: { readonly digest: Digest; readonly bytes: number; readonly kept: 'local' | 'remote' } | null;
  /** Reserved for a signature. */
  readonly sig: null;
}
