// foreach and matrix: one declared stage → its instances, named as DVC names them.
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';

export interface Instance {
  /** What stands after `@`. */
  readonly key: string;
  /** `item`, and for a map or a matrix `key`. */
  readonly scope: JsonObject;
}

/** A list of single values is named by them, a list with maps or lists in it by position, a map by its keys. */
export function expandForeach(items: readonly Json[] | JsonObject): Instance[] {
  if (Array.isArray(items)) {
    const complex = items.some((item) => typeof item === 'object' && item !== null);
    return items.map((item: Json, index: number) => ({
      key: complex ? String(index) : String(item),
      scope: { item },
    }));
  }
  return Object.entries(items).map(([key, item]) => ({ key, scope: { item, key } }));
}

/** Every combination, the last axis fastest; a map or list counts as its axis and position: `model1`. */
export function expandMatrix(axes: { readonly [name: string]: readonly Json[] }): Instance[] {
  let combinations: { readonly parts: readonly string[]; readonly item: JsonObject }[] = [
    { parts: [], item: {} },
  ];
  for (const [name, values] of Object.entries(axes)) {
    combinations = combinations.flatMap(({ parts, item }) =>
      values.map((value, index) => ({
        parts: [...parts, Array.isArray(value) || isJsonObject(value) ? `${name}${index}` : String(value)],
        item: { ...item, [name]: value },
      })),
    );
  }
  return combinations.map(({ parts, item }) => {
    const key = parts.join('-');
    return { key, scope: { item, key } };
  });
}
