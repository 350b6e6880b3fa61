// What in a data set deserves a look before a model is made of it.
import { formatCount } from '../../util/units.ts';
import { percentOf } from '../validate/anomaly.ts';
import type { ColumnSummary, DataSummary, Warning } from './report.ts';

const MISSING = 0.05;
const SAME = 0.99;
const DIFFERENT = 0.98;
const MIN_ROWS = 30;
const NUMERIC = 0.5;
const ALIKE = 0.95;
const FAR = 10;

/** The gravest first: what is wrong with all, what changed, then column by column. */
export function warningsOf(data: DataSummary, before: DataSummary | undefined): readonly Warning[] {
  return [
    ...ofAll(data),
    ...(before ? changes(data, before) : []),
    ...data.columns.flatMap((column) => ofColumn(column, data.rows)),
    ...ofPairs(data),
  ];
}

function ofAll({ rows, duplicates }: DataSummary): Warning[] {
  if (rows === 0) return [{ column: null, kind: 'empty', message: 'the data have no row' }];
  if (duplicates === 0) return [];
  const words = `${formatCount(duplicates)} of ${formatCount(rows)} rows repeat an earlier one`;
  return [{ column: null, kind: 'duplicates', message: words }];
}

function ofColumn(column: ColumnSummary, rows: number): Warning[] {
  const { present, missing, distinct, numbers, type, top } = column;
  const make = (kind: string, message: string): Warning => ({ column: column.column, kind, message });
  if (rows === 0) return [];
  if (present === 0) return [make('all missing', 'no row has a value')];
  const found: Warning[] = [];
  if ((missing ?? 0) >= MISSING)
    found.push(make('missing', `${percentOf(missing!)} of the rows have no value`));
  if (distinct === 1) found.push(make('constant', 'all values are the same: it tells a model nothing'));
  else if (top?.[0] && top[0][1] >= SAME * present)
    found.push(make('nearly constant', `${percentOf(top[0][1] / present)} of the values are the same`));
  const mixed = type === 'string' && column.numeric_cells >= NUMERIC * present;
  if (mixed && column.numeric_cells < present)
    found.push(
      make(
        'numbers and text',
        `${percentOf(column.numeric_cells / present)} of the values are numbers, the rest is text`,
      ),
    );
  else if ((type === 'int64' || type === 'string') && present >= MIN_ROWS && distinct >= DIFFERENT * present)
    found.push(make('names rows', 'nearly all values differ: an id is no feature'));
  if (numbers && numbers.infinite > 0)
    found.push(make('infinite', `${formatCount(numbers.infinite)} values are infinite`));
  if (numbers?.histogram && type !== 'datetime' && numbers.std !== null) {
    const [low, , q1, , q3, , high] = numbers.quantiles as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (q3 > q1 && (high - q3 > FAR * (q3 - q1) || q1 - low > FAR * (q3 - q1)))
      found.push(
        make(
          'long tail',
          'the 1 % at an end lie far from the middle half: look at a logarithm, or for mistakes',
        ),
      );
  }
  return found;
}

function ofPairs({ correlations: { columns, matrix } }: DataSummary): Warning[] {
  return columns.flatMap((a, i) =>
    columns.slice(0, i).flatMap((b, j) => {
      const value = matrix[i]![j];
      return value !== null && value !== undefined && Math.abs(value) >= ALIKE
        ? [{ column: a, kind: 'correlated', message: `goes with ${b}: correlation ${value.toFixed(3)}` }]
        : [];
    }),
  );
}

function changes(now: DataSummary, before: DataSummary): Warning[] {
  const then = new Map(before.columns.map((column) => [column.column, column]));
  const here = new Set(now.columns.map(({ column }) => column));
  const gone = before.columns
    .filter(({ column }) => !here.has(column))
    .map(({ column }) => ({ column, kind: 'gone', message: `was in ${before.path}` }));
  return [
    ...gone,
    ...now.columns.flatMap((column): Warning[] => {
      const was = then.get(column.column);
      const make = (kind: string, message: string): Warning => ({ column: column.column, kind, message });
      if (!was) return [make('new', `was not in ${before.path}`)];
      const more = (column.missing ?? 0) - (was.missing ?? 0);
      if (Math.abs(more) >= MISSING)
        return [
          make(
            'missing changed',
            `rows without a value: ${percentOf(was.missing ?? 0)} before, ${percentOf(column.missing ?? 0)} now`,
          ),
        ];
      return [];
    }),
  ];
}
