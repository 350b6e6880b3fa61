// A value inside a params file, and the whole with that value set, added or removed. Pure: what an override means.
import type { Override } from '../../core/experiment.ts';
import { isJsonObject, type Json } from '../../core/json.ts';

type Key = Override['key'];

/** What one step leads to; undefined: nothing. */
export function stepInto(value: Json, step: string | number): Json | undefined {
  if (Array.isArray(value)) return typeof step === 'number' ? (value[step] as Json | undefined) : undefined;
  return isJsonObject(value) && typeof step === 'string' && Object.hasOwn(value, step)
    ? value[step]
    : undefined;
}

export function valueAtKey(value: Json, key: Key): Json | undefined {
  let found: Json | undefined = value;
  for (const step of key) {
    if (found === undefined) return undefined;
    found = stepInto(found, step);
  }
  return found;
}

/** The override has been checked against `value`. Maps on the way to an added key are made. */
export function overridden(value: Json, { key, op, value: put }: Override): Json {
  return changed(value, key, op === 'remove' ? undefined : (put ?? null));
}

function changed(value: Json | undefined, [step, ...rest]: Key, put: Json | undefined): Json {
  const goes = rest.length === 0 && put === undefined;
  if (Array.isArray(value) && typeof step === 'number') {
    const inside = rest.length === 0 ? put : changed(value[step] as Json | undefined, rest, put);
    return goes
      ? value.filter((_: Json, at: number) => at !== step)
      : [...value.slice(0, step), inside as Json, ...value.slice(step + 1)];
  }
  if (typeof step !== 'string') throw new Error('BUG: an override leads into nothing');
  const map: Record<string, Json> = Object.create(null);
  for (const [name, each] of Object.entries(isJsonObject(value) ? value : {})) map[name] = each;
  if (goes) delete map[step];
  else map[step] = rest.length === 0 ? put! : changed(map[step], rest, put);
  return map;
}
