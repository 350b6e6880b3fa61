// Sums of gradients and hessians by bin: [gradient, hessian] for each bin of each feature, one after the other. Float64 sums
// of float32 terms in the order of the rows, as LightGBM adds them, so that even the last bits agree.
import type { Binned } from './boost-binned.ts';

export type Histogram = Float64Array;

export interface Sums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

export interface Gradients {
  readonly gradients: Float32Array;
  /** Null where all are 1. */
  readonly hessians: Float32Array | null;
}

/** Room for the gradients of one leaf, in the order of its rows. */
export function gather({ gradients, hessians }: Gradients, rows: Int32Array, room: Gradients): void {
  for (let i = 0; i < rows.length; i++) room.gradients[i] = gradients[rows[i]!]!;
  if (hessians && room.hessians) for (let i = 0; i < rows.length; i++) room.hessians[i] = hessians[rows[i]!]!;
}

/** Fills the part of `histogram` that belongs to `column`. `gathered` are those of `rows`. */
export function fillHistogram(
  histogram: Histogram,
  column: Binned,
  rows: Int32Array,
  gathered: Gradients,
  sums: Sums,
): void {
  const part = histogram.subarray(2 * column.start, 2 * (column.start + column.bins));
  part.fill(0);
  if (gathered.hessians) addBoth(part, column.rows, rows, gathered.gradients, gathered.hessians);
  else addGradients(part, column.rows, rows, gathered.gradients);
  fillUsual(part, column, sums);
}

function addGradients(
  part: Float64Array,
  bins: Uint16Array,
  rows: Int32Array,
  gradients: Float32Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    const at = 2 * bins[rows[i]!]!;
    part[at]! += gradients[i]!;
    part[at + 1]!++;
  }
}

function addBoth(
  part: Float64Array,
  bins: Uint16Array,
  rows: Int32Array,
  gradients: Float32Array,
  hessians: Float32Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    const at = 2 * bins[rows[i]!]!;
    part[at]! += gradients[i]!;
    part[at + 1]! += hessians[i]!;
  }
}

/** LightGBM does not add up the usual bin: it takes what the others leave. */
function fillUsual(part: Float64Array, { usual, bins }: Binned, sums: Sums): void {
  let { gradient, hessian } = sums;
  for (let bin = 0; bin < bins; bin++) {
    if (bin === usual) continue;
    gradient -= part[2 * bin]!;
    hessian -= part[2 * bin + 1]!;
  }
  part[2 * usual] = gradient;
  part[2 * usual + 1] = hessian;
}

/** What the smaller child leaves of its parent: `parent` becomes the histogram of the larger child. */
export function subtractHistogram(parent: Histogram, smaller: Histogram, { start, bins }: Binned): void {
  for (let i = 2 * start; i < 2 * (start + bins); i++) parent[i]! -= smaller[i]!;
}
