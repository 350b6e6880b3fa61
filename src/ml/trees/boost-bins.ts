// Numbers into at most `maxBins` bins with about equally many rows, as LightGBM 4.5 finds them (GreedyFindBin): zero has a bin
// of its own, a value that fills a bin alone keeps it, and missing values are the last bin.
import { MIN_BIN_ROWS } from './boost-options.ts';

export interface NumericBins {
  /** Largest value of each bin, ascending; the last is +∞. */
  readonly upper: Float64Array;
  /** There are missing values: one more bin, after the last. */
  readonly missing: boolean;
}

/** kZeroThreshold: closer to zero than this is zero. */
const ZERO = Math.fround(1e-35);

export function numericBins(values: Float64Array, maxBins: number): NumericBins {
  const present = values.filter((value) => !Number.isNaN(value));
  const missing = present.length < values.length;
  const distinct = distinctValues(present);
  return { upper: aroundZero(distinct, missing ? maxBins - 1 : maxBins), missing };
}

/** Bin of a value; NaN falls into the bin of missing values, or that of zero where there is none. */
export function numericBinOf({ upper, missing }: NumericBins, value: number): number {
  if (Number.isNaN(value)) {
    if (missing) return upper.length;
    value = 0;
  }
  let low = 0;
  let high = upper.length - 1;
  while (low < high) {
    const middle = (high + low - 1) >> 1;
    if (value <= upper[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Distinct {
  /** Ascending. Zero stands between the signs even if no row has it. */
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** Values within one unit in the last place are one value, the largest of them. */
function distinctValues(present: Float64Array): Distinct {
  const sorted = present.filter((value) => Math.abs(value) > ZERO).sort();
  const zeros = present.length - sorted.length;
  const values: number[] = [];
  const counts: number[] = [];
  const push = (value: number, count: number) => {
    values.push(value);
    counts.push(count);
  };
  if (sorted.length === 0 || (sorted[0]! > 0 && zeros > 0)) push(0, zeros);
  for (let i = 0; i < sorted.length; i++) {
    const value = sorted[i]!;
    const before = sorted[i - 1];
    if (before !== undefined && isNext(before, value)) {
      values[values.length - 1] = value;
      counts[counts.length - 1]!++;
      continue;
    }
    if (before !== undefined && before < 0 && value > 0) push(0, zeros);
    push(value, 1);
  }
  if (sorted.length > 0 && sorted.at(-1)! < 0 && zeros > 0) push(0, zeros);
  return { values, counts };
}

/** Bins left and right of zero by their share of the rows, and one for zero itself. */
function aroundZero(distinct: Distinct, maxBins: number): Float64Array {
  const { values, counts } = distinct;
  const from = (start: number) => (start < 0 ? values.length : start);
  const left = from(values.findIndex((value) => value > -ZERO));
  const right = from(values.findIndex((value) => value > ZERO));
  const rows = (start: number, end: number) => sum(counts.slice(start, end));
  const negative = rows(0, left);
  const positive = rows(right, values.length);
  const upper: number[] = [];
  if (left > 0 && maxBins > 1) {
    const share = Math.max(1, Math.trunc((negative / (negative + positive)) * (maxBins - 1)));
    upper.push(...greedyBins(part(distinct, 0, left), share, negative));
    upper[upper.length - 1] = -ZERO;
  }
  const rest = maxBins - 1 - upper.length;
  if (right < values.length && rest > 0)
    upper.push(ZERO, ...greedyBins(part(distinct, right, values.length), rest, positive));
  else upper.push(Number.POSITIVE_INFINITY);
  return Float64Array.from(upper);
}

function part({ values, counts }: Distinct, start: number, end: number): Distinct {
  return { values: values.slice(start, end), counts: counts.slice(start, end) };
}

function greedyBins(distinct: Distinct, maxBins: number, rows: number): number[] {
  return distinct.values.length <= maxBins ? oneEach(distinct) : shared(distinct, maxBins, rows);
}

/** A bin for every value, or for as many neighbours as have three rows together. */
function oneEach({ values, counts }: Distinct): number[] {
  const upper: number[] = [];
  let inBin = 0;
  for (let i = 0; i < values.length - 1; i++) {
    inBin += counts[i]!;
    if (inBin < MIN_BIN_ROWS) continue;
    if (pushBetween(upper, values[i]!, values[i + 1]!)) inBin = 0;
  }
  return [...upper, Number.POSITIVE_INFINITY];
}

/** Values with more rows than a mean bin get one alone; the rest is filled up to the mean of what is left. */
function shared({ values, counts }: Distinct, asked: number, rows: number): number[] {
  const maxBins = Math.max(1, Math.min(asked, Math.trunc(rows / MIN_BIN_ROWS)));
  const big = counts.map((count) => count >= rows / maxBins);
  let restBins = maxBins - big.filter(Boolean).length;
  let restRows = rows - sum(counts.filter((_, i) => big[i]));
  let mean = restRows / restBins;
  const ends: (readonly [number, number])[] = [];
  let inBin = 0;
  for (let i = 0; i < values.length - 1; i++) {
    if (!big[i]) restRows -= counts[i]!;
    inBin += counts[i]!;
    const full = big[i] || inBin >= mean || (big[i + 1] && inBin >= Math.max(1, mean * 0.5));
    if (!full) continue;
    ends.push([values[i]!, values[i + 1]!]);
    if (ends.length >= maxBins - 1) break;
    inBin = 0;
    if (!big[i]) mean = restRows / --restBins;
  }
  const upper: number[] = [];
  for (const [low, high] of ends) pushBetween(upper, low, high);
  return [...upper, Number.POSITIVE_INFINITY];
}

/** False where the middle is the edge before it. */
function pushBetween(upper: number[], low: number, high: number): boolean {
  const middle = nextUp((low + high) / 2);
  const before = upper.at(-1);
  if (before !== undefined && isNext(before, middle)) return false;
  upper.push(middle);
  return true;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** `value` ≥ `before` is the same double, or the next one. */
function isNext(before: number, value: number): boolean {
  // Nearly always the first answer, and much quicker than the second.
  return value - before <= 1e-15 * Math.abs(value) && value <= nextUp(before);
}

/** The next double above. */
function nextUp(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return value;
  if (value === 0) return Number.MIN_VALUE;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return bits.getFloat64(0);
}
