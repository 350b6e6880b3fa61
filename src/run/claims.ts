// Work claims: what is running, with the paths it reads and writes. Nothing is locked while a command runs; one who
// would write what another reads or writes, or read what another writes, waits for it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../core/failure.ts';
import { overlaps } from '../core/ids.ts';
import { Claim, type ClaimWish, createClaim, tryClaim } from '../util/claim.ts';
import {
  type ClaimContent,
  type ClaimDir,
  type ClaimFile,
  claimFiles,
  isDead,
  openClaimDir,
  readClaim,
} from '../util/claim-file.ts';
import { type Look, waitFor } from '../util/claim-wait.ts';
import { killLeftGroup, sharesPids } from '../util/process.ts';

/** Under this claim the others are compared and created. It is held for less than a millisecond. */
const TABLE = 'table';

export interface WorkWish extends ClaimWish {
  /** `stage:train`, `key:4a4f…`: two claims of one name (or `also`) exclude each other whatever their paths. */
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

/** A folder of claims, and what was read there: who made a file and for which paths never changes while it exists. */
export interface Work extends ClaimDir {
  readonly known: Map<string, ClaimContent>;
}

/** `state` is `<git-dir>/mlops` for what belongs to one worktree, `<git-common-dir>/mlops` for what worktrees share. */
export function openWork(state: string): Work {
  return { ...openClaimDir(join(state, 'claims')), known: new Map() };
}

/**
 * Resolves when nothing that runs overlaps; `release()` ends it.
 * @throws MlopsError `busy` when `waitMs` have passed, naming the holder; the signal's reason
 */
export async function claimWork(work: Work, wish: WorkWish, options: WorkOptions = {}): Promise<Claim> {
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

/** Claims what nobody works on now; undefined when somebody does. Only the table is waited for. */
export function tryWork(work: Work, wish: WorkWish, options: WorkOptions = {}): Promise<Claim | undefined> {
  return waitFor<Claim | undefined>(work, {}, () => {
    const seen = lookAtTable(work, wish, options);
    if ('done' in seen) return { done: seen.done as Claim };
    return seen.holder.name === TABLE ? { ...seen, expired: undefined } : { done: undefined };
  });
}

/** Who works now, each with the file of its claim. */
export function livingWork(work: Work): ClaimFile[] {
  return filesOfWork(work).filter(({ file, content }) => !isDead(work, file, content));
}

/**
 * Clears away what dead processes left, without claiming anything: for whoever is about to judge what the workspace
 * holds. Does nothing when another is at the table, who does the same.
 */
export function recoverWork(work: Work, takeOver: WorkOptions['takeOver']): void {
  if (!filesOfWork(work).some(({ file, content }) => isDead(work, file, content))) return;
  const attempt = tryClaim(work, TABLE, { what: 'recovery' });
  if ('heldBy' in attempt) return;
  try {
    clearTheDead(work, takeOver);
  } finally {
    attempt.claim.release();
  }
}

/** Whether somebody's claim, alive or dead, covers writing `path`. */
export function isClaimed(work: Work, path: string): boolean {
  return filesOfWork(work).some(({ content }) => anyOverlap(content.writes, [path]));
}

function lookAtTable(work: Work, wish: WorkWish, options: WorkOptions): Look<Claim | ClaimContent> {
  const attempt = tryClaim(work, TABLE, { what: wish.what });
  if ('heldBy' in attempt) return waitOn(attempt.heldBy, [`${TABLE}-`]);
  const table = attempt.claim;
  try {
    const living = clearTheDead(work, options.takeOver);
    const blocking = living.filter(({ content }) => conflict(content, wish));
    if (blocking.length > 0)
      return waitOn(
        blocking[0]!.content,
        blocking.map(({ file }) => file),
      );
    // The table's generations never repeat, so neither do those of what is created under it.
    const claim = createClaim(work, wish.name, table.n, wish);
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

/** Read once each: with many claims at work a look would cost a file read for every one of them. */
function filesOfWork(work: Work): ClaimFile[] {
  const files = claimFiles(work);
  const here = new Set(files);
  for (const file of work.known.keys()) if (!here.has(file)) work.known.delete(file);
  return files.flatMap((file) => {
    const content = work.known.get(file) ?? readClaim(work, file);
    if (!content) return [];
    work.known.set(file, content);
    // The table, and claims that others make without it, are not for whoever holds the table to judge.
    return content.once ? [{ file, content }] : [];
  });
}

/** Returns the living. What dead processes left goes in this order: their children, what they set aside, their claim. */
function clearTheDead(work: Work, takeOver: WorkOptions['takeOver']): ClaimFile[] {
  const dead = new Map<string, boolean>();
  return filesOfWork(work).filter(({ file, content }) => {
    // One process may hold hundreds of claims; it is looked at once.
    const owner = sharesPids(content, work.self) ? `${content.pid} ${content.started}` : file;
    const gone = dead.get(owner) ?? isDead(work, file, content);
    dead.set(owner, gone);
    if (!gone) return true;
    const last = readClaim(work, file) ?? content;
    if (last.group && sharesPids(last, work.self)) killLeftGroup(last.group);
    takeOver?.(last);
    rmSync(join(work.dir, file), { force: true });
    return false;
  });
}

function conflict(held: ClaimContent, wish: WorkWish): boolean {
  const { reads = [], writes = [] } = wish;
  return (
    namesOf(held).some((name) => namesOf(wish).includes(name)) ||
    anyOverlap(held.writes, writes) ||
    anyOverlap(held.writes, reads) ||
    anyOverlap(held.reads, writes)
  );
}

function namesOf({ name, also = [] }: WorkWish | ClaimContent): readonly string[] {
  return [name, ...also];
}

function anyOverlap(some: readonly string[], others: readonly string[]): boolean {
  return some.some((a) => others.some((b) => overlaps(a, b)));
}

/** `stage train (pid 4242 on vm, since 2026-11-21 10:00:05 UTC)` */
export function describeHolder(holder: ClaimContent): string {
  const since = holder.since.slice(0, 19).replace('T', ' ');
  return `${holder.what} (pid ${holder.pid} on ${holder.host}, since ${since} UTC)`;
}
