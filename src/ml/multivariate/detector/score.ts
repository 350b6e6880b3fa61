// A detector's error for every row of a frame: the mean over its columns of their squared errors.
import type { Frame } from '../../frame/frame.ts';
import { rowsFrom } from '../../stats/rows-from.ts';
import { thinned } from '../parts.ts';
import { blocksOf, sampled } from '../sampled.ts';
import { type DetectorColumn, encode, layoutOf } from './encoder.ts';
import { type Layer, reconstructionErrors } from './network.ts';

export interface Scoring {
  readonly columns: readonly DetectorColumn[];
  readonly layers: readonly Layer[];
}

/** Rows behind the means of columns. */
const ATTRIBUTED = 20_000;

export function scoreRows({ columns, layers }: Scoring, frame: Frame): Float64Array {
  const layout = layoutOf(columns);
  const scores = new Float64Array(frame.rows);
  for (const { block, start } of blocksOf(frame, namesOf(columns))) {
    const errors = reconstructionErrors(layers, encode(layout, block), layout.columnOf, columns.length);
    for (let at = 0; at < errors.length; at++)
      scores[start + Math.floor(at / columns.length)]! += errors[at]! / columns.length;
  }
  return scores;
}

/** Rows × columns, row by row. */
export function columnErrorsAt({ columns, layers }: Scoring, frame: Frame, rows: Int32Array): Float64Array {
  const layout = layoutOf(columns);
  const block = encode(layout, sampled(frame, namesOf(columns), rows));
  return reconstructionErrors(layers, block, layout.columnOf, columns.length);
}

export function namesOf(columns: readonly DetectorColumn[]): string[] {
  return columns.map(({ name }) => name);
}

/** Mean squared error of each column. */
export function columnMeans(scoring: Scoring, frame: Frame): number[] {
  const rows = thinned(rowsFrom(0, frame.rows), ATTRIBUTED);
  const errors = columnErrorsAt(scoring, frame, rows);
  const means = new Float64Array(scoring.columns.length);
  for (let at = 0; at < errors.length; at++) means[at % means.length]! += errors[at]! / rows.length;
  return [...means];
}
