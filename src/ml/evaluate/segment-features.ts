// Columns in which weak parts of the data can be described: those that people can name values of.
import { kindOf } from '../drift/kinds.ts';
import { type Column, type Frame, held } from '../frame/frame.ts';
import type { ColumnOverrides } from '../frame/source.ts';
import { columnText } from '../frame/where-parse.ts';
import type { TreeFeature } from '../trees/tree.ts';

export interface SegmentFeature {
  readonly feature: TreeFeature;
  readonly column: Column;
  /** Categories with rows enough to be named. */
  readonly named: ReadonlySet<string>;
}

const MAX_CATEGORIES = 100;

/** Why a column is not searched; null when it is. */
function whyNotSearched(column: Column, declared: string | undefined): string | null {
  if (columnText(column.name) === null) return 'its name holds both kinds of quotes';
  const kind = kindOf(column, declared);
  if (kind === 'id') return 'it is like an id';
  if (kind === 'text') return 'it is free text';
  if (kind === 'datetime') return 'it is a date';
  if (column.kind === 'categorical' && column.dictionary.length > MAX_CATEGORIES)
    return `it has more than ${MAX_CATEGORIES} categories`;
  return null;
}

/** @param minCount a category of fewer rows is not named */
export function segmentFeature(column: Column, minCount: number): SegmentFeature {
  const { name } = column;
  if (column.kind === 'categorical' || column.kind === 'boolean') {
    const dictionary = column.kind === 'boolean' ? ['false', 'true'] : column.dictionary;
    const codes =
      column.kind === 'boolean'
        ? Int32Array.from(column.values, (value) => (Number.isNaN(value) ? -1 : value))
        : column.codes;
    const counts = new Float64Array(dictionary.length);
    for (const code of codes) if (code >= 0) counts[code]!++;
    return {
      feature: { kind: 'categorical', name, codes, dictionary },
      column,
      named: new Set(dictionary.filter((_, code) => counts[code]! >= minCount)),
    };
  }
  return { feature: { kind: 'numeric', name, values: column.values }, column, named: new Set() };
}

export function searchedColumns(
  frame: Frame,
  names: readonly string[],
  overrides: ColumnOverrides,
): { readonly columns: readonly Column[]; readonly skipped: { readonly [column: string]: string } } {
  const columns: Column[] = [];
  const skipped: { [column: string]: string } = {};
  for (const name of new Set(names)) {
    const column = held(frame.columns.get(name)!);
    const why = whyNotSearched(column, overrides[name]?.kind);
    if (why === null) columns.push(column);
    else skipped[name] = why;
  }
  return { columns, skipped };
}
