// Predictions as drift needs them: of every row, whatever made them.
import { fail } from '../../core/failure.ts';
import { type Column, type Frame, held, isNull, rowsWhere, textAt } from '../frame/frame.ts';
import { rankRows } from '../metrics/ranking.ts';
import { areaUnderRoc } from '../metrics/roc-auc.ts';
import { labelFinder } from '../predict/truth.ts';
import { type ClassAnswers, type ClassRows, OTHER, UNKNOWN } from './class-rows.ts';
import type { NumberRows } from './number-estimators.ts';

export type Predicted =
  | {
      readonly task: 'classification';
      /** All labels that can be predicted. */
      readonly known: readonly string[];
      /** Label of each row; null where the model gave none. */
      readonly labels: readonly (string | null)[];
      /** The same as indexes into `known`, and the scores behind them. */
      readonly answers: ClassAnswers;
      /** Binary: the score of the positive class. */
      readonly positive: { readonly label: string; readonly score: Float64Array } | null;
    }
  | { readonly task: 'regression'; readonly values: Float64Array };

/** The column of a report: the score of the positive class, the label, or the value. */
export function predictionColumn(predicted: Predicted): Column {
  if (predicted.task === 'regression') return numericColumn('prediction', predicted.values);
  if (predicted.positive)
    return numericColumn(`score[${predicted.positive.label}]`, predicted.positive.score);
  const dictionary = [...new Set(predicted.labels.filter((label) => label !== null))].sort();
  const codeOf = new Map(dictionary.map((label, code) => [label, code]));
  const codes = Int32Array.from(predicted.labels, (label) => (label === null ? -1 : codeOf.get(label)!));
  const nulls = codes.filter((code) => code < 0).length;
  return { name: 'label', type: 'string', nulls, kind: 'categorical', codes, dictionary };
}

function numericColumn(name: string, values: Float64Array): Column {
  return { name, type: 'float64', nulls: values.filter(Number.isNaN).length, kind: 'numeric', values };
}

/** Loss of each row: 1 for a wrong label, the squared or absolute error; NaN where truth or prediction is missing. */
export function lossesOf(
  predicted: Predicted,
  frame: Frame,
  target: string,
  metric: 'accuracy' | 'root_mean_squared_error' | 'mean_absolute_error',
): Float64Array {
  const truth = held(frame.columns.get(target)!);
  if (predicted.task === 'classification') {
    const actual = truthOf(predicted, truth);
    return Float64Array.from(predicted.labels, (label, row) =>
      label === null || isNull(truth, row) ? Number.NaN : label === actual(row) ? 0 : 1,
    );
  }
  if (truth.kind === 'categorical')
    fail('config', `target "${target}" holds text, the predictions are numbers`);
  return Float64Array.from(predicted.values, (value, row) => {
    const error = value - truth.values[row]!;
    return metric === 'mean_absolute_error' ? Math.abs(error) : error * error;
  });
}

/** The label that a row truly has; undefined for one that cannot be predicted, or none. */
function truthOf(
  { known }: Predicted & { task: 'classification' },
  truth: Column,
): (row: number) => string | undefined {
  const find = labelFinder(known, truth);
  return (row) => {
    const text = textAt(truth, row);
    const at = text === null ? undefined : find(text);
    return at === undefined ? undefined : known[at];
  };
}

/** With the truth as far as the frame has it; `target` null or absent: nothing is known. */
export function classRows(
  predicted: Predicted & { task: 'classification' },
  frame: Frame,
  target: string | null,
): ClassRows {
  const column = target === null ? undefined : frame.columns.get(target);
  const truth = new Int32Array(frame.rows).fill(UNKNOWN);
  if (column) {
    const find = labelFinder(predicted.known, column);
    for (let row = 0; row < frame.rows; row++) {
      const text = textAt(column, row);
      if (text !== null) truth[row] = find(text) ?? OTHER;
    }
  }
  return { ...predicted.answers, truth };
}

export function numberRows(
  { values }: Predicted & { task: 'regression' },
  frame: Frame,
  target: string | null,
): NumberRows {
  const column = target === null ? undefined : frame.columns.get(target);
  if (column?.kind === 'categorical')
    fail('config', `target "${target}" holds text, the predictions are numbers`);
  return { predicted: values, truth: column?.values ?? new Float64Array(frame.rows).fill(Number.NaN) };
}

/** A value of the truth that cannot be predicted, and whether no row has one that can. */
export function strangeTruth(
  predicted: Predicted,
  frame: Frame,
  target: string,
): { readonly value: string; readonly only: boolean } | null {
  if (predicted.task === 'regression') return null;
  const truth = held(frame.columns.get(target)!);
  const actual = truthOf(predicted, truth);
  const given = rowsWhere(frame.rows, (row) => !isNull(truth, row));
  const strange = given.find((row) => actual(row) === undefined);
  if (strange === undefined) return null;
  return { value: textAt(truth, strange)!, only: given.every((row) => actual(row) === undefined) };
}

/**
 * Area under the ROC curve: whether yes still gets higher scores than no, wherever the threshold should now lie. Null
 * without scores of two classes, or where one of them does not occur.
 */
export function rankingOf(predicted: Predicted, frame: Frame, target: string): number | null {
  if (predicted.task === 'regression' || !predicted.positive) return null;
  const { label, score } = predicted.positive;
  const truth = held(frame.columns.get(target)!);
  const known = rowsWhere(frame.rows, (row) => !isNull(truth, row));
  const actual = truthOf(predicted, truth);
  const isPositive = known.map((row) => (actual(row) === label ? 1 : 0));
  const scores = Float64Array.from(known, (row) => score[row]!);
  const area = areaUnderRoc(
    rankRows(
      isPositive.map((is) => 1 - is),
      scores,
      1,
      0,
    ),
    null,
  );
  return typeof area === 'number' ? area : null;
}
