// Canonical JSON (RFC 8785), the bytes that are hashed. Written out, not left to JSON.stringify's key order.
import { byCodeUnit } from './compare.ts';

/** @throws when the value holds what JSON cannot: NaN, infinities, undefined, lone surrogates. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return canonicalText(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value as { readonly [key: string]: unknown });
  throw new Error(`BUG: not JSON: ${typeof value}`);
}

/** Built by appending: this runs once a stage over the whole lock, and arrays of pairs cost twice the time. */
function canonicalObject(value: { readonly [key: string]: unknown }): string {
  let text = '';
  for (const key of Object.keys(value).sort(byCodeUnit)) {
    text += `${text === '' ? '' : ','}${canonicalText(key)}:${canonicalJson(value[key])}`;
  }
  return `{${text}}`;
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
