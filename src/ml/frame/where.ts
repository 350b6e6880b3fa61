// Row filters over a frame.
//
// A comparison with a null is false, except `x = null` and `x != null`, which ask for it. So `not (x < 3)` keeps rows
// without x, and `x >= 3` does not. Dates compare with ISO text: `date >= '2012-01-01'`. Text orders by code unit.
import { fail } from '../../core/failure.ts';
import { type Column, type Frame, held, isNull, rowsWhere, textAt } from './frame.ts';
import { type Expression, type Operator, parseExpression, type Value } from './where-parse.ts';
import { MIRRORED, numberFor } from './where-values.ts';

export interface Where {
  readonly text: string;
  readonly expression: Expression;
}

export function parseWhere(text: string): Where {
  return { text, expression: parseExpression(text) };
}

/** Names of the columns a filter reads, each once. */
export function columnsOf({ expression }: Where): readonly string[] {
  const names = new Set<string>();
  const visit = (each: Expression): void => {
    if (each.kind === 'not') visit(each.term);
    else if (each.kind !== 'compare') each.terms.forEach(visit);
    else for (const side of [each.left, each.right]) if (side.kind === 'column') names.add(side.name);
  };
  visit(expression);
  return [...names];
}

/** Indexes of the rows for which the filter holds. Every column it reads must be in the frame. */
export function whereRows(where: Where, frame: Frame): Int32Array {
  return rowsWhere(frame.rows, compile(where.expression, frame));
}

type Test = (row: number) => boolean;

function compile(expression: Expression, frame: Frame): Test {
  switch (expression.kind) {
    case 'not': {
      const test = compile(expression.term, frame);
      return (row) => !test(row);
    }
    case 'and':
    case 'or': {
      const tests = expression.terms.map((term) => compile(term, frame));
      return expression.kind === 'and'
        ? (row) => tests.every((test) => test(row))
        : (row) => tests.some((test) => test(row));
    }
    case 'compare':
      return compileComparison(expression.operator, expression.left, expression.right, frame);
  }
}

function compileComparison(operator: Operator, left: Value, right: Value, frame: Frame): Test {
  if (left.kind === 'literal') {
    if (right.kind === 'literal') fail('config', 'where: a comparison needs a column on one side');
    return compileComparison(MIRRORED[operator], right, left, frame);
  }
  const column = columnIn(frame, left.name);
  if (right.kind === 'column') return compareColumns(operator, column, columnIn(frame, right.name));
  if (right.value === null) {
    if (operator === '=') return (row) => isNull(column, row);
    if (operator === '!=') return (row) => !isNull(column, row);
    fail('config', `where: null has no order; write ${left.name} = null or ${left.name} != null`);
  }
  if (column.kind === 'categorical') return compareCodes(operator, column, String(right.value));
  const limit = numberFor(column, right.value);
  const holds = COMPARE[operator];
  // NaN, a null, is unequal to everything in JavaScript too; here it is not a match for != either.
  return (row) => !Number.isNaN(column.values[row]!) && holds(column.values[row]!, limit);
}

/** Asked once for each category, not for each row. */
function compareCodes(operator: Operator, column: Column & { kind: 'categorical' }, text: string): Test {
  const holds = COMPARE[operator];
  const answers = column.dictionary.map((each) => holds(each, text));
  return (row) => answers[column.codes[row]!] === true;
}

function compareColumns(operator: Operator, a: Column, b: Column): Test {
  const holds = COMPARE[operator];
  if (a.kind === 'categorical' || b.kind === 'categorical') {
    if (a.kind !== b.kind) fail('config', `where: "${a.name}" and "${b.name}" are not of one type`);
    return (row) => {
      const x = textAt(a, row);
      const y = textAt(b, row);
      return x !== null && y !== null && holds(x, y);
    };
  }
  return (row) => !isNull(a, row) && !isNull(b, row) && holds(a.values[row]!, b.values[row]!);
}

function columnIn(frame: Frame, name: string): Column {
  const column = frame.columns.get(name);
  if (!column) throw new Error(`BUG: column ${name} was not loaded`);
  return held(column);
}

const COMPARE: { readonly [operator in Operator]: <T extends number | string>(a: T, b: T) => boolean } = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};
