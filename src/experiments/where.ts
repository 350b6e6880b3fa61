// Which rows a condition keeps. What a row lacks is unknown, not false: `not (accuracy > 0.9)` keeps no row that has no
// accuracy, and how many were left out for that is told.
import { type Cell, cellOf, type ExperimentRow, type ValueColumn } from '../core/experiment-table.ts';
import { fail } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { parseDuration } from '../util/units.ts';
import { findColumn } from './table-cells.ts';
import { type Condition, type Operand, parseWhere } from './where-parse.ts';
import { type Operator, placeIn } from './where-words.ts';

/** Null: it depends on something that the row lacks. */
type Test = (row: ExperimentRow) => boolean | null;

export interface Filtered {
  readonly rows: readonly ExperimentRow[];
  /** Rows that could not be judged. */
  readonly lacking: number;
}

/** @throws MlopsError `usage`, pointing at the column of `text` */
export function filterRows(
  text: string,
  { columns, rows }: { readonly columns: readonly ValueColumn[]; readonly rows: readonly ExperimentRow[] },
  now: Date,
): Filtered {
  const test = testOf(parseWhere(text), { text, columns, now });
  const verdicts = rows.map(test);
  return {
    rows: rows.filter((_, at) => verdicts[at]),
    lacking: verdicts.filter((verdict) => verdict === null).length,
  };
}

interface Scope {
  readonly text: string;
  readonly columns: readonly ValueColumn[];
  readonly now: Date;
}

function testOf(condition: Condition, scope: Scope): Test {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const tests = condition.parts.map((part) => testOf(part, scope));
      const decides = condition.kind === 'or';
      return (row) => {
        const verdicts = tests.map((test) => test(row));
        return verdicts.includes(decides) ? decides : verdicts.includes(null) ? null : !decides;
      };
    }
    case 'not': {
      const test = testOf(condition.part, scope);
      return (row) => {
        const verdict = test(row);
        return verdict === null ? null : !verdict;
      };
    }
    case 'compare':
      return comparison(condition, scope);
  }
}

function comparison({ name, operator, value }: Condition & { kind: 'compare' }, scope: Scope): Test {
  const cell = findColumn(scope.columns, name.text, placeIn(scope.text, name));
  if (operator === '=~') {
    const pattern = patternOf(value, scope);
    return (row) =>
      judged(cellOf(row, cell), (each) =>
        pattern.test(typeof each === 'string' ? each : JSON.stringify(each)),
      );
  }
  const literal = literalOf(cell, value, scope);
  return (row) => judged(cellOf(row, cell), (each) => compares(each, operator, literal));
}

function judged(value: Json | undefined, test: (value: Json) => boolean): boolean | null {
  return value === undefined ? null : test(value);
}

function patternOf(value: Operand, { text }: Scope): RegExp {
  try {
    return new RegExp(value.text);
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: /, '');
    return fail('usage', `this is no regular expression: ${why}`, { where: placeIn(text, value) });
  }
}

/** What a value means depends on the column: `1d` of `created` is a day ago, of `duration` a length, elsewhere a word. */
function literalOf(cell: Cell, value: Operand, { text, now }: Scope): string {
  if (cell.kind === 'created') {
    const ago = parseDuration(value.text);
    const isDate = /^\d{4}(-\d\d(-\d\d(T[\d:.]+Z?)?)?)?$/.test(value.text);
    const time = isDate ? Date.parse(value.text) : now.getTime() - (ago ?? Number.NaN);
    if (Number.isNaN(new Date(time).getTime()))
      fail('usage', `"${value.text}" is no time`, {
        where: placeIn(text, value),
        help: 'a date like 2026-11-21, or how long ago: 2h, 1d',
      });
    return new Date(time).toISOString();
  }
  if (cell.kind === 'duration') {
    const ms = parseDuration(value.text);
    if (ms === undefined)
      fail('usage', `"${value.text}" is no duration`, {
        where: placeIn(text, value),
        help: 'write it like 90s, 2m or 1h30m',
      });
    return String(ms);
  }
  return value.text;
}

/** Numbers compare with numbers, words with words; of different kinds only `!=` holds. */
function compares(value: Json, operator: Exclude<Operator, '=~'>, literal: string): boolean {
  if (typeof value === 'number') {
    const number = literal.trim() === '' ? Number.NaN : Number(literal);
    return Number.isNaN(number) ? operator === '!=' : ordered(value, operator, number);
  }
  if (typeof value === 'string') return ordered(value, operator, literal);
  const same = JSON.stringify(value) === literal || JSON.stringify(value) === literal.replace(/\s/g, '');
  return operator === '==' ? same : operator === '!=' && !same;
}

function ordered<T extends number | string>(a: T, operator: Exclude<Operator, '=~'>, b: T): boolean {
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '==':
      return a === b;
    case '!=':
      return a !== b;
  }
}
