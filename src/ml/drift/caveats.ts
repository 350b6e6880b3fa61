// What the reader must know before believing a p-value: rows in time are not independent.
import type { Frame } from '../frame/frame.ts';
import { autocorrelation } from '../stats/autocorrelation.ts';
import { short } from './decide.ts';
import type { DriftOptions } from './options.ts';

const STRONG = 0.5;
const FEW_CHUNKS = 5;

/** `names` = the tested numeric columns; `chunks` = parts of the reference that calibrated the limits. */
export function timeCaveats(
  reference: Frame,
  names: readonly string[],
  { time }: DriftOptions,
  chunks: number,
): string[] {
  if (time.column !== null && time.calibrate) {
    if (chunks < 2)
      return [
        `limits are not calibrated: the reference is shorter than two windows of "${time.column}", so p-values assume independent rows`,
      ];
    return chunks < FEW_CHUNKS ? [`limits rest on only ${chunks} parts of the reference`] : [];
  }
  const dates = [...reference.columns.values()].filter(({ kind }) => kind === 'datetime');
  const strongest = strongestAutocorrelation(reference, names);
  if (dates.length === 0 && !strongest) return [];
  const sign = strongest
    ? `neighbouring rows are alike (${strongest.name}: correlation ${short(strongest.value)})`
    : `there is a date column, "${dates[0]!.name}"`;
  return [`p-values assume independent rows, but ${sign}: set time.column to calibrate limits`];
}

/** Chunks in the order of a file mean something only if the file is in the order of time. */
export function orderCaveats({ time }: DriftOptions, followed: boolean): string[] {
  if (time.column !== null || (!followed && time.chunk === null)) return [];
  return [
    'chunks are rows in the order of the files: without time.column nothing says that this is the order of time',
  ];
}

function strongestAutocorrelation(
  frame: Frame,
  names: readonly string[],
): { readonly name: string; readonly value: number } | null {
  let strongest: { name: string; value: number } | null = null;
  for (const name of names) {
    const column = frame.columns.get(name);
    if (column?.kind !== 'numeric') continue;
    const value = autocorrelation(column.values);
    if (value !== null && value >= STRONG && value > (strongest?.value ?? 0)) strongest = { name, value };
  }
  return strongest;
}
