// The run cache here: runs/<scope>/<2>/<key>/<result>.json, canonical JSON and a newline, one file for each different
// result of a key. `result` = first 16 hex digits of sha256 of the canonical JSON of its outs.
// Failed runs stand beside it, in attempts/<key>/<uuid>.json.
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDigest, repoPathProblem, type StageKey } from '../core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { fingerprintKey } from '../core/key.ts';
import type { Outs } from '../core/lock.ts';
import type { Attempt, RunEntry } from '../core/run-entry.ts';
import { isRunScope, type RunScope } from '../core/run-scope.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { canonicalJson } from '../util/canonical-json.ts';
import { byCodeUnit } from '../util/compare.ts';
import { digestBytes } from '../util/digest.ts';
import { orAbsent } from '../util/errno.ts';
import type { Store } from './store.ts';

export interface FoundRun {
  readonly scope: RunScope;
  readonly key: StageKey;
  /** First 16 hex digits of the digest of its outs. */
  readonly result: string;
}

/** Name of an entry below the store and below a remote: `runs/main/4a/4a4f…/9c81f2c4b153a185.json`. */
export function runName(scope: RunScope, entry: Pick<RunEntry, 'key' | 'outs'>): string {
  return `${runFolder(scope, entry.key)}/${resultOf(entry.outs)}.json`;
}

export function runFolder(scope: RunScope, key: StageKey): string {
  if (!isRunScope(scope)) throw new Error(`BUG: not a run cache scope: ${scope}`);
  return `runs/${scope}/${key.slice(0, 2)}/${key}`;
}

export function resultOf(outs: Outs): string {
  return digestBytes(canonicalJson(outs)).slice(0, 16);
}

export function encodeRun(entry: RunEntry | Attempt): string {
  return `${canonicalJson(entry)}\n`;
}

/**
 * The entry in `text`, or why it is none. It answers only for the key of its own fingerprint and of a run that
 * succeeded, whoever wrote it; artifact records are checked to be of the right form.
 */
export function decodeRun(text: string, key: StageKey): RunEntry | string {
  let entry: Json;
  try {
    entry = JSON.parse(text) as Json;
    canonicalJson(entry); // lone surrogates have no canonical form, so no key
  } catch {
    return 'is not JSON';
  }
  if (!isJsonObject(entry) || entry['v'] !== 1) return 'is of an unknown version';
  if (!isJsonObject(entry['in'] ?? null) || entry['key'] !== key) return 'is of another key';
  const read = entry as unknown as RunEntry;
  if (fingerprintKey(read.in) !== key) return 'does not hash to its key';
  if (!isDeps(entry['in'] as JsonObject)) return 'has broken deps';
  if (read.exit !== 0) return 'is of a failed run';
  if (!isOuts(entry['outs'] ?? null)) return 'has broken outs';
  if (typeof read.started !== 'string' || typeof read.ms !== 'number') return 'has no times';
  return read;
}

function isOuts(outs: Json): boolean {
  if (!isJsonObject(outs)) return false;
  return Object.entries(outs).every(([path, out]) => {
    if (repoPathProblem(path) !== null || !isJsonObject(out) || !isCount(out['bytes'])) return false;
    return 'file' in out
      ? isDigest(out['file']) && !('tree' in out)
      : isDigest(out['tree']) && isCount(out['files']);
  });
}

/** What they were does not count, but gc walks their listings. */
function isDeps({ deps = {} }: JsonObject): boolean {
  if (!isJsonObject(deps)) return false;
  return Object.values(deps).every(
    (dep) => isJsonObject(dep) && isDigest(dep['file'] ?? dep['tree'] ?? dep['glob']),
  );
}

function isCount(value: Json | undefined): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Durable when it returns. @throws when the entry's key is not that of its fingerprint */
export function writeRun(store: Pick<Store, 'dir'>, scope: RunScope, entry: RunEntry): void {
  if (fingerprintKey(entry.in) !== entry.key)
    throw new Error(`BUG: run entry of ${entry.stage} has a wrong key`);
  writeAtomic(join(store.dir, runName(scope, entry)), encodeRun(entry));
}

/** All results of a key, the earliest first; a file that is no entry is left out and named to `warn`. */
export function readRuns(
  store: Pick<Store, 'dir'>,
  scope: RunScope,
  key: StageKey,
  warn: (text: string) => void = () => {},
): RunEntry[] {
  const folder = join(store.dir, runFolder(scope, key));
  const names = orAbsent(() => readdirSync(folder), []).filter((name) => /^[0-9a-f]{16}\.json$/.test(name));
  const entries = names.flatMap((name): RunEntry[] => {
    const entry = decodeRun(readFileSync(join(folder, name), 'utf8'), key);
    if (typeof entry !== 'string' && `${resultOf(entry.outs)}.json` === name) return [entry];
    warn(`run entry ${name} of ${key} ${typeof entry === 'string' ? entry : 'has another name'}: ignored`);
    return [];
  });
  return earliestFirst(entries);
}

/** The order in which results of one key are preferred: by when they were there. Sorts in place. */
export function earliestFirst(entries: RunEntry[]): RunEntry[] {
  return entries.sort((a, b) => byCodeUnit(endOf(a), endOf(b)));
}

function endOf(entry: RunEntry): string {
  const end = new Date(Date.parse(entry.started) + entry.ms);
  return Number.isNaN(end.getTime()) ? '~' : end.toISOString();
}

export function runScopes(store: Pick<Store, 'dir'>): RunScope[] {
  return orAbsent(() => readdirSync(join(store.dir, 'runs')), []).filter(isRunScope);
}

/** Every entry here, for push and gc; their contents are not read. */
export function* listRuns(store: Pick<Store, 'dir'>, scope: RunScope): Generator<FoundRun> {
  const top = join(store.dir, 'runs', scope);
  for (const two of orAbsent(() => readdirSync(top), []))
    for (const key of readdirSync(join(top, two)))
      if (isDigest(key))
        for (const name of readdirSync(join(top, two, key)))
          if (/^[0-9a-f]{16}\.json$/.test(name))
            yield { scope, key: key as string as StageKey, result: name.slice(0, 16) };
}

/** Keeps the record of a failed run. */
export function writeAttempt(store: Pick<Store, 'dir'>, attempt: Attempt): void {
  writeAtomic(join(store.dir, 'attempts', attempt.key, `${randomUUID()}.json`), encodeRun(attempt));
}
