// What `repro` would do with a stage, and why.

import type { RepoPath, StageName } from './ids.ts';
import type { Json } from './json.ts';
import type { Outs } from './lock.ts';

export type Verdict =
  | { readonly kind: 'held' }
  | { readonly kind: 'fresh' }
  /** `write: 'lock'` when the workspace already holds those bytes and only the lock is behind. */
  | {
      readonly kind: 'restorable';
      readonly from: 'lock' | 'run' | 'remote';
      readonly outs: Outs;
      readonly write: 'outs' | 'lock';
      readonly reasons: readonly Reason[];
      readonly savedMs?: number;
    }
  | { readonly kind: 'stale'; readonly reasons: readonly Reason[] }
  /** Upstream is not done yet, so nothing can be said. */
  | { readonly kind: 'waiting'; readonly on: readonly StageName[] };

export type Reason =
  | { readonly kind: 'never-run' }
  /** One field of the fingerprint, by its path (`['params', 'params.yaml', 'train.depth']`); `null` = absent. */
  | { readonly kind: 'changed'; readonly field: readonly string[]; readonly was: Json; readonly now: Json }
  | { readonly kind: 'out-missing'; readonly path: RepoPath }
  | { readonly kind: 'out-modified'; readonly path: RepoPath }
  | { readonly kind: 'upstream'; readonly stage: StageName }
  | { readonly kind: 'forced' }
  | { readonly kind: 'always' };
