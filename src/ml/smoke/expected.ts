// Predictions that `evaluate` saved, put beside what the model answers now: the same rows, in the same order.
import { fail } from '../../core/failure.ts';
import { type Frame, textAt } from '../frame/frame.ts';
import { type Answers, farthest } from './answers.ts';

const SCORE = /^score\[(.*)\]$/;

/** Largest difference over the first `rows` rows. @throws MlopsError when no output fits what was saved */
export function farFromExpected(
  answers: Answers,
  labels: readonly string[] | null,
  expected: Frame,
  rows: number,
  path: string,
): number {
  const scores = scoresOf(expected, labels, rows);
  const wanted = scores ?? valuesOf(expected, rows, path);
  const fitting = [...answers.values()].filter(
    (answer) => answer.length === wanted.length && typeof answer[0] === 'number',
  );
  if (fitting.length === 0)
    fail('config', `no output of the model has the shape of what ${path} holds`, {
      help: 'make the predictions again with evaluate and save_predictions: true',
    });
  return Math.min(...fitting.map((answer) => farthest(answer, wanted)));
}

/** Row by row, in the order of the model's labels, else of the file. */
function scoresOf(expected: Frame, labels: readonly string[] | null, rows: number): number[] | null {
  const byLabel = new Map(
    [...expected.columns].flatMap(([name, column]) => {
      const label = SCORE.exec(name)?.[1];
      return label === undefined || column.kind === 'categorical' ? [] : [[label, column.values] as const];
    }),
  );
  if (byLabel.size === 0) return null;
  const order = labels?.every((label) => byLabel.has(label)) ? labels : [...byLabel.keys()];
  return Array.from(
    { length: rows * order.length },
    (_, at) => byLabel.get(order[at % order.length]!)![Math.floor(at / order.length)]!,
  );
}

function valuesOf(expected: Frame, rows: number, path: string): (number | string)[] {
  const column = expected.columns.get('predicted');
  if (!column) fail('config', `${path} has neither a column "predicted" nor columns "score[…]"`);
  if (column.kind === 'categorical')
    return Array.from({ length: rows }, (_, row) => textAt(column, row) ?? '');
  return [...column.values.subarray(0, rows)];
}
