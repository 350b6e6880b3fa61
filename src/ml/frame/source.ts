// Where a table comes from, as options write it: a path, a glob, a list of them, or a map with `where` and `format`.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { either, list, map, object, orNothing, type Shape, text, word } from '../../core/shape.ts';

export type TableFormat = 'csv' | 'tsv' | 'jsonl' | 'parquet';

export interface DataSource {
  /** Paths or globs as written, relative to the folder of the options. At least one. */
  readonly paths: readonly string[];
  /** Keeps the rows for which it holds; see where.ts. */
  readonly where: string | null;
  readonly format: TableFormat | 'auto';
}

/** How a column is to be read, whatever its cells look like. */
export interface ColumnOverride {
  readonly kind?: 'numeric' | 'categorical' | 'datetime' | 'text' | 'id' | 'ignore';
  readonly type?: 'string' | 'float64' | 'int64' | 'bool';
  /** Cells that mean "no value", besides empty ones. */
  readonly null_values?: readonly string[];
}
export type ColumnOverrides = { readonly [name: string]: ColumnOverride };

const paths: readonly Shape[] = [text, list(text, 1)];
export const sourceShape: Shape = either(
  'a path, a list of paths, or a map with "path"',
  ...paths,
  object(
    {
      path: either('a path or a list of paths', ...paths),
      where: orNothing('an expression', text),
      format: word('auto', 'csv', 'tsv', 'jsonl', 'parquet'),
    },
    ['path'],
  ),
);

export const optionalSourceShape: Shape = orNothing(
  'a path, a list of paths, a map with "path"',
  sourceShape,
);

/** Keys that only `drift` knows (`test`, `effect`, `floor`) are added by it. */
export const overrideKeys: { readonly [key: string]: Shape } = {
  kind: word('numeric', 'categorical', 'datetime', 'text', 'id', 'ignore'),
  type: word('string', 'float64', 'int64', 'bool'),
  null_values: list(text),
};
export const overridesShape: Shape = map(object(overrideKeys));

/** Parses what `sourceShape` has checked. */
export function sourceOf(json: Json): DataSource {
  if (!isJsonObject(json)) return { paths: pathsOf(json), where: null, format: 'auto' };
  const given = json as JsonObject;
  return {
    paths: pathsOf(given['path']!),
    where: (given['where'] as string | null | undefined) ?? null,
    format: (given['format'] as DataSource['format'] | undefined) ?? 'auto',
  };
}

/** Parses what `optionalSourceShape` has checked, or what was not given. */
export function optionalSourceOf(json: Json | undefined): DataSource | null {
  return json === undefined || json === null ? null : sourceOf(json);
}

function pathsOf(json: Json): readonly string[] {
  return typeof json === 'string' ? [json] : (json as readonly string[]);
}
