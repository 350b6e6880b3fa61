// The columns of a history file as series of numbers.
import type { JsonObject } from '../core/json.ts';
import type { Point } from './exported.ts';

type Cell = string | number | boolean | null;

/** A table as plots/ reads it. */
export interface HistoryTable {
  readonly columns: ReadonlyMap<string, readonly Cell[]>;
  readonly rows: number;
}

/** Columns of numbers, by the column `step` where it holds integers, else by row. A column with other text is none. */
export function historiesIn({ columns, rows }: HistoryTable): Map<string, readonly Point[]> {
  const steps = (columns.get('step') ?? []).map((cell) => (cell === null ? Number.NaN : Number(cell)));
  const byRow = steps.length < rows || !steps.every(Number.isSafeInteger);
  const odd = columns.get('not_finite') ?? [];
  const histories = new Map<string, readonly Point[]>();
  for (const [name, cells] of columns) {
    if (name === 'step' || name === 'not_finite') continue;
    const values = cells.map((cell, row) => numberOf(cell ?? oddOne(odd[row], name)));
    const points = values.flatMap((value, row): Point[] =>
      value === undefined ? [] : [{ step: byRow ? row : steps[row]!, value: value as number }],
    );
    if (points.length > 0 && !values.includes('text')) histories.set(name, points);
  }
  return histories;
}

/** What mlops/log writes beside a null: `{"loss":"NaN"}`. */
function oddOne(cell: Cell | undefined, name: string): Cell {
  if (typeof cell !== 'string' || !cell.startsWith('{')) return null;
  const word = (JSON.parse(cell) as JsonObject)[name];
  return typeof word === 'string' ? word : null;
}

const NUMBER = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;
const ODD = /^\s*([-+]?)(nan|inf(inity)?)\s*$/i;

function numberOf(cell: Cell): number | 'text' | undefined {
  if (cell === null || cell === '') return undefined;
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'boolean') return 'text';
  if (NUMBER.test(cell)) return Number(cell);
  const [, sign, word] = ODD.exec(cell) ?? [];
  if (word === undefined) return 'text';
  if (/nan/i.test(word)) return Number.NaN;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
