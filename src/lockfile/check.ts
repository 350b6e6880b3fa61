// What was read from a lock may have been edited, merged or made by someone hostile. What these functions accept is
// safe to use as it stands: every path inside the repository, every value one that canonical JSON can hold, and no
// map with a prototype. They work in place, because copying 10,000 blocks costs more than parsing them.

import type { Fingerprint } from '../core/fingerprint.ts';
import { isDigest, repoPathProblem } from '../core/ids.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { fingerprintKey } from '../core/key.ts';
import type { DataRecord, LockBlock } from '../core/lock.ts';
import { byCodeUnit } from '../util/compare.ts';

/** Deeper than any params file is written by hand, shallow enough for the stack. */
const MAX_DEPTH = 500;

export type Checked<T> = { readonly value: T } | { readonly problem: string };

/** Recomputes the key. */
export function checkBlock(raw: unknown): Checked<LockBlock> {
  if (!isJsonObject(raw)) return { problem: 'is not a map' };
  const { in: fingerprint, outs, key } = raw;
  if (!isFingerprint(fingerprint)) return { problem: 'holds an "in" that this version cannot read' };
  if (!isMapOf(outs, isOut) || Object.keys(outs).some((path) => liesInside(path, outs))) {
    return { problem: 'holds an out that is no artifact or whose path leaves the repository' };
  }
  const { outs: declared = [] } = fingerprint;
  const paths = Object.keys(outs).sort(byCodeUnit);
  if (paths.length !== declared.length || paths.some((path, i) => path !== declared[i])) {
    return { problem: 'lists outs that differ from those in its key' };
  }
  if (fingerprintKey(fingerprint) !== key) return { problem: 'has a key that does not match its contents' };
  return { value: { in: fingerprint, key, outs } as unknown as LockBlock };
}

export function checkData(path: string, raw: unknown): Checked<DataRecord> {
  const problem = repoPathProblem(path);
  if (problem) return { problem };
  if (!isJsonObject(raw)) return { problem: 'is not a map' };
  const { from, ...artifact } = raw;
  if (!isStored(artifact)) return { problem: 'is no artifact' };
  if (from !== undefined && !isMapOf(from, isPlain)) return { problem: 'has an unreadable "from"' };
  return { value: raw as unknown as DataRecord };
}

/** The fields a fingerprint may have, each with what it must be. */
const FIELDS: { readonly [field: string]: (value: unknown) => boolean } = {
  v: (value) => value === 1,
  action: isAction,
  shell: isText,
  wdir: isPath,
  deps: (value) => isMapOf(value, isDep),
  env: (value) => isMapOf(value, (each) => each === null || isText(each)),
  params: (value) => isMapOf(value, (keys, file) => isPath(file) && isMapOf(keys, isPlain)),
  image: isText,
  outs: (value) => Array.isArray(value) && value.every(isPath),
  pin: (value) => isMapOf(value, isText),
};

function isFingerprint(raw: unknown): raw is Fingerprint {
  if (!isJsonObject(raw) || raw['v'] === undefined || raw['action'] === undefined) return false;
  return Object.entries(raw).every(([field, value]) => Object.hasOwn(FIELDS, field) && FIELDS[field]!(value));
}

function isAction(raw: unknown): boolean {
  if (!isJsonObject(raw)) return false;
  const { cmd, uses, with: options, revision, ...rest } = raw;
  if (Object.keys(rest).length > 0) return false;
  if (cmd !== undefined) return uses === undefined && Array.isArray(cmd) && cmd.every(isText);
  return isText(uses) && isMapOf(options, isPlain) && Number.isSafeInteger(revision);
}

function isDep(raw: unknown, path: string): boolean {
  if (!isJsonObject(raw) || !('glob' in raw)) return isOut(raw, path);
  const { bytes, files, glob, ...rest } = raw;
  // A pattern may hold `\` before a literal `*`; what it spells must still stay inside.
  const spelled = path.replace(/\\(.)/g, '$1');
  return (
    isPath(spelled) && isDigest(glob) && isSize(bytes) && isSize(files) && Object.keys(rest).length === 0
  );
}

function isOut(raw: unknown, path: string): boolean {
  return isPath(path) && isStored(raw);
}

function isStored(raw: unknown): boolean {
  if (!isJsonObject(raw) || !isSize(raw['bytes'])) return false;
  const fields = Object.keys(raw).length;
  if (isDigest(raw['tree'])) return fields === 3 && isSize(raw['files']);
  return isDigest(raw['file']) && (fields === 2 || (fields === 3 && raw['exec'] === true));
}

function liesInside(path: string, outs: JsonObject): boolean {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (path.slice(0, end) in outs) return true;
  }
  return false;
}

/** Takes the prototype away, so that a name like `constructor` finds nothing that is not there. */
function isMapOf(
  raw: unknown,
  check: (value: unknown, key: string, depth: number) => boolean,
  depth = 0,
): raw is JsonObject {
  if (!isJsonObject(raw) || depth > MAX_DEPTH) return false;
  Object.setPrototypeOf(raw, null);
  for (const key of Object.keys(raw)) if (!isText(key) || !check(raw[key], key, depth + 1)) return false;
  return true;
}

/** Whether canonical JSON can hold the value. */
function isPlain(value: unknown, _key: string, depth: number): boolean {
  if (typeof value === 'string') return isText(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (!Array.isArray(value)) return isMapOf(value, isPlain, depth);
  return depth <= MAX_DEPTH && value.every((each) => isPlain(each, '', depth + 1));
}

/** Text with a UTF-8 form: a lone surrogate has none. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value);
}

function isPath(value: unknown): boolean {
  return isText(value) && repoPathProblem(value) === null;
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
