// Claims: how processes agree who works on what, without a lock server and without trusting that nobody dies.
//
// A claim is a file `<name>-<hash16>.<n>`. Generation n+1 may be created only by one who judged n released or dead;
// creation is exclusive, so of many who judged the same only one wins. The highest generation is never removed: whoever
// judged an older state finds a higher generation after creating its own, and withdraws. ("See that it is dead, unlink,
// create exclusively" gives two owners: between the look and the unlink another may have created a fresh one.)
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { digestBytes } from './digest.ts';
import { isErrno, orAbsent } from './errno.ts';
import { type Folder, watchFolder } from './folder.ts';
import { isAlive, type ProcessGroup, type ProcessIdentity, sharesPids, thisProcess } from './process.ts';

/** What the claimant says. Paths are compared by whoever reads them; here they are only kept. */
export interface ClaimWish {
  /** For people: `stage train`, `checkout`. */
  readonly what: string;
  /** Names that are claimed with it. */
  readonly also?: readonly string[];
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
}

export interface ClaimContent extends ProcessIdentity {
  readonly name: string;
  readonly also?: readonly string[];
  readonly what: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Unique: tells an owner that its claim was taken over. */
  readonly nonce: string;
  /** ISO time by the owner's clock. */
  readonly since: string;
  /** Processes that work for the owner; they must be gone before another goes on. */
  readonly group?: ProcessGroup;
  readonly released?: true;
  /** Its generation is used once: the file goes with the claim, and may be removed by who guards its making. */
  readonly once?: true;
}

export interface ClaimTimes {
  /** How often an owner shows that it lives. */
  readonly beatMs: number;
  /** Silent for so long, an owner whose process cannot be looked at counts as dead. */
  readonly deadAfterMs: number;
}

const CLAIM_TIMES: ClaimTimes = { beatMs: 10_000, deadAfterMs: 60_000 };

/** A folder of claims. */
export interface ClaimDir {
  readonly dir: string;
  readonly self: ProcessIdentity;
  readonly times: ClaimTimes;
}

/** Makes the folder when it lacks. `self` is given in tests of foreign hosts. */
export function openClaimDir(
  dir: string,
  options: { readonly self?: ProcessIdentity; readonly times?: ClaimTimes } = {},
): ClaimDir {
  mkdirSync(dir, { recursive: true });
  return { dir, self: options.self ?? thisProcess(), times: options.times ?? CLAIM_TIMES };
}

export type Attempt =
  /** `after`: who held it and died. */
  { readonly claim: Claim; readonly after?: ClaimContent } | { readonly heldBy: ClaimContent };

/** Claims `name`, or says who holds it. Synchronous: about ten system calls. */
export function tryClaim(claims: ClaimDir, name: string, wish: ClaimWish): Attempt {
  const slug = claimSlug(name);
  for (;;) {
    const last = generations(claims.dir, slug).at(-1) ?? 0;
    const content = last === 0 ? undefined : readClaim(claims, `${slug}.${last}`);
    if (content && !content.released && !isDead(claims, `${slug}.${last}`, content))
      return { heldBy: content };
    const claim = create(claims, name, last + 1, wish, {});
    if (!claim) continue;
    const all = generations(claims.dir, slug);
    if (all.at(-1) === last + 1) {
      for (const old of all.slice(0, -1)) unlink(join(claims.dir, `${slug}.${old}`));
      return content && !content.released ? { claim, after: content } : { claim };
    }
    claim.remove();
  }
}

/**
 * Creates generation `n` of `name`; undefined when it exists. Only for those who know by other means that nobody else
 * judges `name` now and that `n` is used once: its release removes the file. Everybody else calls `tryClaim`.
 */
export function createClaim(claims: ClaimDir, name: string, n: number, wish: ClaimWish): Claim | undefined {
  return create(claims, name, n, wish, { once: true });
}

function create(
  claims: ClaimDir,
  name: string,
  n: number,
  wish: ClaimWish,
  kind: { readonly once?: true },
): Claim | undefined {
  const content: ClaimContent = {
    ...claims.self,
    name,
    ...(wish.also ? { also: wish.also } : {}),
    what: wish.what,
    reads: wish.reads ?? [],
    writes: wish.writes ?? [],
    nonce: randomUUID(),
    since: new Date().toISOString(),
    ...kind,
  };
  const file = `${claimSlug(name)}.${n}`;
  return createWhole(claims.dir, file, content) ? new Claim(claims, file, n, content) : undefined;
}

export class Claim {
  readonly n: number;
  readonly #claims: ClaimDir;
  readonly #file: string;
  readonly #beat: NodeJS.Timeout;
  #content: ClaimContent;

  constructor(claims: ClaimDir, file: string, n: number, content: ClaimContent) {
    this.#claims = claims;
    this.#file = file;
    this.n = n;
    this.#content = content;
    this.#beat = setInterval(() => this.#showLife(), claims.times.beatMs);
    this.#beat.unref();
  }

  get nonce(): string {
    return this.#content.nonce;
  }

  /** Whether nobody judged this claim dead and took it over. Asked before anything is recorded under it. */
  isMine(): boolean {
    if (readClaim(this.#claims, this.#file)?.nonce !== this.nonce) return false;
    // A generation that is used once is taken over by removing it.
    if (this.#content.once) return true;
    return generations(this.#claims.dir, claimSlug(this.#content.name)).at(-1) === this.n;
  }

  /** Replaces the process group that works under this claim. False when the claim was taken over. */
  update(group: ProcessGroup | undefined): boolean {
    if (!this.isMine()) return false;
    const { group: _, ...rest } = this.#content;
    this.#content = group ? { ...rest, group } : rest;
    replaceWhole(this.#claims.dir, this.#file, this.#content);
    return true;
  }

  /** Lets the next one in. May be called twice. */
  release(): void {
    if (this.#content.once) this.remove();
    else if (!this.#content.released) this.#mark();
  }

  /** Without asking whether it is still mine: below a higher generation nobody reads what it says. */
  #mark(): void {
    clearInterval(this.#beat);
    this.#content = { ...this.#content, released: true };
    replaceWhole(this.#claims.dir, this.#file, this.#content);
  }

  /** As if it had never been. Not for the highest generation of a name that others judge. */
  remove(): void {
    clearInterval(this.#beat);
    if (readClaim(this.#claims, this.#file)?.nonce === this.nonce) unlink(join(this.#claims.dir, this.#file));
  }

  /** Writes the byte that is there, so that the file server sets the time: utimes would set that of this machine. */
  #showLife(): void {
    if (readClaim(this.#claims, this.#file)?.nonce !== this.nonce) {
      clearInterval(this.#beat);
      return;
    }
    const fd = orAbsent(() => openSync(join(this.#claims.dir, this.#file), 'r+'), undefined);
    if (fd === undefined) return;
    try {
      writeSync(fd, '{', 0);
    } finally {
      closeSync(fd);
    }
  }
}

/** Every claim file of the folder with what it says, released ones too. */
export function readClaims(claims: ClaimDir): ClaimFile[] {
  return claimFiles(claims).flatMap((file) => {
    const content = readClaim(claims, file);
    return content ? [{ file, content }] : [];
  });
}

export interface ClaimFile {
  readonly file: string;
  readonly content: ClaimContent;
}

export function claimFiles(claims: ClaimDir): string[] {
  return readdirSync(claims.dir).filter((file) => /-[0-9a-f]{16}\.\d+$/.test(file));
}

/** Undefined when the file is gone, or holds no claim, as after a power failure: then its owner is gone too. */
export function readClaim(claims: ClaimDir, file: string): ClaimContent | undefined {
  const text = orAbsent(() => readFileSync(join(claims.dir, file), 'utf8'), undefined);
  if (text === undefined) return undefined;
  try {
    const content: unknown = JSON.parse(text);
    return isContent(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

function isContent(value: unknown): value is ClaimContent {
  const content = { ...(value as { readonly [field: string]: unknown } | null) };
  const { pid, also = [], reads, writes, group } = content;
  const { pgid, started } = { ...(group as ProcessGroup | undefined) };
  return (
    TEXTS.every((field) => typeof content[field] === 'string') &&
    Number.isSafeInteger(pid) &&
    [also, reads, writes].every(
      (list) => Array.isArray(list) && list.every((each) => typeof each === 'string'),
    ) &&
    (group === undefined || (Number.isSafeInteger(pgid) && typeof started === 'string'))
  );
}

const TEXTS = ['host', 'bootId', 'pidNamespace', 'started', 'name', 'what', 'nonce', 'since'] as const;

/**
 * Whether the owner is surely gone. Where its process can be looked at, that decides; else silence does, measured by the
 * file server's clock on both ends.
 */
export function isDead(claims: ClaimDir, file: string, content: ClaimContent): boolean {
  if (sharesPids(content, claims.self)) return !isAlive(content);
  const beat = statSync(join(claims.dir, file), { throwIfNoEntry: false })?.mtimeMs;
  return beat !== undefined && serverNow(claims.dir) - beat > claims.times.deadAfterMs;
}

function serverNow(dir: string): number {
  const probe = temporary(dir);
  const fd = openSync(probe, 'wx');
  try {
    return fstatSync(fd).mtimeMs;
  } finally {
    closeSync(fd);
    unlink(probe);
  }
}

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

/** `stage:train` → `stage%3Atrain-9f86d081884c7d65`: readable, and exact where names were cut or differ in case only. */
export function claimSlug(name: string): string {
  const readable = encodeURIComponent(name)
    .replace(/[!'()*~]/g, '_')
    .slice(0, 80);
  return `${readable}-${digestBytes(name).slice(0, 16)}`;
}

/** Ascending. */
function generations(dir: string, slug: string): number[] {
  return readdirSync(dir)
    .filter((file) => file.startsWith(`${slug}.`))
    .map((file) => Number(file.slice(slug.length + 1)))
    .sort((a, b) => a - b);
}

/** The file appears with its content or not at all: an empty one could be judged by nobody. */
function createWhole(dir: string, file: string, content: ClaimContent): boolean {
  const temp = temporary(dir);
  try {
    writeFileSync(temp, JSON.stringify(content));
    linkSync(temp, join(dir, file));
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  } finally {
    unlink(temp);
  }
}

function replaceWhole(dir: string, file: string, content: ClaimContent): void {
  const temp = temporary(dir);
  try {
    writeFileSync(temp, JSON.stringify(content));
    renameSync(temp, join(dir, file));
  } catch (error) {
    unlink(temp);
    throw error;
  }
}

/** It may be gone. In one call: `rmSync` looks twice before it removes, and a stage makes and removes a dozen such files. */
function unlink(path: string): void {
  orAbsent(() => unlinkSync(path), undefined);
}

function temporary(dir: string): string {
  return join(dir, `.${randomUUID()}.tmp`);
}
