// The reference cut into parts: what one part differs from another is what a mean error does by itself.
import { mean, standardDeviation } from '../stats/moments.ts';
import { rowsFrom } from '../stats/rows-from.ts';
import type { Limits } from './report.ts';

const PARTS = 10;

/** Row indexes 0 … rows − 1 in ten parts as equal as can be, in order. */
export function equalParts(rows: number): readonly Int32Array[] {
  const startOf = (part: number) => Math.floor((part * rows) / PARTS);
  return Array.from({ length: PARTS }, (_, part) => rowsFrom(startOf(part), startOf(part + 1))).filter(
    (part) => part.length > 0,
  );
}

/** At most `most` of `rows`, evenly spread, in order. */
export function thinned(rows: Int32Array, most: number): Int32Array {
  if (rows.length <= most) return rows;
  return Int32Array.from({ length: most }, (_, i) => rows[Math.floor((i * rows.length) / most)]!);
}

export function concatenated(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Mean ± 3 standard deviations (divisor n) of the parts' values, never under 0: NannyML's default threshold. */
export function threeSigma(values: Float64Array): Limits {
  const centre = mean(values);
  const spread = standardDeviation(values);
  return { lower: Math.max(0, centre - 3 * spread), upper: centre + 3 * spread };
}

/** Standard error of the mean with divisor n − 1; NaN under two values. */
export function standardError(values: Float64Array): number {
  const n = values.length;
  return standardDeviation(values) / Math.sqrt(n - 1);
}

export function within(value: number, { lower, upper }: Limits): boolean {
  return value > lower && value < upper;
}

/** Each part as positions in `rows`; parts that hardly occur there are left out. */
export function partsAmong(rows: Int32Array, parts: readonly Int32Array[]): Int32Array[] {
  const at = new Map(Array.from(rows, (row, position) => [row, position] as const));
  return parts
    .map((part) => Int32Array.from(Array.from(part).flatMap((row) => at.get(row) ?? [])))
    .filter((part) => part.length > 1);
}
