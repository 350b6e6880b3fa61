// Short exclusive work between processes, such as rewriting a lock file: held for milliseconds, so waiting is a pause.
import { fail } from '../core/failure.ts';
import { tryClaim } from '../util/claim.ts';
import type { ClaimContent, ClaimDir } from '../util/claim-file.ts';
import { sharesPids } from '../util/process.ts';
import { describeHolder } from './claims.ts';

const PAUSE_MS = 2;
const PATIENCE_MS = 30_000;

/** `tidy` is told who died at the same work, before it is done again. */
export function exclusively<T>(
  claims: ClaimDir,
  name: string,
  work: () => T,
  tidy: (dead: ClaimContent) => void = () => {},
): T {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const attempt = tryClaim(claims, name, { what: name });
    if ('claim' in attempt) {
      try {
        if (attempt.after) tidy(attempt.after);
        return work();
      } finally {
        attempt.claim.release();
      }
    }
    if (isOurs(claims, attempt.heldBy)) throw new Error(`BUG: ${name} is taken by who already holds it`);
    if (performance.now() > until)
      fail('busy', `${name} is held by ${describeHolder(attempt.heldBy)}`, {
        help: 'end that process, then try again',
      });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  }
}

/** The work of one process is never interrupted by more of its own: a claim of ours is one that we are inside of. */
function isOurs({ self }: ClaimDir, holder: ClaimContent): boolean {
  return sharesPids(holder, self) && holder.pid === self.pid && holder.started === self.started;
}
