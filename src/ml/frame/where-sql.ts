// Row filters as SQL, for data that stay on disk. Holds for the same rows as `where.ts`; a test compares the two.
import { fail } from '../../core/failure.ts';
import { literal } from './duckdb.ts';
import type { Column } from './frame.ts';
import type { Expression, Operator, Value } from './where-parse.ts';
import { MIRRORED, numberFor } from './where-values.ts';

/** What a column is in SQL: NULL where the row has no value. */
export interface SqlColumn {
  readonly name: string;
  readonly kind: Column['kind'];
  readonly text: string;
  /** DOUBLE: numbers as they are, booleans as 0 and 1, times as milliseconds since 1970 UTC. NULL, never NaN. */
  readonly number: string;
}

/** A condition that is true or false, never NULL. `columnOf` fails for a name that is not there. */
export function whereSql(expression: Expression, columnOf: (name: string) => SqlColumn): string {
  switch (expression.kind) {
    case 'not':
      return `NOT ${whereSql(expression.term, columnOf)}`;
    case 'and':
    case 'or': {
      const terms = expression.terms.map((term) => whereSql(term, columnOf));
      return `(${terms.join(expression.kind === 'and' ? ' AND ' : ' OR ')})`;
    }
    case 'compare':
      return `coalesce(${comparison(expression.operator, expression.left, expression.right, columnOf)}, false)`;
  }
}

function comparison(
  operator: Operator,
  left: Value,
  right: Value,
  columnOf: (name: string) => SqlColumn,
): string {
  if (left.kind === 'literal') {
    if (right.kind === 'literal') fail('config', 'where: a comparison needs a column on one side');
    return comparison(MIRRORED[operator], right, left, columnOf);
  }
  const column = columnOf(left.name);
  if (right.kind === 'column') return betweenColumns(operator, column, columnOf(right.name));
  if (right.value === null) {
    if (operator === '=') return `${column.text} IS NULL`;
    if (operator === '!=') return `${column.text} IS NOT NULL`;
    fail('config', `where: null has no order; write ${left.name} = null or ${left.name} != null`);
  }
  if (column.kind === 'categorical') return `${column.text} ${SQL[operator]} ${literal(String(right.value))}`;
  return `${column.number} ${SQL[operator]} ${numberSql(numberFor(column, right.value))}`;
}

function betweenColumns(operator: Operator, a: SqlColumn, b: SqlColumn): string {
  if (a.kind !== 'categorical' && b.kind !== 'categorical') return `${a.number} ${SQL[operator]} ${b.number}`;
  if (a.kind !== b.kind) fail('config', `where: "${a.name}" and "${b.name}" are not of one type`);
  return `${a.text} ${SQL[operator]} ${b.text}`;
}

/** A DOUBLE of exactly this value. */
export function numberSql(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "'inf'::DOUBLE";
  if (value === Number.NEGATIVE_INFINITY) return "'-inf'::DOUBLE";
  return `(${value})::DOUBLE`;
}

const SQL: { readonly [operator in Operator]: string } = {
  '=': '=',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
