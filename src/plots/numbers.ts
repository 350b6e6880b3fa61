// Cells as numbers. What is no number is left out of the picture and counted by what it was.
import type { Cell } from './points.ts';

export interface LeftOut {
  missing: number;
  /** NaN, infinities. */
  notFinite: number;
  text: number;
}

export function nothingLeftOut(): LeftOut {
  return { missing: 0, notFinite: 0, text: 0 };
}

/** NaN for what is left out. */
export function numberIn(cell: Cell | undefined, leftOut: LeftOut): number {
  if (cell === null || cell === undefined || cell === '') {
    leftOut.missing++;
    return Number.NaN;
  }
  const value = typeof cell === 'string' ? numberFrom(cell) : Number(cell);
  if (Number.isFinite(value)) return value;
  if (typeof cell === 'number' || NOT_FINITE.test(cell as string)) leftOut.notFinite++;
  else leftOut.text++;
  return Number.NaN;
}

const NOT_FINITE = /^\s*[-+]?(nan|inf(inity)?)\s*$/i;
const PLAIN = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;

/** Only what looks like a number in a CSV: `0x10` and ` ` are text. */
function numberFrom(text: string): number {
  return PLAIN.test(text) ? Number(text) : Number.NaN;
}

/** Whether a column is drawn when nobody names it: numbers, few of them spoilt. */
export function isNumeric(cells: readonly Cell[]): boolean {
  const leftOut = nothingLeftOut();
  let numbers = 0;
  for (const cell of cells) if (!Number.isNaN(numberIn(cell, leftOut))) numbers++;
  return numbers + leftOut.notFinite > leftOut.text;
}

/** `2 NaN or infinite and 1 text left out`; undefined when nothing was. A cell that is not there is no news. */
export function leftOutInWords({ notFinite, text }: LeftOut): string | undefined {
  const parts = [
    ...(notFinite > 0 ? [`${notFinite} NaN or infinite`] : []),
    ...(text > 0 ? [`${text} that ${text === 1 ? 'is' : 'are'} no number`] : []),
  ];
  return parts.length > 0 ? `${parts.join(' and ')} left out` : undefined;
}
