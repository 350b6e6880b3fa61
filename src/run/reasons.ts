// Why a stage is stale: the difference between the fingerprint of its last run and the one it has now. The records
// compared are the very ones that were hashed, so an explanation cannot drift from the key.
import type { Fingerprint } from '../core/fingerprint.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { Reason } from '../core/verdict.ts';
import { canonicalJson } from '../util/canonical-json.ts';

/** Empty exactly when the two have the same key. */
export function changesBetween(was: Fingerprint, now: Fingerprint): Reason[] {
  return diff([], was as unknown as Json, now as unknown as Json);
}

function diff(field: readonly string[], was: Json | undefined, now: Json | undefined): Reason[] {
  if (was === undefined && now === undefined) return [];
  if (isJsonObject(was) && isJsonObject(now) && !isLeaf(field)) {
    const keys = new Set([...Object.keys(was), ...Object.keys(now)]);
    return [...keys].flatMap((key) => diff([...field, key], own(was, key), own(now, key)));
  }
  // A whole group that came or went is told entry by entry.
  if (GROUPS.has(field[0] ?? '') && field.length === 1) return diff(field, was ?? {}, now ?? {});
  if (was !== undefined && now !== undefined && canonicalJson(was) === canonicalJson(now)) return [];
  return [{ kind: 'changed', field, was: was ?? null, now: now ?? null }];
}

const GROUPS = new Set(['deps', 'env', 'params']);

/** An artifact is one thing: its digest, size and count changed together. */
function isLeaf(field: readonly string[]): boolean {
  return field[0] === 'deps' && field.length === 2;
}

function own(fields: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
