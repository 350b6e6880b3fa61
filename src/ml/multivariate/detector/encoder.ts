// A detector's way from the cells of a row to the numbers that its network takes, so plain that an ONNX graph can do it too:
// numbers are shifted and scaled, a missing number gets the middle and a flag, a category becomes 0s and a 1, or, where there
// are many, its share. Every column comes to a variance of about 1, so that errors of columns can be compared.
import type { Column, Frame } from '../../frame/frame.ts';
import { textAt } from '../../frame/frame.ts';
import { mean, standardDeviation } from '../../stats/moments.ts';
import { quantile } from '../../stats/quantile.ts';

export interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  /** Instead of a missing cell. */
  readonly fill: number;
  readonly centre: number;
  readonly scale: number;
  /** A second number that says whether the cell is missing; null where none was in training. */
  readonly flag: { readonly centre: number; readonly scale: number } | null;
}

/** As many numbers as categories, and one for all others. A missing cell is the category "". */
export interface OneHotColumn {
  readonly kind: 'one-hot';
  readonly name: string;
  readonly categories: readonly string[];
  /** One for each category, then that of the others. */
  readonly centre: readonly number[];
  readonly scale: readonly number[];
}

/** One number, the category's share in training; 0 for one that never occurred. */
export interface FrequencyColumn {
  readonly kind: 'frequency';
  readonly name: string;
  readonly categories: readonly string[];
  /** float32 numbers. */
  readonly shares: readonly number[];
  readonly centre: number;
  readonly scale: number;
}

export type DetectorColumn = NumberColumn | OneHotColumn | FrequencyColumn;

/** Standardised numbers beyond this are cut off: one absurd cell shall not be all that is learnt. */
export const FURTHEST = 10;

const MOST_ONE_HOT = 12;
/** Scales are no smaller: a thing that happens once in a thousand rows is no thousand times as important. */
const LEAST_SCALE = 0.2;

/** Null for a column that never varies: there is nothing to learn. */
export function fitDetectorColumn(column: Column): DetectorColumn | null {
  return column.kind === 'categorical' ? fitCategories(column) : fitNumber(column.name, column.values);
}

function fitNumber(name: string, values: Float64Array): NumberColumn | null {
  const finite = values.filter(Number.isFinite).sort();
  // The middle 99 % of the values: one in 5,000 that is a million would make all others look alike.
  const low = quantile(finite, 0.005);
  const high = quantile(finite, 0.995);
  const middle = finite.filter((value) => value >= low && value <= high);
  const scale = standardDeviation(middle) || standardDeviation(finite);
  if (!(scale > 0 && Number.isFinite(scale))) return null;
  const centre = mean(middle);
  const missing = values.filter(Number.isNaN).length / values.length;
  const flag = missing > 0 ? { centre: missing, scale: scaleOf(missing * (1 - missing)) } : null;
  return { kind: 'number', name, fill: centre, centre, scale, flag };
}

function fitCategories(column: Column & { kind: 'categorical' }): DetectorColumn | null {
  const counts = new Map<string, number>();
  for (let row = 0; row < column.codes.length; row++) {
    const text = textAt(column, row) ?? '';
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  if (counts.size < 2) return null;
  const categories = [...counts.keys()].sort();
  const shares = categories.map((name) => counts.get(name)! / column.codes.length);
  if (categories.length <= MOST_ONE_HOT) {
    const variance = 1 - shares.reduce((sum, share) => sum + share * share, 0);
    return {
      kind: 'one-hot',
      name: column.name,
      categories,
      centre: [...shares, 0],
      // None was of the others: one that is stands out as much as anything can.
      scale: [...shares.map(() => scaleOf(variance)), LEAST_SCALE],
    };
  }
  const rounded = shares.map(Math.fround);
  const moments = weightedMoments(rounded, shares);
  const scale = moments.deviation > 0 ? moments.deviation : moments.mean;
  return { kind: 'frequency', name: column.name, categories, shares: rounded, centre: moments.mean, scale };
}

function scaleOf(variance: number): number {
  return Math.max(LEAST_SCALE, Math.sqrt(variance));
}

function weightedMoments(values: readonly number[], weights: readonly number[]) {
  const centre = values.reduce((sum, value, i) => sum + value * weights[i]!, 0);
  const variance = values.reduce(
    (sum, value, i) => sum + weights[i]! * (value - centre) * (value - centre),
    0,
  );
  return { mean: centre, deviation: Math.sqrt(variance) };
}

/** The network's inputs in order: all numbers, then the flags of numbers, then the categories column by column. */
export interface Layout {
  readonly numbers: readonly NumberColumn[];
  readonly flagged: readonly NumberColumn[];
  readonly texts: readonly (OneHotColumn | FrequencyColumn)[];
  readonly width: number;
  /** For each input the index of its column. */
  readonly columnOf: Int32Array;
}

export function layoutOf(columns: readonly DetectorColumn[]): Layout {
  const numbers = columns.filter((each) => each.kind === 'number');
  const flagged = numbers.filter(({ flag }) => flag !== null);
  const texts = columns.filter((each) => each.kind !== 'number');
  const inputs: DetectorColumn[] = [
    ...numbers,
    ...flagged,
    ...texts.flatMap((each) => Array.from({ length: widthOf(each) }, () => each)),
  ];
  return {
    numbers,
    flagged,
    texts,
    width: inputs.length,
    columnOf: Int32Array.from(inputs, (each) => columns.indexOf(each)),
  };
}

function widthOf(column: OneHotColumn | FrequencyColumn): number {
  return column.kind === 'one-hot' ? column.categories.length + 1 : 1;
}

/** Rows × inputs, row by row, as float32 numbers: what the graph casts to as well. The frame's cells lie in memory. */
export function encode(layout: Layout, frame: Frame): Float32Array {
  const { numbers, flagged, texts, width } = layout;
  const block = new Float32Array(frame.rows * width);
  let at = 0;
  for (const column of numbers) {
    const { values } = numbersOf(frame, column.name);
    for (let row = 0; row < frame.rows; row++) block[row * width + at] = standardised(column, values[row]!);
    at++;
  }
  for (const { name, flag } of flagged) {
    const { values } = numbersOf(frame, name);
    for (let row = 0; row < frame.rows; row++)
      block[row * width + at] = ((Number.isNaN(values[row]!) ? 1 : 0) - flag!.centre) / flag!.scale;
    at++;
  }
  for (const column of texts) {
    const cells = frame.columns.get(column.name)!;
    const numbersFor = lookup(column);
    for (let row = 0; row < frame.rows; row++)
      block.set(numbersFor(textAt(cells, row) ?? ''), row * width + at);
    at += widthOf(column);
  }
  return block;
}

function numbersOf(frame: Frame, name: string) {
  const column = frame.columns.get(name)!;
  if (column.kind === 'categorical') throw new Error(`BUG: ${name} is text`);
  return column;
}

function standardised({ fill, centre, scale }: NumberColumn, value: number): number {
  const z = ((Number.isNaN(value) ? fill : value) - centre) / scale;
  return Math.max(-FURTHEST, Math.min(FURTHEST, z));
}

function lookup(column: OneHotColumn | FrequencyColumn): (text: string) => Float32Array {
  const codeOf = new Map(column.categories.map((name, code) => [name, code]));
  const others = column.categories.length;
  const numbers = Array.from({ length: others + 1 }, (_, code) =>
    column.kind === 'one-hot'
      ? Float32Array.from(column.centre, (centre, i) => ((i === code ? 1 : 0) - centre) / column.scale[i]!)
      : Float32Array.of(((column.shares[code] ?? 0) - column.centre) / column.scale),
  );
  return (text) => numbers[codeOf.get(text) ?? others]!;
}
