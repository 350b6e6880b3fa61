// What the params of a ticket will be: those of its workspace with its overrides. Nothing is written.
import type { Override } from '../core/experiment.ts';
import type { Json } from '../core/json.ts';
import { flattened, type Value } from '../run/values.ts';

export function withOverrides(params: readonly Value[], overrides: readonly Override[]): Value[] {
  return overrides.reduce<readonly Value[]>(applied, params) as Value[];
}

/** A value replaces all that stood at its key or below; inside a list, that one item. */
function applied(params: readonly Value[], { file, key, op, value }: Override): Value[] {
  const item = key.findIndex((part) => typeof part === 'number');
  const list =
    item < 0
      ? undefined
      : params.find((each) => each.file === file && each.key === key.slice(0, item).join('.'));
  if (list && Array.isArray(list.value) && item === key.length - 1) {
    const items = [...(list.value as Json[])];
    if (op === 'remove') items.splice(Number(key[item]), 1);
    else items[Number(key[item])] = value ?? null;
    return params.map((each) => (each === list ? { ...list, value: items } : each));
  }
  const dotted = key.join('.');
  const at = params.findIndex((each) => isBelow(each, file, dotted));
  const kept = params.filter((each) => !isBelow(each, file, dotted));
  const put = op === 'remove' ? [] : flattened(file, value ?? null, '.', dotted);
  const before = at < 0 ? kept.length : params.slice(0, at).filter((each) => kept.includes(each)).length;
  return [...kept.slice(0, before), ...put, ...kept.slice(before)];
}

function isBelow(value: Value, file: string, key: string): boolean {
  return value.file === file && (value.key === key || value.key.startsWith(`${key}.`));
}
