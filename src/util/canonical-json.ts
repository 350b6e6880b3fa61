// Canonical JSON (RFC 8785), the bytes that are hashed. Written out, not left to JSON.stringify's key order.
import { byCodeUnit } from './compare.ts';

/** @throws when the value holds what JSON cannot: NaN, infinities, undefined, lone surrogates. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return canonicalText(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => byCodeUnit(a, b));
    return `{${entries.map(([key, each]) => `${canonicalText(key)}:${canonicalJson(each)}`).join(',')}}`;
  }
  throw new Error(`BUG: not JSON: ${typeof value}`);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`BUG: not JSON: ${value}`);
  return JSON.stringify(value === 0 ? 0 : value); // -0 is 0
}

/** JSON.stringify already escapes exactly what RFC 8785 asks for; a lone surrogate has no UTF-8 form. */
function canonicalText(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new Error('BUG: not JSON: lone surrogate');
  return JSON.stringify(value);
}
