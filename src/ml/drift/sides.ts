// One column on one side, ready for comparison: missing cells are counted and left out.
import type { Column } from '../frame/frame.ts';
import { sortNumbers } from '../stats/sort-numbers.ts';

export interface NumericSide {
  /** Finite values, ascending. */
  readonly sorted: Float64Array;
  readonly rows: number;
  /** Nulls and infinities. */
  readonly missing: number;
  readonly infinite: number;
}

export interface CategoricalSide {
  readonly counts: ReadonlyMap<string, number>;
  readonly rows: number;
  readonly missing: number;
  readonly infinite: number;
}

export function numericSide(column: Exclude<Column, { kind: 'categorical' }>): NumericSide {
  return numericSideOf(column.values);
}

export function numericSideOf(values: Float64Array): NumericSide {
  const finite = new Float64Array(values.length);
  let count = 0;
  let infinite = 0;
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i]!)) finite[count++] = values[i]!;
    else if (!Number.isNaN(values[i])) infinite++;
  return {
    sorted: sortNumbers(finite.subarray(0, count)),
    rows: values.length,
    missing: values.length - count,
    infinite,
  };
}

/** Booleans and numbers count as their text: `true`, `3`. */
export function categoricalSide(column: Column): CategoricalSide {
  const counts = new Map<string, number>();
  if (column.kind === 'categorical') {
    const byCode = new Float64Array(column.dictionary.length);
    let missing = 0;
    const { codes } = column;
    for (const code of codes) {
      if (code < 0) missing++;
      else byCode[code]!++;
    }
    byCode.forEach((count, code) => {
      if (count > 0) counts.set(column.dictionary[code]!, count);
    });
    return { counts, rows: codes.length, missing, infinite: 0 };
  }
  const byValue = new Map<number, number>();
  let missing = 0;
  let infinite = 0;
  for (const value of column.values) {
    if (Number.isFinite(value)) byValue.set(value, (byValue.get(value) ?? 0) + 1);
    else {
      missing++;
      if (!Number.isNaN(value)) infinite++;
    }
  }
  const textOf = (value: number) =>
    column.kind === 'boolean' ? (value === 1 ? 'true' : 'false') : String(value);
  for (const [value, count] of byValue) counts.set(textOf(value), count);
  return { counts, rows: column.values.length, missing, infinite };
}

export function present(side: NumericSide | CategoricalSide): number {
  return side.rows - side.missing;
}

export function missingShare(side: { readonly rows: number; readonly missing: number }): number {
  return side.rows === 0 ? 0 : side.missing / side.rows;
}
