// What claims are on disk: a file each, which appears and changes whole, and is read by anybody.
//
//   <dir>/stage%3Atrain-9f86d081884c7d65.3   {"name":"stage:train","what":"stage train","pid":4711,"host":"ada","nonce":"…",…}
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
} from 'node:fs';
import { join } from 'node:path';
import { digestBytes } from './digest.ts';
import { isErrno, orAbsent } from './errno.ts';
import { isAlive, type ProcessGroup, type ProcessIdentity, sharesPids, thisProcess } from './process.ts';

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

/** `stage:train` → `stage%3Atrain-9f86d081884c7d65`: readable, and exact where names were cut or differ in case only. */
export function claimSlug(name: string): string {
  const readable = encodeURIComponent(name)
    .replace(/[!'()*~]/g, '_')
    .slice(0, 80);
  return `${readable}-${digestBytes(name).slice(0, 16)}`;
}

/** Ascending. */
export function generations(dir: string, slug: string): number[] {
  return readdirSync(dir)
    .filter((file) => file.startsWith(`${slug}.`))
    .map((file) => Number(file.slice(slug.length + 1)))
    .sort((a, b) => a - b);
}

/** The file appears with its content or not at all: an empty one could be judged by nobody. */
export function createWhole(dir: string, file: string, content: ClaimContent): boolean {
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

export function replaceWhole(dir: string, file: string, content: ClaimContent): void {
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
export function unlink(path: string): void {
  orAbsent(() => unlinkSync(path), undefined);
}

function temporary(dir: string): string {
  return join(dir, `.${randomUUID()}.tmp`);
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
