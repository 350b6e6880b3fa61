// Columns whose every number is whole are int64, however they were written: pandas writes whole numbers beside a missing
// one as 1.0, and a label 1.0 must equal the label 1.
import type { Column, Frame } from './frame.ts';
import type { Relation } from './relation.ts';
import type { ColumnOverrides } from './source.ts';

/** Decided over all frames together. Columns that a file or an override declares to be float64 stay so. */
export function withWholeTypes(
  frames: readonly Frame[],
  relations: readonly Relation[],
  overrides: ColumnOverrides,
): readonly Frame[] {
  const names = new Set(frames.flatMap((frame) => [...frame.columns.keys()]));
  const whole = new Set(
    [...names].filter(
      (name) =>
        !overrides[name]?.type &&
        overrides[name]?.kind !== 'numeric' &&
        relations.every((relation) => relation.columns.get(name) !== 'float64') &&
        frames.every((frame) => isWhole(frame.columns.get(name))),
    ),
  );
  return frames.map((frame) => ({
    rows: frame.rows,
    columns: new Map(
      [...frame.columns].map(([name, column]) => [
        name,
        whole.has(name) && column.type === 'float64' ? { ...column, type: 'int64' } : column,
      ]),
    ),
  }));
}

/** A column without any value says nothing against it. */
function isWhole(column: Column | undefined): boolean {
  if (column?.type !== 'float64') return true;
  if (column.kind === 'categorical') return column.dictionary.every((text) => Number.isInteger(Number(text)));
  if (column.nulls === column.values.length) return false;
  for (const value of column.values) if (!Number.isInteger(value) && !Number.isNaN(value)) return false;
  return true;
}
