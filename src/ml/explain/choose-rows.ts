// Which single rows are explained.
import { fail } from '../../core/failure.ts';
import { plural } from '../../util/units.ts';
import { classesOfTarget, numbersOf } from '../evaluate/target.ts';
import { takeRows } from '../frame/frame.ts';
import { parseWhere, whereRows } from '../frame/where.ts';
import type { Predictions } from '../predict/interpret.ts';
import type { Asked } from './load.ts';
import type { ExplainOptions } from './options.ts';

/** More than these are no explanation of single rows any more. */
const MOST = 100;

/** How many at most, before the model is asked. */
export function chosenCount(asked: Asked, { rows, target }: ExplainOptions): number {
  if (rows.kind === 'indexes') return new Set(rows.indexes).size;
  if (rows.kind === 'worst') return target === null ? 0 : Math.min(MOST, rows.count, asked.rows);
  return rowsThatHold(asked, rows.where).length;
}

function rowsThatHold({ frame, rows }: Asked, where: string): Int32Array {
  return whereRows(parseWhere(where), frame).filter((row) => row < rows);
}

/** @throws MlopsError for rows that are not there */
export function chosenRows(asked: Asked, predictions: Predictions, options: ExplainOptions): Int32Array {
  const { rows } = options;
  if (rows.kind === 'indexes') {
    const beyond = rows.indexes.find((row) => row >= asked.rows);
    if (beyond !== undefined)
      fail(
        'config',
        `rows: ${beyond} is not there: the data have ${plural(asked.rows, 'row')}, counted from 0`,
      );
    return atMost(Int32Array.from(new Set(rows.indexes)));
  }
  if (rows.kind === 'where') {
    const found = rowsThatHold(asked, rows.where);
    if (found.length === 0) fail('config', `rows: no row has ${rows.where}`);
    return atMost(found);
  }
  if (options.target === null) return new Int32Array(0);
  const errors = errorsOf(asked, predictions, options.target);
  return Int32Array.from(errors.keys())
    .sort((a, b) => errors[b]! - errors[a]! || a - b)
    .filter((row) => errors[row]! > 0)
    .slice(0, Math.min(MOST, rows.count));
}

function atMost(rows: Int32Array): Int32Array {
  if (rows.length > MOST)
    fail('config', `rows: ${rows.length} rows are chosen, at most ${MOST} are explained one by one`, {
      help: 'choose fewer; shap: {rows} says how many are looked at together',
    });
  return rows;
}

/** How wrong each row is: its distance from the truth, or how far the score of its true class is under the highest. */
function errorsOf({ frame, rows, inputs }: Asked, predictions: Predictions, target: string): Float64Array {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const truth = takeRows(
    { rows: frame.rows, columns: new Map([[target, frame.columns.get(target)!]]) },
    all,
  ).columns.get(target)!;
  if (predictions.task === 'regression') {
    const values = numbersOf(truth);
    return values.map((value, row) => Math.abs(value - predictions.values[row]!));
  }
  const { known, classes } = predictions;
  const { scores, predicted } = classes;
  const width = known.labels.length;
  return Float64Array.from(classesOfTarget(truth, known.labels, inputs.data.path), (own, row) => {
    const said = predicted[row]!;
    if (own === said) return 0;
    return scores === null ? 1 : scores[row * width + said]! - scores[row * width + own]!;
  });
}
