// Predictions that were made elsewhere, by any framework: columns of the data, or of a file joined to it by a key.
import { fail } from '../../core/failure.ts';
import { byCodeUnit } from '../../util/compare.ts';
import { plural } from '../../util/units.ts';
import type { Label } from '../evaluate/report.ts';
import { type Column, type Frame, held, isNull, takeRows, textAt } from '../frame/frame.ts';
import type { PredictionsOptions } from './options.ts';
import type { RawPredictions } from './score.ts';

/** Columns that `predictions` reads, without the key. */
export function predictionColumns({ label, scores, value }: PredictionsOptions): readonly string[] {
  const ofScores = scores === null ? [] : typeof scores === 'string' ? [scores] : Object.values(scores);
  return [...new Set([...(label === null ? [] : [label]), ...ofScores, ...(value ?? [])])];
}

/**
 * The labels that the map of scores names: whole numbers before text, each sorted, as scikit-learn orders classes. Not
 * the order of the map: two spellings of one map are one option, and must give one result.
 */
export function scoreLabels({ scores }: PredictionsOptions): readonly Label[] | undefined {
  if (scores === null || typeof scores === 'string') return undefined;
  const texts = Object.keys(scores);
  return texts.every((text) => /^-?\d+$/.test(text))
    ? texts.map(Number).sort((a, b) => a - b)
    : texts.sort(byCodeUnit);
}

/** Raw predictions for the rows of `frame`, which holds their columns. Score columns stand in the order of `labels`. */
export function rawFromColumns(
  frame: Frame,
  options: PredictionsOptions,
  labels: readonly Label[] | null,
): RawPredictions {
  const numbers = (name: string): Float64Array => numbersOf(frame.columns.get(name)!);
  if (options.value !== null) {
    const values = interleave(options.value.map(numbers), frame.rows);
    return { scores: null, labels: null, value: { values, width: options.value.length } };
  }
  const { scores } = options;
  const columns =
    scores === null
      ? []
      : typeof scores === 'string'
        ? [scores]
        : labels!.map((label) => columnFor(scores, label));
  const given = options.label === null ? undefined : held(frame.columns.get(options.label)!);
  return {
    scores:
      columns.length === 0
        ? null
        : { values: interleave(columns.map(numbers), frame.rows), width: columns.length },
    labels: given ? Array.from({ length: frame.rows }, (_, row) => labelAt(given, row)) : null,
    value: null,
  };
}

function columnFor(scores: { readonly [of: string]: string }, label: Label): string {
  if (Object.hasOwn(scores, String(label))) return scores[String(label)]!;
  return fail('config', `predictions: scores has no column for label "${label}"`, {
    help: `it has columns for: ${Object.keys(scores).join(', ')}`,
  });
}

function numbersOf(column: Column): Float64Array {
  if (column.kind === 'categorical' || column.kind === 'datetime')
    return fail('config', `predictions: column "${column.name}" does not hold numbers`);
  return column.values;
}

function labelAt(column: Column, row: number): string {
  const text = textAt(column, row);
  if (text === null) fail('config', `predictions: column "${column.name}" has no label in row ${row + 1}`);
  return text;
}

function interleave(columns: readonly Float64Array[], rows: number): Float64Array {
  const values = new Float64Array(rows * columns.length);
  columns.forEach((column, index) => {
    for (let row = 0; row < rows; row++) values[row * columns.length + index] = column[row]!;
  });
  return values;
}

/** The rows of `predictions` in the order of `data`, matched by the column `key`. Every row must have one, and only one. */
export function joinOn(key: string, data: Frame, predictions: Frame, path: string): Frame {
  const theirs = held(predictions.columns.get(key)!);
  const rowOf = new Map<string, number>();
  for (let row = 0; row < predictions.rows; row++) {
    const text = keyAt(theirs, row, path);
    if (rowOf.has(text)) fail('config', `${path} has two rows with ${key} ${text}`);
    rowOf.set(text, row);
  }
  const ours = held(data.columns.get(key)!);
  const missing: string[] = [];
  const rows = Int32Array.from({ length: data.rows }, (_, row) => {
    const text = keyAt(ours, row, 'the data');
    const found = rowOf.get(text);
    if (found === undefined) missing.push(text);
    return found ?? 0;
  });
  if (missing.length > 0)
    fail(
      'config',
      `${path} has no prediction for ${plural(missing.length, 'row')}, first for ${key} ${missing[0]}`,
    );
  return takeRows(predictions, rows);
}

function keyAt(column: Column, row: number, of: string): string {
  if (isNull(column, row)) fail('config', `${of} has no ${column.name} in row ${row + 1}`);
  return textAt(column, row)!;
}
