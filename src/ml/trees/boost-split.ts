// The best cut of one numeric column in one leaf, as LightGBM 4.5 searches it: from the right, then, where values are missing,
// also from the left, so that missing values are tried on both sides. Rows in a bin are counted by its share of the hessian.
import type { Binned } from './boost-binned.ts';
import type { Histogram, Sums } from './boost-histogram.ts';
import { type BoostOptions, EPSILON } from './boost-options.ts';

export interface Split {
  /** Index among the binned columns. */
  readonly column: number;
  readonly gain: number;
  readonly left: Sums;
  readonly right: Sums;
  readonly leftOutput: number;
  readonly rightOutput: number;
  readonly rule:
    | { readonly kind: 'numeric'; readonly bin: number; readonly missingLeft: boolean }
    | { readonly kind: 'categorical'; readonly bins: readonly number[] };
}

/** `sums` = those of the leaf. Null where no cut leaves enough on both sides and gains something. */
export function numericSplit(
  histogram: Histogram,
  at: number,
  column: Binned & { kind: 'numeric' },
  sums: Sums,
  options: BoostOptions,
): Split | null {
  const search = searchOf(sums, options);
  const { missing } = column.found;
  const twice = missing && column.bins > 2;
  const right = cutFromRight(histogram, column, search, twice);
  const left = twice ? cutFromLeft(histogram, column, search) : null;
  const best = better(right, left, search);
  if (best === null) return null;
  const missingLeft = best === right && !(missing && !twice);
  return splitOf(at, search, best, 0, { kind: 'numeric', bin: best.bin, missingLeft });
}

export interface Search {
  readonly gradient: number;
  /** Twice epsilon more than the leaf has, for one on each side. */
  readonly hessian: number;
  readonly rows: number;
  readonly rowsPerHessian: number;
  /** What the leaf reaches without a cut. */
  readonly whole: number;
  readonly options: BoostOptions;
}

export function searchOf(sums: Sums, options: BoostOptions): Search {
  const { gradient, rows } = sums;
  const hessian = sums.hessian + 2 * EPSILON;
  const whole = leafGain(gradient, hessian, 0);
  return { gradient, hessian, rows, rowsPerHessian: rows / hessian, whole, options };
}

/** `gain` is that of both sides together; `left` the sums of the left side. */
export interface Cut {
  readonly bin: number;
  readonly gain: number;
  readonly left: Sums;
}

/** Twice the loss that the best output of a leaf takes away. */
export function leafGain(gradient: number, hessian: number, l2: number): number {
  return (gradient * gradient) / (hessian + l2);
}

/** To the next whole number, from 0.5 up. */
export function rounded(value: number): number {
  return Math.trunc(value + 0.5);
}

function cutFromRight(
  histogram: Histogram,
  { start, bins }: Binned,
  search: Search,
  keepMissingLeft: boolean,
): Cut | null {
  const { gradient, hessian, rows, rowsPerHessian, whole, options } = search;
  const { minLeafRows, minLeafHessian } = options;
  let rightGradient = 0;
  let rightHessian = EPSILON;
  let rightRows = 0;
  let best = Number.NEGATIVE_INFINITY;
  let bestBin = -1;
  let bestGradient = 0;
  let bestHessian = 0;
  let bestRows = 0;
  for (let bin = bins - 1 - (keepMissingLeft ? 1 : 0); bin >= 1; bin--) {
    const at = 2 * (start + bin);
    const binHessian = histogram[at + 1]!;
    rightGradient += histogram[at]!;
    rightHessian += binHessian;
    rightRows += rounded(binHessian * rowsPerHessian);
    if (rightRows < minLeafRows || rightHessian < minLeafHessian) continue;
    const leftRows = rows - rightRows;
    const leftHessian = hessian - rightHessian;
    if (leftRows < minLeafRows || leftHessian < minLeafHessian) break;
    const leftGradient = gradient - rightGradient;
    const gain = leafGain(leftGradient, leftHessian, 0) + leafGain(rightGradient, rightHessian, 0);
    if (gain <= whole || gain <= best) continue;
    best = gain;
    bestBin = bin - 1;
    bestGradient = leftGradient;
    bestHessian = leftHessian;
    bestRows = leftRows;
  }
  if (bestBin < 0) return null;
  return { bin: bestBin, gain: best, left: { gradient: bestGradient, hessian: bestHessian, rows: bestRows } };
}

/** The last bin, of missing values, stays right. */
function cutFromLeft(histogram: Histogram, column: Binned, search: Search): Cut | null {
  const { gradient, hessian, rows, rowsPerHessian, whole, options } = search;
  const { minLeafRows, minLeafHessian } = options;
  const { start, bins } = column;
  const first = column.usual === 0 ? leftOver(histogram, column, search) : null;
  let left = first ?? { gradient: 0, hessian: EPSILON, rows: 0 };
  let best: Cut | null = null;
  for (let bin = 0; bin <= bins - 2; bin++) {
    if (bin > 0 || first === null) {
      const at = 2 * (start + bin);
      left = {
        gradient: left.gradient + histogram[at]!,
        hessian: left.hessian + histogram[at + 1]!,
        rows: left.rows + rounded(histogram[at + 1]! * rowsPerHessian),
      };
    }
    if (left.rows < minLeafRows || left.hessian < minLeafHessian) continue;
    const rightHessian = hessian - left.hessian;
    if (rows - left.rows < minLeafRows || rightHessian < minLeafHessian) break;
    const rightGradient = gradient - left.gradient;
    const gain = leafGain(left.gradient, left.hessian, 0) + leafGain(rightGradient, rightHessian, 0);
    if (gain > whole && gain > (best?.gain ?? Number.NEGATIVE_INFINITY)) best = { bin, gain, left };
  }
  return best;
}

/** Bin 0 as what all other bins leave, rows included: LightGBM does not keep it where it is the usual one. */
function leftOver(histogram: Histogram, { start, bins }: Binned, search: Search): Sums {
  let { gradient, rows } = search;
  let hessian = search.hessian - EPSILON;
  for (let at = 2 * (start + 1); at < 2 * (start + bins); at += 2) {
    gradient -= histogram[at]!;
    hessian -= histogram[at + 1]!;
    rows -= rounded(histogram[at + 1]! * search.rowsPerHessian);
  }
  return { gradient, hessian, rows };
}

/** The second must gain more, in the arithmetic of LightGBM: the first one's gain has lost `whole` already. */
function better(first: Cut | null, second: Cut | null, { whole }: Search): Cut | null {
  if (first === null || second === null) return first ?? second;
  return second.gain > first.gain - whole + whole ? second : first;
}

export function splitOf(column: number, search: Search, cut: Cut, l2: number, rule: Split['rule']): Split {
  const { gradient, hessian, rows } = search;
  const { left } = cut;
  const rightGradient = gradient - left.gradient;
  const rightHessian = hessian - left.hessian;
  return {
    column,
    gain: cut.gain - search.whole,
    left: { ...left, hessian: left.hessian - EPSILON },
    right: { gradient: rightGradient, hessian: rightHessian - EPSILON, rows: rows - left.rows },
    leftOutput: -left.gradient / (left.hessian + l2),
    rightOutput: -rightGradient / (rightHessian + l2),
    rule,
  };
}
