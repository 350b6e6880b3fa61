// Columns as bin numbers. A column that no split can use is left out.
import { type NumericBins, numericBinOf, numericBins } from './boost-bins.ts';
import { type CategoryBins, categoryBins } from './boost-category-bins.ts';
import type { BoostFeature } from './boost-feature.ts';
import type { BoostOptions } from './boost-options.ts';

export type Binned = {
  /** Index of the feature among all. */
  readonly feature: number;
  /** Bin of each row. */
  readonly rows: Uint16Array;
  /** How many bins. */
  readonly bins: number;
  /** Where its part of a histogram starts, in bins. */
  readonly start: number;
  /** The bin whose sums are what is left of the leaf's: the most frequent one if it has 70 %, else that of zero. */
  readonly usual: number;
} & (
  | { readonly kind: 'numeric'; readonly found: NumericBins }
  | { readonly kind: 'categorical'; readonly found: CategoryBins }
);

/** kSparseThreshold */
const DOMINANT = 0.7;

export function binFeatures(features: readonly BoostFeature[], options: BoostOptions): Binned[] {
  const binned: Binned[] = [];
  let start = 0;
  features.forEach((feature, index) => {
    const column = feature.kind === 'numeric' ? numeric(feature, options) : categorical(feature, options);
    if (column === null) return;
    const { zero, counts, ...rest } = column;
    binned.push({ ...rest, feature: index, start, bins: counts.length, usual: usualBin(counts, zero) });
    start += counts.length;
  });
  return binned;
}

function numeric({ values }: BoostFeature & { kind: 'numeric' }, options: BoostOptions) {
  const found = numericBins(values, options.maxBins);
  const bins = found.upper.length + (found.missing ? 1 : 0);
  const { rows, counts } = count(values.length, bins, (row) => numericBinOf(found, values[row]!));
  if (bins <= 1 || !isDivisible(counts, options.minLeafRows)) return null;
  return { kind: 'numeric' as const, found, rows, counts, zero: numericBinOf(found, 0) };
}

function categorical({ codes }: BoostFeature & { kind: 'categorical' }, options: BoostOptions) {
  const found = categoryBins(codes, options.maxBins);
  const binOf = new Map(found.map((code, bin) => [code, bin]));
  binOf.delete(-1);
  const { rows, counts } = count(codes.length, found.length, (row) => binOf.get(codes[row]!) ?? 0);
  if (found.length <= 1 || (found.length === 2 && !isDivisible(counts, options.minLeafRows))) return null;
  return { kind: 'categorical' as const, found, rows, counts, zero: binOf.get(0) ?? 0 };
}

function count(length: number, bins: number, binAt: (row: number) => number) {
  const rows = new Uint16Array(length);
  const counts = new Array<number>(bins).fill(0);
  for (let row = 0; row < length; row++) {
    const bin = binAt(row);
    rows[row] = bin;
    counts[bin]!++;
  }
  return { rows, counts };
}

/** Some edge leaves enough rows on both sides. */
function isDivisible(counts: readonly number[], least: number): boolean {
  const rows = counts.reduce((sum, each) => sum + each, 0);
  let left = 0;
  return counts.slice(0, -1).some((each) => {
    left += each;
    return left >= least && rows - left >= least;
  });
}

function usualBin(counts: readonly number[], zero: number): number {
  const rows = counts.reduce((sum, each) => sum + each, 0);
  const most = counts.indexOf(Math.max(...counts));
  return counts[most]! / rows < DOMINANT ? zero : most;
}
