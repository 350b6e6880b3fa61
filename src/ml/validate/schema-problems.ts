// What a schema says that cannot be, beyond its shape: bounds the wrong way round, keys that do not go with a type, columns
// and expressions that nothing answers to.
import { MlopsError } from '../../core/failure.ts';
import type { Problem } from '../../core/shape.ts';
import { suggest } from '../../util/suggest.ts';
import { columnsOf, parseWhere } from '../frame/where.ts';
import type { Bounds, ColumnSchema, Schema } from './schema.ts';

/** Paths lead from the top of the schema. */
export function schemaProblems(schema: Schema): readonly Problem[] {
  const known = [...schema.columns.keys()];
  return [
    ...boundsProblems(schema.rows, ['rows']),
    ...boundsProblems(schema.rows_against, ['rows_against']),
    ...[...schema.columns].flatMap(([name, column]) => columnProblems(column, ['columns', name])),
    ...schema.unique.flatMap((names, at) => names.flatMap((name) => unknown(name, known, ['unique', at]))),
    ...schema.rules.flatMap(({ rule, where }, at) =>
      [rule, ...(where === undefined ? [] : [where])].flatMap((text) =>
        expressionProblems(text, known, ['rules', at]),
      ),
    ),
    ...schema.freshness.flatMap(({ column, of }, at) =>
      [column, ...(of === undefined ? [] : [of])].flatMap((name) => unknown(name, known, ['freshness', at])),
    ),
  ];
}

type Path = Problem['path'];

function boundsProblems({ min, max }: Bounds, path: Path): Problem[] {
  return min !== undefined && max !== undefined && min > max
    ? [{ path, message: `min ${min} is over max ${max}` }]
    : [];
}

function columnProblems(column: ColumnSchema, path: Path): Problem[] {
  const { type, min, max, values } = column;
  const problems: Problem[] = [
    ...boundsProblems(column.length ?? {}, [...path, 'length']),
    ...boundsProblems(column.distinct ?? {}, [...path, 'distinct']),
  ];
  const add = (key: string, message: string, help?: string): void => {
    problems.push({ path: [...path, key], message, ...(help === undefined ? {} : { help }) });
  };
  for (const [key, limit] of [
    ['min', min],
    ['max', max],
  ] as const) {
    if (limit === undefined) continue;
    if (type === 'string' || type === 'bool') add(key, `a column of type ${type} has no ${key}`);
    else if (type === 'datetime' && !isDate(limit))
      add(key, `${key} of a datetime is a date: "2012-01-31"`, 'ISO 8601, in quotes');
    else if (type !== 'datetime' && typeof limit === 'string' && !isDate(limit))
      add(key, `"${limit}" is neither a number nor a date`);
    else if ((type === 'int64' || type === 'float64') && typeof limit === 'string')
      add(key, `${key} of a column of type ${type} is a number`);
  }
  if (min !== undefined && max !== undefined && typeof min === typeof max && min > max)
    add('min', `min ${min} is over max ${max}`);
  if (column.regex !== undefined && !isRegex(column.regex))
    add(
      'regex',
      `"${column.regex}" is no regular expression that RE2 reads`,
      'without lookaround and back references',
    );
  for (const key of ['regex', 'length'] as const)
    if (column[key] !== undefined && type !== undefined && type !== 'string')
      add(key, `${key} is for text, and the type is ${type}`);
  if (values && new Set(values.map(String)).size < values.length) add('values', 'a value stands twice');
  if (column.min_domain_mass !== undefined && !values)
    add('min_domain_mass', 'min_domain_mass needs "values"');
  if (column.nullable === false && (column.min_fraction ?? 1) < 1)
    add('nullable', `nullable: false contradicts min_fraction: ${column.min_fraction}`);
  if (column.in_environment && column.not_in_environment)
    add('not_in_environment', 'in_environment and not_in_environment exclude each other');
  return problems;
}

function isDate(limit: number | string): boolean {
  return (
    typeof limit === 'string' && /^\d{4}-\d\d(-\d\d.*)?$/.test(limit) && !Number.isNaN(Date.parse(limit))
  );
}

/** RE2 is JavaScript's syntax but for what needs to look back: nearly; what is left DuckDB refuses, by the column's name. */
function isRegex(text: string): boolean {
  if (/\(\?<?[=!]|\\[1-9]/.test(text)) return false;
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}

function expressionProblems(text: string, known: readonly string[], path: Path): Problem[] {
  try {
    return columnsOf(parseWhere(text)).flatMap((name) => unknown(name, known, path));
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    const { message, help } = error.failures[0]!;
    return [{ path, message: message.replace(/^where: /, ''), ...(help === undefined ? {} : { help }) }];
  }
}

function unknown(name: string, known: readonly string[], path: Path): Problem[] {
  if (known.includes(name)) return [];
  const near = suggest(name, known);
  return [
    {
      path,
      message: `column "${name}" is not among the columns of the schema`,
      help: near ? `did you mean "${near}"?` : `its columns: ${known.slice(0, 30).join(', ')}`,
    },
  ];
}
