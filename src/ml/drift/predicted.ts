// Predictions as drift needs them: of every row, whatever made them.
import { fail } from '../../core/failure.ts';
import { type Column, type Frame, held, textAt } from '../frame/frame.ts';
import { rankRows } from '../metrics/ranking.ts';
import { areaUnderRoc } from '../metrics/roc-auc.ts';
import { labelIndexes, OTHER, UNKNOWN } from '../predict/truth.ts';
import { gather } from '../stats/gather.ts';
import { rowsFrom } from '../stats/rows-from.ts';
import type { ClassAnswers, ClassRows } from './class-rows.ts';
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
    const { known, labels } = predicted;
    const actual = labelIndexes(known, truth);
    const losses = new Float64Array(actual.length);
    for (let row = 0; row < losses.length; row++) {
      const missing = labels[row] === null || actual[row] === UNKNOWN;
      losses[row] = missing ? Number.NaN : labels[row] === known[actual[row]!] ? 0 : 1;
    }
    return losses;
  }
  if (truth.kind === 'categorical')
    fail('config', `target "${target}" holds text, the predictions are numbers`);
  return predicted.values.map((value, row) => {
    const error = value - truth.values[row]!;
    return metric === 'mean_absolute_error' ? Math.abs(error) : error * error;
  });
}

/** With the truth as far as the frame has it; `target` null or absent: nothing is known. */
export function classRows(
  predicted: Predicted & { task: 'classification' },
  frame: Frame,
  target: string | null,
): ClassRows {
  const column = target === null ? undefined : frame.columns.get(target);
  const truth = column ? labelIndexes(predicted.known, column) : new Int32Array(frame.rows).fill(UNKNOWN);
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
  const actual = labelIndexes(predicted.known, truth);
  const strange = actual.indexOf(OTHER);
  if (strange < 0) return null;
  return { value: textAt(truth, strange)!, only: actual.every((index) => index < 0) };
}

/**
 * Area under the ROC curve: whether yes still gets higher scores than no, wherever the threshold should now lie. Null
 * without scores of two classes, or where one of them does not occur.
 */
export function rankingOf(predicted: Predicted, frame: Frame, target: string): number | null {
  if (predicted.task === 'regression' || !predicted.positive) return null;
  const { label, score } = predicted.positive;
  const truth = held(frame.columns.get(target)!);
  const actual = labelIndexes(predicted.known, truth);
  const known = rowsFrom(0, frame.rows).filter((row) => actual[row] !== UNKNOWN);
  const isPositive = known.map((row) => (predicted.known[actual[row]!] === label ? 1 : 0));
  const scores = gather(score, known);
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
