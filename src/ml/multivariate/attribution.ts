// Which columns the rise of a reconstruction error falls to.
import { byCodeUnit } from '../../util/compare.ts';
import type { Attribution } from './report.ts';

const SHOWN = 5;

/**
 * `reference` and `current`: rows × columns, row by row, the squared error of each cell. A column's share is its part of the
 * rise of the mean, among the columns that rose. The largest first, at most 5: the rest tells little, and reports stay small.
 */
export function attribute(
  names: readonly string[],
  reference: Float64Array,
  current: Float64Array,
): Attribution[] {
  return attributeMeans(names, columnMeans(reference, names.length), current);
}

/** The same where only the means of the reference are known. */
export function attributeMeans(
  names: readonly string[],
  before: Float64Array,
  current: Float64Array,
): Attribution[] {
  const now = columnMeans(current, names.length);
  const rises = now.map((value, i) => Math.max(0, value - before[i]!));
  const total = rises.reduce((sum, rise) => sum + rise, 0);
  return names
    .map((column, i) => ({
      column,
      reference: before[i]!,
      current: now[i]!,
      share: total > 0 ? rises[i]! / total : 0,
    }))
    .sort((a, b) => b.share - a.share || byCodeUnit(a.column, b.column))
    .slice(0, SHOWN);
}

function columnMeans(errors: Float64Array, width: number): Float64Array {
  const rows = errors.length / width;
  const means = new Float64Array(width);
  for (let at = 0; at < errors.length; at++) means[at % width]! += errors[at]! / rows;
  return means;
}
