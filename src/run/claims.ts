// Work claims: what is running, with the paths it reads and writes. Nothing is locked while a command runs; one who
// would write what another reads or writes, or read what another writes, waits for it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../core/failure.ts';
import { overlaps } from '../core/ids.ts';
import {
  Claim,
  type ClaimContent,
  type ClaimDir,
  type ClaimWish,
  createClaim,
  isDead,
  type Look,
  openClaimDir,
  readClaims,
  tryClaim,
  waitFor,
} from '../util/claim.ts';
import { killLeftGroup, sharesPids } from '../util/process.ts';

/** Under this claim the others are compared and created. It is held for less than a millisecond. */
const TABLE = 'table';

export interface WorkWish extends ClaimWish {
  /** `stage:train`, `key:4a4f…`: two claims of one name exclude each other whatever their paths. */
  readonly name: string;
}

export interface WorkOptions {
  readonly signal?: AbortSignal;
  /** Called with words for the screen when there is somebody to wait for: who, what, since when. */
  readonly onWait?: (holder: string) => void;
  /** Default: for ever. */
  readonly waitMs?: number;
  /** A dead process's claim is about to be removed. Its processes are gone by then; what it set aside must come back now. */
  readonly takeOver?: (dead: ClaimContent) => unknown;
}

/** `state` is `<git-dir>/mlops` for what belongs to one worktree, `<git-common-dir>/mlops` for what worktrees share. */
export function openWork(state: string): ClaimDir {
  return openClaimDir(join(state, 'claims', 'running'));
}

/**
 * Resolves when nothing that runs overlaps; `release()` ends it.
 * @throws MlopsError `busy` when `waitMs` have passed, naming the holder; the signal's reason
 */
export async function claimWork(work: ClaimDir, wish: WorkWish, options: WorkOptions = {}): Promise<Claim> {
  const { onWait, waitMs, signal } = options;
  const got = await waitFor<Claim | ClaimContent>(
    work,
    {
      ...(signal ? { signal } : {}),
      ...(waitMs === undefined ? {} : { timeoutMs: waitMs }),
      onWait: (holder) => {
        if (holder.name !== TABLE) onWait?.(describeHolder(holder));
      },
    },
    () => lookAtTable(work, wish, options),
  );
  if (got instanceof Claim) return got;
  return fail('busy', `${wish.what} has to wait for ${describeHolder(got)}`, {
    help: 'try again when it is done, or give it longer: --wait 10m',
  });
}

function lookAtTable(claims: ClaimDir, wish: WorkWish, options: WorkOptions): Look<Claim | ClaimContent> {
  const attempt = tryClaim(claims, TABLE, { what: wish.what });
  if ('heldBy' in attempt) return waitOn(attempt.heldBy, [`${TABLE}-`]);
  const table = attempt.claim;
  try {
    const blocking = liveClaims(claims, options.takeOver).filter(({ content }) => conflict(content, wish));
    if (blocking.length > 0)
      return waitOn(
        blocking[0]!.content,
        blocking.map(({ file }) => file),
      );
    // The table's generations never repeat, so neither do those of what is created under it.
    const claim = createClaim(claims, wish.name, table.n, wish);
    if (!claim) throw new Error(`BUG: the claim ${wish.name} of generation ${table.n} exists`);
    return { done: claim };
  } finally {
    table.release();
  }
}

function waitOn(holder: ClaimContent, files: readonly string[]): Look<ClaimContent> {
  return {
    holder,
    expired: holder,
    concerns: (changed) => files.some((file) => changed.startsWith(file)),
  };
}

/** Clears away what dead processes left, in the order: their children, what they set aside, their claim. */
function liveClaims(claims: ClaimDir, takeOver: WorkOptions['takeOver']) {
  return readClaims(claims).filter(({ file, content }) => {
    if (content.name === TABLE) return false;
    if (!isDead(claims, file, content)) return true;
    if (content.group && sharesPids(content, claims.self)) killLeftGroup(content.group);
    takeOver?.(content);
    rmSync(join(claims.dir, file), { force: true });
    return false;
  });
}

function conflict(held: ClaimContent, wish: WorkWish): boolean {
  const { reads = [], writes = [] } = wish;
  return (
    held.name === wish.name ||
    anyOverlap(held.writes, writes) ||
    anyOverlap(held.writes, reads) ||
    anyOverlap(held.reads, writes)
  );
}

function anyOverlap(some: readonly string[], others: readonly string[]): boolean {
  return some.some((a) => others.some((b) => overlaps(a, b)));
}

/** `stage train (pid 4242 on vm, since 2026-11-21 10:00:05 UTC)` */
export function describeHolder(holder: ClaimContent): string {
  const since = holder.since.slice(0, 19).replace('T', ' ');
  return `${holder.what} (pid ${holder.pid} on ${holder.host}, since ${since} UTC)`;
}

const SHORT_WAIT_MS = 10_000;

/**
 * Runs `work`, which is short and synchronous, while no other process runs one of the same name.
 * @throws MlopsError `busy` when the other is not done after ten seconds
 */
export function claimExclusively(state: string, name: string, work: () => void): void {
  const claims = openClaimDir(join(state, 'claims'));
  const until = performance.now() + SHORT_WAIT_MS;
  for (;;) {
    const attempt = tryClaim(claims, name, { what: name });
    if ('claim' in attempt) {
      try {
        work();
      } finally {
        attempt.claim.release();
      }
      return;
    }
    if (performance.now() > until)
      fail('busy', `${name} is held by ${describeHolder(attempt.heldBy)}`, {
        help: 'try again when it is done',
      });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
  }
}
