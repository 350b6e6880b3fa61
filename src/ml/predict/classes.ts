// From raw scores and labels to a class for each row, and scores that mean something declared.
import { fail } from '../../core/failure.ts';
import { plural } from '../../util/units.ts';
import type { Label, ScoreKind } from '../evaluate/report.ts';
import type { PredictOptions } from './options.ts';
import type { RawPredictions } from './score.ts';

export interface ClassPredictions {
  /** rows × labels; null when only labels were given. */
  readonly scores: Float64Array | null;
  readonly kind: ScoreKind | null;
  /** The scores of a row are shares of 1, as they came or by the declared softmax. */
  readonly probabilities: boolean;
  /** Index of the class of each row. */
  readonly predicted: Int32Array;
  /** Share of rows whose given label is the derived one; null when there are not both, or a threshold decides. */
  readonly agreement: number | null;
}

export interface ClassOptions {
  readonly labels: readonly Label[];
  /** How given labels are spelled, in the order of `labels`: a model trained on 0 and 1 says so, whatever they are called here. */
  readonly spelled: readonly Label[];
  /** Index of the positive label of two; null for more. */
  readonly positive: number | null;
  /** null: the highest score wins, ties to the lower index. A number: positive from this score on. */
  readonly threshold: number | null;
  readonly kind: PredictOptions['scores']['kind'];
  /** How messages name where the predictions come from. */
  readonly path: string;
}

export function classesOf(raw: RawPredictions, rows: number, options: ClassOptions): ClassPredictions {
  const given = raw.labels && indexesOf(raw.labels, options);
  if (raw.scores === null) {
    if (given === null) throw new Error('BUG: neither scores nor labels');
    if (options.threshold !== null)
      fail('config', `threshold needs scores, and ${options.path} gives labels only`);
    return { scores: null, kind: null, probabilities: false, predicted: given, agreement: null };
  }
  refuseNaN(raw.scores.values, raw.scores.width, options.path);
  const { scores, kind } = readScores(raw.scores.values, raw.scores.width, rows, options);
  const highest = argmax(scores, rows, options.labels.length);
  if (given) refuseSwapped(given, highest, options);
  const predicted = options.threshold === null ? highest : atLeast(scores, rows, options);
  return {
    scores,
    kind,
    probabilities: kind === 'probability' || kind === 'logit',
    predicted,
    agreement: given && options.threshold === null ? agreementOf(given, predicted) : null,
  };
}

/** What a row's scores may miss 1 by and still be probabilities: float32 sums and rounded files. */
const SUM_TOLERANCE = 1e-3;

/**
 * Scores as rows × labels. One score a row is that of the positive class; the other gets the rest. Without a declared
 * kind nothing is turned into a probability: softmax changes what log loss and calibration mean.
 */
export function readScores(
  values: Float64Array,
  width: number,
  rows: number,
  options: ClassOptions,
): { readonly scores: Float64Array; readonly kind: ScoreKind } {
  const { kind, path } = options;
  const declared = kind === 'auto' ? undefined : kind;
  if (declared === 'logit')
    return {
      scores: width === 1 ? pairs(values, options, sigmoidPair) : softmax(values, width),
      kind: 'logit',
    };
  if (declared === 'margin')
    return { scores: width === 1 ? pairs(values, options, (s) => [-s, s]) : values, kind: 'margin' };
  const strange = notProbability(values, width, rows);
  if (strange === null)
    return { scores: width === 1 ? pairs(values, options, (p) => [1 - p, p]) : values, kind: 'probability' };
  if (declared === 'probability')
    return fail('config', `scores of ${path} are not probabilities: ${strange}`);
  if (width > 1) return { scores: values, kind: 'unknown' };
  return fail('config', `the one score a row of ${path} is not a probability: ${strange}`, {
    help: 'say what it is: scores: {kind: logit} or scores: {kind: margin}',
  });
}

/** null when every row is a share of 1; else the first row that is not, in words. */
function notProbability(values: Float64Array, width: number, rows: number): string | null {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let k = row * width; k < (row + 1) * width; k++) {
      const value = values[k]!;
      if (value < -1e-6 || value > 1 + 1e-6) return `row ${row + 1} has ${value}`;
      sum += value;
    }
    if (width > 1 && Math.abs(sum - 1) > SUM_TOLERANCE) return `row ${row + 1} sums to ${sum}`;
  }
  return null;
}

/** [score of the other class, score of the positive class] → columns in the order of the labels. */
function pairs(
  values: Float64Array,
  { positive }: ClassOptions,
  pairOf: (score: number) => readonly [number, number],
): Float64Array {
  const scores = new Float64Array(2 * values.length);
  for (let row = 0; row < values.length; row++) {
    const [other, own] = pairOf(values[row]!);
    scores[2 * row + positive!] = own;
    scores[2 * row + 1 - positive!] = other;
  }
  return scores;
}

function sigmoidPair(logit: number): readonly [number, number] {
  return [1 / (1 + Math.exp(logit)), 1 / (1 + Math.exp(-logit))];
}

function softmax(values: Float64Array, width: number): Float64Array {
  const scores = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += width) {
    const row = values.subarray(start, start + width);
    const top = Math.max(...row);
    const sum = row.reduce((total, value) => total + Math.exp(value - top), 0);
    for (let k = 0; k < width; k++) scores[start + k] = Math.exp(row[k]! - top) / sum;
  }
  return scores;
}

function argmax(scores: Float64Array, rows: number, classes: number): Int32Array {
  const predicted = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let best = 0;
    for (let k = 1; k < classes; k++)
      if (scores[row * classes + k]! > scores[row * classes + best]!) best = k;
    predicted[row] = best;
  }
  return predicted;
}

function atLeast(scores: Float64Array, rows: number, { positive, threshold }: ClassOptions): Int32Array {
  if (positive === null) fail('config', 'threshold needs two classes; for more the highest score decides');
  const predicted = new Int32Array(rows);
  for (let row = 0; row < rows; row++)
    predicted[row] = scores[2 * row + positive]! >= threshold! ? positive : 1 - positive;
  return predicted;
}

function indexesOf(texts: readonly string[], { spelled, path }: ClassOptions): Int32Array {
  const index = new Map(spelled.map((label, at) => [String(label), at]));
  return Int32Array.from(texts, (text) => {
    const at = index.get(text);
    if (at === undefined)
      fail('config', `${path} predicts "${text}", which is not one of the labels: ${spelled.join(', ')}`, {
        help: 'name all of them in the order of its scores: labels: […]',
      });
    return at;
  });
}

/** So many rows of a label tell which column of the scores is its own. */
const ENOUGH_ROWS = 10;
const MOSTLY = 0.9;

/**
 * Two labels whose highest score mostly is that of another: the columns of the scores stand in another order than the
 * labels. (A threshold of the model's own can move every row of one label, never of two.) ONNX Runtime itself does this
 * with support vector machines of two classes and no probabilities.
 */
function refuseSwapped(given: Int32Array, highest: Int32Array, { labels, path }: ClassOptions): void {
  const size = labels.length;
  const table = new Int32Array(size * size);
  for (let row = 0; row < given.length; row++) table[given[row]! * size + highest[row]!]!++;
  const ownColumn = labels.map((_, label) => {
    const counts = table.subarray(label * size, (label + 1) * size);
    const rows = counts.reduce((sum, count) => sum + count, 0);
    return rows < ENOUGH_ROWS ? -1 : counts.findIndex((count) => count >= MOSTLY * rows);
  });
  const moved = labels.filter((_, label) => ownColumn[label] !== label && ownColumn[label]! >= 0);
  if (moved.length < 2) return;
  fail(
    'config',
    `the scores of ${path} contradict its own labels: rows labelled "${moved[0]}" have their highest score in another column, and so have those labelled "${moved[1]}"`,
    {
      help: `labels: is the order of the columns of the scores, taken to be ${labels.join(', ')}; correct it`,
    },
  );
}

function agreementOf(given: Int32Array, derived: Int32Array): number {
  let same = 0;
  for (let row = 0; row < given.length; row++) if (given[row] === derived[row]) same++;
  return same / given.length;
}

/** A NaN ranks nowhere and makes every metric of scores NaN: said at once, with how many. */
export function refuseNaN(values: Float64Array, width: number, path: string): void {
  const first = values.findIndex(Number.isNaN);
  if (first < 0) return;
  const bad = new Set<number>();
  values.forEach((value, index) => {
    if (Number.isNaN(value)) bad.add(Math.floor(index / width));
  });
  fail(
    'config',
    `${path} answers NaN for ${plural(bad.size, 'row')}, first for row ${Math.floor(first / width) + 1}`,
    {
      help: 'often a value is missing: in the features (on_missing: {feature: drop} leaves such rows out), or in the predictions themselves',
    },
  );
}

/** An error that is infinite makes every mean of errors infinite. */
export function refuseInfinity(values: Float64Array, width: number, path: string): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  fail('config', `${path} answers ${values[at]} for row ${Math.floor(at / width) + 1}`, {
    help: 'a number in its features that is infinite, or too large for the model, often is the cause',
  });
}
