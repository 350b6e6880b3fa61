// Waiting for others: what a folder of claims says is looked at again whenever a file in it changes.
import { type Attempt, type ClaimWish, tryClaim } from './claim.ts';
import { type ClaimContent, type ClaimDir, claimSlug } from './claim-file.ts';
import { type Folder, watchFolder } from './folder.ts';

export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** Called when there is somebody to wait for, and again when that is another. */
  readonly onWait?: (holder: ClaimContent) => void;
  /** Default: for ever. */
  readonly timeoutMs?: number;
  /** How often a silent folder is looked at anyway: a death makes no event. Default 500. */
  readonly pollMs?: number;
}

/** Claims `name`, waiting for its holder. `heldBy` when the time is up. @throws the signal's reason */
export async function awaitClaim(
  claims: ClaimDir,
  name: string,
  wish: ClaimWish,
  options: WaitOptions = {},
): Promise<Attempt> {
  const slug = claimSlug(name);
  return waitFor<Attempt>(claims, options, () => {
    const attempt = tryClaim(claims, name, wish);
    return 'claim' in attempt
      ? { done: attempt }
      : { holder: attempt.heldBy, concerns: (file) => file.startsWith(`${slug}.`), expired: attempt };
  });
}

export type Look<T> =
  | { readonly done: T }
  | {
      readonly holder: ClaimContent;
      /** Whether a change of this file is worth another look. */
      readonly concerns: (file: string) => boolean;
      readonly expired: T;
    };

/** Looks until there is a result or the time is up; between two looks waits for a change of the files it depends on. */
export async function waitFor<T>(claims: ClaimDir, options: WaitOptions, look: () => Look<T>): Promise<T> {
  const until = performance.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY);
  let folder: Folder | undefined;
  let waitingFor: string | undefined;
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      const seen = look();
      if ('done' in seen) return seen.done;
      const left = until - performance.now();
      if (left <= 0) return seen.expired;
      if (seen.holder.nonce !== waitingFor) options.onWait?.(seen.holder);
      waitingFor = seen.holder.nonce;
      // A change between the first look and the watch would be lost, so there is another look.
      if (!folder) folder = watchFolder(claims.dir);
      else await folder.change(seen.concerns, Math.min(left, options.pollMs ?? 500), options.signal);
    }
  } finally {
    folder?.close();
  }
}
