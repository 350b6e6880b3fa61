// The columns of a history file as series of numbers.
import type { Cell, Points } from '../plots/points.ts';
import type { Point } from './exported.ts';

/** Columns of numbers, by the column `step` where it holds integers, else by row. A column with other text is none. */
export function historiesIn({ columns, rows }: Points): Map<string, readonly Point[]> {
  const steps = (columns.get('step') ?? []).map((cell) => (cell === null ? Number.NaN : Number(cell)));
  const byRow = steps.length < rows || !steps.every(Number.isSafeInteger);
  const histories = new Map<string, readonly Point[]>();
  for (const [name, cells] of columns) {
    if (name === 'step') continue;
    const values = cells.map(numberOf);
    const points = values.flatMap((value, row): Point[] =>
      value === undefined ? [] : [{ step: byRow ? row : steps[row]!, value: value as number }],
    );
    if (points.length > 0 && !values.includes('text')) histories.set(name, points);
  }
  return histories;
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
