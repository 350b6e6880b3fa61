// Whether an override fits a params file as it is: the key is there, or is not; the type stays.
import { keyWords, type Override } from '../../core/experiment.ts';
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { paramKeys } from '../../pipeline/params.ts';
import { suggest } from '../../util/suggest.ts';
import { stepInto, valueAtKey } from './at-key.ts';

export interface Misfit {
  readonly message: string;
  readonly help?: string;
}

/** The typed key as the file has it: a key with dots in it before one that is nested, `layers.0` for `layers[0]`. */
export function asInFile(params: JsonObject, key: Override['key']): Override['key'] {
  const dotted = key.join('.');
  if (key.length > 1 && key.every((step) => typeof step === 'string') && Object.hasOwn(params, dotted))
    return [dotted];
  let value: Json | undefined = params;
  return key.map((step) => {
    const own =
      Array.isArray(value) && typeof step === 'string' && /^\d{1,15}$/.test(step)
        ? Number(step)
        : isJsonObject(value) && typeof step === 'number'
          ? String(step)
          : step;
    value = value === undefined ? undefined : stepInto(value, own);
    return own;
  });
}

/** What is set or removed has to be there; what is added must not be. */
export function misfitOfKey(params: JsonObject, { file, key, op }: Override): Misfit | undefined {
  const words = keyWords(file, key);
  if (valueAtKey(params, key) !== undefined)
    return op === 'add'
      ? { message: `${words} is there already`, help: `leave out the "+": -S ${words}=…` }
      : undefined;
  const there = key.findIndex((_, last) => valueAtKey(params, key.slice(0, last + 1)) === undefined);
  const parent = valueAtKey(params, key.slice(0, there))!;
  const step = key[there]!;
  const at = there === 0 ? file : keyWords(file, key.slice(0, there));
  if (typeof parent !== 'object' || parent === null)
    return { message: `${at} is ${kindWords(parent)} and has nothing inside` };
  if (Array.isArray(parent)) return misfitOfIndex(parent, at, step, op);
  if (typeof step === 'number') return { message: `${at} is a map, not a list` };
  if (op !== 'add') return unknownKey(params, { file, key, op });
  const index = key.slice(there + 1).some((each) => typeof each === 'number');
  return index ? { message: `${at} has no list "${step}"`, help: 'add a whole list: +key=[1,2]' } : undefined;
}

function misfitOfIndex(
  list: Json[],
  at: string,
  step: string | number,
  op: Override['op'],
): Misfit | undefined {
  if (typeof step !== 'number')
    return { message: `${at} is a list`, help: `its items are ${at}[0], ${at}[1], …` };
  if (op === 'add' && step === list.length) return undefined;
  const has = list.length === 0 ? 'is empty' : `ends with [${list.length - 1}]`;
  return { message: `${at} ${has}`, help: `to add an item: -S '+${at}[${list.length}]=…'` };
}

function unknownKey(params: JsonObject, { file, key, op }: Override): Misfit {
  const typed = keyWords('params.yaml', key);
  const near = suggest(typed, [...paramKeys(params)]);
  const message = `${file} has no "${typed}"`;
  if (near) return { message, help: `did you mean ${near}?` };
  return op === 'set' ? { message, help: `to add it: -S +${keyWords(file, key)}=…` } : { message };
}

/** Numbers stay numbers, text stays text. `null` may become anything, and anything null. */
export function misfitOfType(params: JsonObject, { file, key }: Override, value: Json): Misfit | undefined {
  const old = valueAtKey(params, key);
  if (old === undefined || old === null || value === null || kindOf(old) === kindOf(value)) return undefined;
  const words = keyWords(file, key);
  return {
    message: `${words} is ${kindWords(old)}, not ${kindWords(value)}`,
    help: `if its type is to change: -S ${words}:=…`,
  };
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'null';
  if (typeof value === 'object') return 'a map';
  return { string: 'text', number: 'a number', boolean: 'true or false' }[typeof value as string]!;
}

function kindWords(value: Json): string {
  const shown = typeof value === 'object' ? '' : ` (${JSON.stringify(value).slice(0, 40)})`;
  return `${kindOf(value)}${shown}`;
}
