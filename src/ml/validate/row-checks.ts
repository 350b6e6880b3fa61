// Checks of single rows, as conditions in SQL, so that all of them are counted in one pass over the data.
import type { Json } from '../../core/json.ts';
import { literal } from '../frame/duckdb.ts';
import type { StagedColumn } from '../frame/staged.ts';
import { columnsOf, parseWhere } from '../frame/where.ts';
import type { Expression } from '../frame/where-parse.ts';
import { numberSql, whereSql } from '../frame/where-sql.ts';
import { millisecondsOf } from '../frame/where-values.ts';
import type { CheckName } from './checks.ts';
import type { ColumnSchema, RuleSchema } from './schema.ts';

export interface RowCheck {
  readonly check: CheckName;
  /** A column, or a rule. */
  readonly subject: string;
  /** Key of the column's schema that sets the limit; undefined for a rule. */
  readonly key: string | undefined;
  /** Which rows are judged. */
  readonly applies: string;
  /** Which of these are wrong. */
  readonly wrong: string;
  /** Share of the judged rows that may be wrong. */
  readonly tolerated: number;
  readonly limit: Json;
  /** What the wrong ones are: `values are not of type int64`. */
  readonly what: string;
}

/** All that `schema` asks of single cells of `column`. */
export function columnChecks(column: StagedColumn, schema: ColumnSchema): readonly RowCheck[] {
  const tolerated = 1 - (schema.mostly ?? 1);
  const make = (
    check: CheckName,
    key: string,
    parts: Pick<RowCheck, 'wrong' | 'limit' | 'what'> & Partial<RowCheck>,
  ): RowCheck => ({
    check,
    subject: column.name,
    key,
    applies: fits(column),
    tolerated,
    ...parts,
  });
  const checks: RowCheck[] = [];
  if (schema.type !== undefined)
    checks.push(
      make('UNEXPECTED_DATA_TYPE', 'type', {
        applies: `${column.text} IS NOT NULL`,
        wrong: column.bad,
        limit: schema.type,
        what: `not of type ${schema.type}`,
      }),
    );
  if (schema.values !== undefined)
    checks.push(
      make('ENUM_TYPE_UNEXPECTED_STRING_VALUES', 'values', {
        wrong: `NOT (${inDomain(column, schema.values)})`,
        tolerated: Math.max(tolerated, 1 - (schema.min_domain_mass ?? 1)),
        limit: schema.min_domain_mass ?? 1,
        what: `not among the ${schema.values.length} values of the schema`,
      }),
    );
  return [...checks, ...boundChecks(column, schema, make), ...textChecks(column, schema, make)];
}

type Make = (
  check: CheckName,
  key: string,
  parts: Pick<RowCheck, 'wrong' | 'limit' | 'what'> & Partial<RowCheck>,
) => RowCheck;

/** There is a value, and it is of the column's type. */
function fits(column: StagedColumn): string {
  return `${column.text} IS NOT NULL AND NOT ${column.bad}`;
}

/** Numbers are compared as numbers: 1.0 is among [1, 2]. */
function inDomain(column: StagedColumn, values: NonNullable<ColumnSchema['values']>): string {
  if (column.kind === 'categorical')
    return `${column.text} IN (${values.map((value) => literal(String(value))).join(', ')})`;
  const numbers = values.map((value) => numberIn(column, value)).filter((value) => !Number.isNaN(value));
  return numbers.length === 0 ? 'false' : `${column.number} IN (${numbers.map(numberSql).join(', ')})`;
}

function numberIn({ kind }: StagedColumn, value: string | number | boolean): number {
  if (kind === 'boolean')
    return /^true$/i.test(String(value)) ? 1 : /^false$/i.test(String(value)) ? 0 : Number.NaN;
  return kind === 'datetime' ? millisecondsOf(String(value)) : Number(value);
}

const TOO_SMALL = {
  int64: 'INT_TYPE_SMALL_INT',
  float64: 'FLOAT_TYPE_SMALL_FLOAT',
  datetime: 'TIME_TOO_EARLY',
} as const;
const TOO_BIG = {
  int64: 'INT_TYPE_BIG_INT',
  float64: 'FLOAT_TYPE_BIG_FLOAT',
  datetime: 'TIME_TOO_LATE',
} as const;

function boundChecks(column: StagedColumn, schema: ColumnSchema, make: Make): RowCheck[] {
  const { type } = column;
  if (type === 'string' || type === 'bool') return [];
  const number = (bound: number | string): string =>
    numberSql(typeof bound === 'number' ? bound : millisecondsOf(bound));
  // An infinity that may not be has an anomaly of its own.
  const counts = type === 'float64' && schema.infinite !== true ? `isfinite(${column.number}) AND ` : '';
  const late = type === 'datetime';
  const checks: RowCheck[] = [];
  if (schema.min !== undefined)
    checks.push(
      make(TOO_SMALL[type], 'min', {
        wrong: `${counts}${column.number} < ${number(schema.min)}`,
        limit: schema.min,
        what: `${late ? 'before' : 'under'} ${schema.min}`,
      }),
    );
  if (schema.max !== undefined)
    checks.push(
      make(TOO_BIG[type], 'max', {
        wrong: `${counts}${column.number} > ${number(schema.max)}`,
        limit: schema.max,
        what: `${late ? 'after' : 'over'} ${schema.max}`,
      }),
    );
  if (type === 'float64' && schema.infinite !== true)
    checks.push(
      make('FLOAT_TYPE_HAS_INF', 'infinite', {
        wrong: `NOT isfinite(${column.number})`,
        limit: false,
        what: 'infinite',
      }),
    );
  return checks;
}

function textChecks(column: StagedColumn, schema: ColumnSchema, make: Make): RowCheck[] {
  if (column.type !== 'string') return [];
  const { regex, length } = schema;
  const checks: RowCheck[] = [];
  if (regex !== undefined)
    checks.push(
      make('STRING_REGEX_MISMATCH', 'regex', {
        wrong: `NOT regexp_matches(${column.text}, ${literal(regex)})`,
        limit: regex,
        what: `not like ${regex}`,
      }),
    );
  if (length?.min !== undefined)
    checks.push(
      make('STRING_TOO_SHORT', 'length', {
        wrong: `length(${column.text}) < ${length.min}`,
        limit: length.min,
        what: `shorter than ${length.min} characters`,
      }),
    );
  if (length?.max !== undefined)
    checks.push(
      make('STRING_TOO_LONG', 'length', {
        wrong: `length(${column.text}) > ${length.max}`,
        limit: length.max,
        what: `longer than ${length.max} characters`,
      }),
    );
  return checks;
}

/**
 * A rule between columns. A row that has no value in one of them is not judged, unless the rule itself asks for a
 * missing value there (`end = null or start <= end`).
 */
export function ruleCheck(
  { rule, where, mostly }: RuleSchema,
  columnOf: (name: string) => StagedColumn,
): RowCheck {
  const parsed = parseWhere(rule);
  const asked = askedForNull(parsed.expression);
  const needed = columnsOf(parsed).filter((name) => !asked.has(name));
  const applies = [
    ...needed.map((name) => fits(columnOf(name))),
    ...(where === undefined ? [] : [whereSql(parseWhere(where).expression, columnOf)]),
  ];
  return {
    check: 'RULE_BROKEN',
    subject: rule,
    key: undefined,
    applies: applies.length === 0 ? 'true' : applies.join(' AND '),
    wrong: `NOT ${whereSql(parsed.expression, columnOf)}`,
    tolerated: 1 - (mostly ?? 1),
    limit: mostly ?? 1,
    what: where === undefined ? 'against the rule' : `against the rule, where ${where}`,
  };
}

function askedForNull(expression: Expression): ReadonlySet<string> {
  if (expression.kind === 'not') return askedForNull(expression.term);
  if (expression.kind !== 'compare')
    return new Set(expression.terms.flatMap((term) => [...askedForNull(term)]));
  const [a, b] = [expression.left, expression.right];
  const isNull = (side: typeof a): boolean => side.kind === 'literal' && side.value === null;
  const names = [a, b].flatMap((side) => (side.kind === 'column' ? [side.name] : []));
  return new Set(isNull(a) || isNull(b) ? names : []);
}
