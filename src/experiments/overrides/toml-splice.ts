// An edit of TOML that changes the value or line it is about and no other.
import type { Override } from '../../core/experiment.ts';
import { isJsonObject, type Json } from '../../core/json.ts';
import { insertLines, lineEnd, splice } from '../../pipeline/splice.ts';
import { cutLines, inlineCut, type Part } from './cut.ts';
import { sameKey, type TomlPlaces, type TomlValue, tomlPlaces } from './toml-places.ts';

/** Undefined where a whole table is meant, or a value that TOML has not. */
export function spliceToml(text: string, { key, op, value = null }: Override): string | undefined {
  const places = tomlPlaces(text);
  const there = valueAt(places, key);
  if (op === 'add') return add(text, places, key, value);
  if (!there) return undefined;
  if (op === 'remove') return remove(text, places, there);
  const put = tomlText(value, text.slice(there.from, there.to));
  return put === undefined ? undefined : splice(text, [[there.from, there.to, put]]);
}

function valueAt({ values }: TomlPlaces, key: Override['key']): TomlValue | undefined {
  return values.find((each) => sameKey(each.key, key));
}

function remove(text: string, places: TomlPlaces, there: TomlValue): string | undefined {
  const around = valueAt(places, there.inside);
  if (!around) return cutLines(text, there.start, there.to);
  const items = places.values.filter(({ inside }) => sameKey(inside, around.key)).map(partOf);
  const at = items.findIndex(({ start }) => start === there.start);
  if (items.length === 1) return splice(text, [[around.from + 1, around.to - 1, '']]);
  return splice(text, [inlineCut(text, items, at)]);
}

function partOf({ start, to }: TomlValue): Part {
  return { start, end: to };
}

/** Into the list, map or table that is deepest of those there are. */
function add(text: string, places: TomlPlaces, key: Override['key'], value: Json): string | undefined {
  const put = tomlText(value);
  if (put === undefined) return undefined;
  for (let depth = key.length - 1; depth >= 0; depth--) {
    const around = valueAt(places, key.slice(0, depth));
    const rest = key.slice(depth);
    if (around) return addInside(text, places, around, rest, put);
    const table = places.tables.find((each) => sameKey(each.key, key.slice(0, depth)));
    if (table) return addLine(text, places, table.key, rest, put);
    const beside = places.values.find(
      ({ key: other, inside }) =>
        inside.length < depth && depth < other.length && startsWith(other, key.slice(0, depth)),
    );
    if (beside && !valueAt(places, beside.inside))
      return addLine(text, places, beside.inside, key.slice(beside.inside.length), put);
  }
  return undefined;
}

function startsWith(key: Override['key'], start: Override['key']): boolean {
  return sameKey(key.slice(0, start.length), start);
}

function addInside(
  text: string,
  { values }: TomlPlaces,
  around: TomlValue,
  rest: Override['key'],
  put: string,
): string | undefined {
  const entry = around.kind === 'map' ? `${keyText(rest)} = ${put}` : put;
  if (around.kind === 'plain' || (around.kind === 'array' && rest.length > 1)) return undefined;
  const last = values.filter(({ inside }) => sameKey(inside, around.key)).at(-1);
  if (last) return splice(text, [[last.to, last.to, `, ${entry}`]]);
  const empty = around.kind === 'map' ? ` ${entry} ` : entry;
  return splice(text, [[around.from + 1, around.to - 1, empty]]);
}

/** Behind the last line of the table. */
function addLine(
  text: string,
  { tables, values }: TomlPlaces,
  table: Override['key'],
  rest: Override['key'],
  put: string,
): string | undefined {
  if (rest.some((step) => typeof step === 'number')) return undefined;
  const line = `${keyText(rest)} = ${put}\n`;
  const at = tables.findIndex((each) => sameKey(each.key, table));
  const { from } = tables[at]!;
  const next = tables[at + 1]?.from ?? text.length + 1;
  const ends = values.filter(({ start }) => start >= from && start < next).map(({ to }) => to);
  if (ends.length > 0) return insertLines(text, lineEnd(text, Math.max(...ends)), line);
  if (table.length > 0) return insertLines(text, lineEnd(text, from), line);
  return tables.length === 1 ? insertLines(text, text.length, line) : insertLines(text, 0, `${line}\n`);
}

function keyText(key: Override['key']): string {
  return key.map((part) => (/^[\w-]+$/.test(String(part)) ? part : tomlString(String(part)))).join('.');
}

/** `old`: what it replaces. A float stays one, though its new value be whole; so do single quotes. */
function tomlText(value: Json, old = ''): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string')
    return /^'(?!'')/.test(old) && /^[\x20-\x26\x28-\x7e]*$/.test(value) ? `'${value}'` : tomlString(value);
  if (typeof value === 'number') return numberText(value, old);
  const parts = isJsonObject(value)
    ? Object.entries(value).map(([name, each]) => ({ before: `${keyText([name])} = `, text: tomlText(each) }))
    : value.map((each: Json) => ({ before: '', text: tomlText(each) }));
  if (parts.some(({ text }) => text === undefined)) return undefined;
  const inner = parts.map(({ before, text }) => before + text).join(', ');
  if (!isJsonObject(value)) return `[${inner}]`;
  return inner === '' ? '{}' : `{ ${inner} }`;
}

function numberText(value: number, old: string): string {
  if (!Number.isInteger(value)) return JSON.stringify(value);
  if (!Number.isSafeInteger(value)) return value.toExponential();
  return /^[+-]?[\d_]*(?:\.|[\d_]e)/i.test(old) ? `${value}.0` : String(value);
}

function tomlString(value: string): string {
  return JSON.stringify(value).replaceAll('\x7f', '\\u007f');
}
