// A detector's error for every row of a frame: the mean over its columns of their squared errors.
import { type Frame, takeRows } from '../../frame/frame.ts';
import { rowsFrom, thinned } from '../parts.ts';
import { type DetectorColumn, encode, layoutOf } from './encoder.ts';
import { type Layer, reconstructionErrors } from './network.ts';

export interface Scoring {
  readonly columns: readonly DetectorColumn[];
  readonly layers: readonly Layer[];
}

const BLOCK = 4096;
/** Rows behind the means of columns. */
const ATTRIBUTED = 20_000;

export function scoreRows({ columns, layers }: Scoring, frame: Frame): Float64Array {
  const layout = layoutOf(columns);
  const scores = new Float64Array(frame.rows);
  for (let start = 0; start < frame.rows; start += BLOCK) {
    const end = Math.min(frame.rows, start + BLOCK);
    const errors = reconstructionErrors(
      layers,
      encode(layout, frame, start, end),
      layout.columnOf,
      columns.length,
    );
    for (let at = 0; at < errors.length; at++)
      scores[start + Math.floor(at / columns.length)]! += errors[at]! / columns.length;
  }
  return scores;
}

/** Rows × columns, row by row. */
export function columnErrorsAt({ columns, layers }: Scoring, frame: Frame, rows: Int32Array): Float64Array {
  const layout = layoutOf(columns);
  const named = new Map(columns.map(({ name }) => [name, frame.columns.get(name)!]));
  const block = encode(layout, takeRows({ rows: frame.rows, columns: named }, rows), 0, rows.length);
  return reconstructionErrors(layers, block, layout.columnOf, columns.length);
}

/** Mean squared error of each column. */
export function columnMeans(scoring: Scoring, frame: Frame): number[] {
  const rows = thinned(rowsFrom(0, frame.rows), ATTRIBUTED);
  const errors = columnErrorsAt(scoring, frame, rows);
  const means = new Float64Array(scoring.columns.length);
  for (let at = 0; at < errors.length; at++) means[at % means.length]! += errors[at]! / rows.length;
  return [...means];
}
