// What differs between two schemas, key by key.
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { SchemaFile } from './schema-file.ts';

export interface SchemaDifference {
  /** `season.values`, `wind`, `rules`. */
  readonly id: string;
  /** undefined: not there. */
  readonly from: Json | undefined;
  readonly to: Json | undefined;
}

/** In the order of `a`, then of `b`. Order of keys and comments play no part. */
export function diffSchemas(a: SchemaFile, b: SchemaFile): readonly SchemaDifference[] {
  const [from, to] = [plain(a), plain(b)];
  const top = differing({ ...from, columns: null }, { ...to, columns: null }, '');
  const columns = differing(columnsOf(from), columnsOf(to), '', 1);
  return [...top, ...columns];
}

function plain({ document }: SchemaFile): JsonObject {
  return document.toJS() as JsonObject;
}

function columnsOf(schema: JsonObject): JsonObject {
  return (schema['columns'] ?? {}) as JsonObject;
}

/** `deeper`: how many levels of maps are compared key by key. */
function differing(a: JsonObject, b: JsonObject, prefix: string, deeper = 0): SchemaDifference[] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key): SchemaDifference[] => {
    const [from, to] = [own(a, key), own(b, key)];
    if (isDeepStrictEqual(from, to)) return [];
    if (deeper > 0 && isJsonObject(from) && isJsonObject(to))
      return differing(from, to, `${prefix}${key}.`, deeper - 1);
    return [{ id: prefix + key, from, to }];
  });
}

function own(of: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}
