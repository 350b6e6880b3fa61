// A formula as a model: a table of numbers whose patched rows it is asked about, as ONNX Runtime is.
import type { Frame } from '../../../src/ml/frame/frame.ts';
import type { Patch } from '../../../src/ml/predict/patch.ts';
import type { RawPredictions } from '../../../src/ml/predict/score.ts';

type Row = readonly number[];
export type Formula = (row: Row) => number;

/** Columns are called c0, c1, … */
export function frameOf(rows: readonly Row[]): Frame {
  const columns = (rows[0] ?? []).map((_, k) => ({
    name: `c${k}`,
    type: 'float64' as const,
    kind: 'numeric' as const,
    nulls: 0,
    values: Float64Array.from(rows, (row) => row[k]!),
  }));
  return { rows: rows.length, columns: new Map(columns.map((column) => [column.name, column])) };
}

/** The cells of every row of the patches. */
export function rowsOf(frame: Frame, patches: readonly Patch[]): number[][] {
  const columns = [...frame.columns.values()].map((column) => {
    if (column.kind === 'categorical') throw new Error('numbers only');
    return column;
  });
  return patches.flatMap(({ rows, changes }) =>
    Array.from(rows, (row, at) =>
      columns.map(({ name, values }) => {
        const change = changes.findLast(({ columns: changed }) => changed.includes(name));
        if (!change) return values[row]!;
        return values[typeof change.from === 'number' ? change.from : change.from[at]!]!;
      }),
    ),
  );
}

export function ask(frame: Frame, formula: Formula): (patches: readonly Patch[]) => Promise<RawPredictions> {
  return async (patches) => ({
    scores: null,
    labels: null,
    value: { values: Float64Array.from(rowsOf(frame, patches), formula), width: 1 },
  });
}

export const valuesIn = ({ value }: RawPredictions): Float64Array => value!.values;

export const alone = (columns: number) =>
  Array.from({ length: columns }, (_, k) => ({ name: `c${k}`, columns: [`c${k}`] }));
