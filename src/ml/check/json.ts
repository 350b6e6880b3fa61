// What a module returned, as JSON holds it. It is a stranger's: it may go in circles, hold what JSON has no word for, or
// throw when it is looked at.
import type { Json } from '../../core/json.ts';

/** Deeper than any finding is worth, and far from what a stack holds. */
const MAX_DEPTH = 50;

/** undefined: JSON has no word for it. @throws Error with what is wrong, for people */
export function asJson(value: unknown): Json | undefined {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : plain(JSON.parse(text) as Json, 0);
}

/** `json` with well-formed text everywhere; half a surrogate pair has no UTF-8. */
export function plain(json: Json, depth: number): Json {
  if (typeof json === 'string') return wellFormed(json);
  if (json === null || typeof json !== 'object') return json;
  if (depth === MAX_DEPTH) throw new RangeError(`it is nested more than ${MAX_DEPTH} deep`);
  if (Array.isArray(json)) return (json as readonly Json[]).map((each) => plain(each, depth + 1));
  return Object.fromEntries(
    Object.entries(json).map(([key, each]) => [wellFormed(key), plain(each!, depth + 1)]),
  );
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
