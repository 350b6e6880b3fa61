// Columns as standardised numbers, the way NannyML prepares them for PCA: missing cells get the mean or the most frequent
// category, a category becomes its share among the reference rows, then every column is shifted and scaled to mean 0 and
// standard deviation 1 (divisor n). What the reference never held counts as a share of 0.
import { type Column, type Frame, textAt } from '../frame/frame.ts';
import { mean, standardDeviation } from '../stats/moments.ts';

/** One column's way from cells to numbers, fitted on reference rows that lie in memory, as all cells here. */
export interface FrequencyEncoder {
  readonly name: string;
  /** Null for numbers. */
  readonly shares: ReadonlyMap<string, number> | null;
  /** For a missing cell, before scaling. */
  readonly fill: number;
  readonly mean: number;
  /** 1 for a constant column, as scikit-learn has it. */
  readonly scale: number;
}

export function fitFrequencyEncoder(column: Column, categorical: boolean): FrequencyEncoder {
  const shares = categorical ? sharesOf(column) : null;
  const fill = shares ? mostFrequent(shares) : meanOfFinite(column);
  const raw = { name: column.name, shares, fill, mean: 0, scale: 1 };
  const values = encodeRows([raw], { rows: lengthOf(column), columns: new Map([[column.name, column]]) });
  const centre = mean(values);
  const spread = standardDeviation(values);
  return { ...raw, mean: centre, scale: spread > 1e-12 * Math.max(1, Math.abs(centre)) ? spread : 1 };
}

/** Rows × columns, row by row. */
export function encodeRows(encoders: readonly FrequencyEncoder[], frame: Frame): Float64Array {
  const width = encoders.length;
  const block = new Float64Array(frame.rows * width);
  encoders.forEach((encoder, at) => {
    const { shares, fill, mean: centre, scale } = encoder;
    const column = frame.columns.get(encoder.name)!;
    const raw = shares ? sharesAt(shares, column) : numbersOf(column);
    for (let row = 0; row < raw.length; row++) {
      const value = raw[row]!;
      block[row * width + at] = ((Number.isFinite(value) ? value : fill) - centre) / scale;
    }
  });
  return block;
}

function numbersOf(column: Column): Float64Array {
  if (column.kind === 'categorical') throw new Error(`BUG: ${column.name} is text`);
  return column.values;
}

/** NaN for a missing cell. */
function sharesAt(shares: ReadonlyMap<string, number>, column: Column): Float64Array {
  if (column.kind === 'categorical') {
    const byCode = column.dictionary.map((text) => shares.get(text) ?? 0);
    return Float64Array.from(column.codes, (code) => (code < 0 ? Number.NaN : byCode[code]!));
  }
  return column.values.map((_, row) => {
    const text = textAt(column, row);
    return text === null ? Number.NaN : (shares.get(text) ?? 0);
  });
}

function lengthOf(column: Column): number {
  return column.kind === 'categorical' ? column.codes.length : column.values.length;
}

/** Shares among all rows, missing ones counted as the most frequent category, which they will be given. */
function sharesOf(column: Column): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const rows = lengthOf(column);
  let missing = 0;
  for (let row = 0; row < rows; row++) {
    const text = textAt(column, row);
    if (text === null) missing++;
    else counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  // Of categories as frequent as each other the first by name, as scikit-learn's imputer takes it.
  let most: string | undefined;
  for (const name of [...counts.keys()].sort())
    if (most === undefined || counts.get(name)! > counts.get(most)!) most = name;
  if (most !== undefined) counts.set(most, counts.get(most)! + missing);
  return new Map([...counts].map(([name, count]) => [name, count / rows]));
}

function mostFrequent(shares: ReadonlyMap<string, number>): number {
  let most = 0;
  for (const share of shares.values()) most = Math.max(most, share);
  return most;
}

function meanOfFinite(column: Column): number {
  const finite = numbersOf(column).filter(Number.isFinite);
  return finite.length === 0 ? 0 : mean(finite);
}
