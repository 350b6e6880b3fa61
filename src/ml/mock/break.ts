// Tables that break a schema in one place each: for tests of whatever has to notice.
import { randomFrom } from '../../util/random.ts';
import { columnsOf, parseWhere } from '../frame/where.ts';
import type { CheckName } from '../validate/checks.ts';
import { isIn, type Schema } from '../validate/schema.ts';
import { type Cell, type ColumnValues, columnValues } from './column-values.ts';
import { brokenBy, type MockOptions, type MockTable, mockTable } from './mock.ts';

export interface BrokenTable {
  /** `hr.INT_TYPE_BIG_INT`: what is broken, and by which anomaly it is told. */
  readonly name: string;
  readonly check: CheckName;
  readonly subject: string;
  readonly table: MockTable;
}

/**
 * One table for each thing that `schema` asks, which breaks that and is meant to break no other; whoever needs to be sure
 * validates it. `table` satisfies the schema.
 */
export function breakTable(schema: Schema, table: MockTable, options: MockOptions): readonly BrokenTable[] {
  const { environment, seed } = options;
  const columns = [...schema.columns]
    .filter(([name, column]) => isIn(column, environment) && table.has(name))
    .map(([name, column]) => columnValues(name, column));
  return [
    ...columns.flatMap((column) =>
      breakColumn(column, table).map((each) => ({
        ...each,
        table: outOfRules(each.table, table, column.name, schema),
      })),
    ),
    ...schema.rules.flatMap((rule) => breakRule(rule, columns, table, seed)),
    ...schema.unique.flatMap((key) => repeat('KEY_NOT_UNIQUE', key, table)),
    ...breakShape(schema, columns, table, options),
  ];
}

function broken(check: CheckName, subject: string, table: MockTable): BrokenTable {
  return { name: `${subject}.${check}`, check, subject, table };
}

/** A changed row is judged by no rule of its column: what the rule compares with has no value there, where that is allowed. */
function outOfRules(changed: MockTable, before: MockTable, name: string, schema: Schema): MockTable {
  const rules = schema.rules
    .map(({ rule }) => columnsOf(parseWhere(rule)))
    .filter((names) => names.includes(name));
  const others = [...new Set(rules.flat())].filter(
    (other) => other !== name && schema.columns.get(other)?.nullable !== false && changed.has(other),
  );
  const rows = changed.get(name)!.flatMap((cell, row) => (cell === before.get(name)![row] ? [] : [row]));
  const emptied = (cells: readonly Cell[]): readonly Cell[] =>
    cells.map((cell, row) => (rows.includes(row) ? null : cell));
  return new Map([...changed].map(([key, cells]) => [key, others.includes(key) ? emptied(cells) : cells]));
}

/** As many rows as have to be wrong for a column that tolerates some; from the last row up. */
function withCells(table: MockTable, name: string, cell: Cell, tolerated: number): MockTable {
  const cells = [...table.get(name)!];
  const values = cells.filter((each) => each !== null).length;
  const count = Math.min(cells.length, Math.floor(tolerated * values + 1e-9) + 1);
  for (let at = 0, changed = 0; changed < count && at < cells.length; at++) {
    const row = cells.length - 1 - at;
    if (cells[row] === null && cell !== null) continue;
    cells[row] = cell;
    changed++;
  }
  return new Map([...table].map(([key, each]) => [key, key === name ? cells : each]));
}

function breakColumn(column: ColumnValues, table: MockTable): BrokenTable[] {
  const { name, schema, type } = column;
  const tolerated = 1 - (schema.mostly ?? 1);
  const put = (check: CheckName, cell: Cell, share = tolerated): BrokenTable =>
    broken(check, name, withCells(table, name, cell, share));
  const made: BrokenTable[] = [];
  if (schema.type !== undefined && type !== 'string') made.push(put('UNEXPECTED_DATA_TYPE', 'not a value'));
  if (schema.values)
    made.push(
      put(
        'ENUM_TYPE_UNEXPECTED_STRING_VALUES',
        strangerOf(column),
        Math.max(tolerated, 1 - (schema.min_domain_mass ?? 1)),
      ),
    );
  if (typeof schema.min === 'number')
    made.push(
      put(type === 'int64' ? 'INT_TYPE_SMALL_INT' : 'FLOAT_TYPE_SMALL_FLOAT', String(schema.min - 1)),
    );
  if (typeof schema.max === 'number')
    made.push(put(type === 'int64' ? 'INT_TYPE_BIG_INT' : 'FLOAT_TYPE_BIG_FLOAT', String(schema.max + 1)));
  if (typeof schema.min === 'string') made.push(put('TIME_TOO_EARLY', '1000-01-01'));
  if (typeof schema.max === 'string') made.push(put('TIME_TOO_LATE', '9000-01-01'));
  if (type === 'float64' && schema.infinite !== true) made.push(put('FLOAT_TYPE_HAS_INF', 'inf'));
  if (schema.length?.min !== undefined && schema.length.min > 1)
    made.push(put('STRING_TOO_SHORT', 'x'.repeat(schema.length.min - 1)));
  if (schema.length?.max !== undefined) made.push(put('STRING_TOO_LONG', 'x'.repeat(schema.length.max + 1)));
  const unlike = schema.regex === undefined ? undefined : unlikeRegex(column);
  if (unlike !== undefined) made.push(put('STRING_REGEX_MISMATCH', unlike));
  const fraction = schema.nullable === false ? 1 : (schema.min_fraction ?? 0);
  if (fraction > 0)
    made.push(broken('FEATURE_TYPE_LOW_FRACTION_PRESENT', name, withoutValues(table, name, fraction)));
  if (schema.unique) made.push(...repeat('VALUES_NOT_UNIQUE', [name], table));
  return made;
}

/** Of the column's type, and in no domain. */
function strangerOf({ type, schema }: ColumnValues): string {
  const values = schema.values!;
  if (type === 'datetime') return '1999-12-31';
  if (type === 'bool') return values.map(String).includes('true') ? 'false' : 'true';
  if (type === 'string') return `not ${String(values[0])}`;
  return String(Math.max(...values.map(Number)) + 1);
}

function unlikeRegex({ schema }: ColumnValues): string | undefined {
  const size = schema.length?.min ?? 1;
  const tries = ['?', '!', '0', 'x', ' '].map((char) => char.repeat(Math.max(1, size)));
  return tries.find((text) => !new RegExp(schema.regex!, 'u').test(text));
}

/** One row fewer than has to have a value. */
function withoutValues(table: MockTable, name: string, fraction: number): MockTable {
  const cells = [...table.get(name)!];
  const keep = Math.ceil(fraction * cells.length - 1e-9) - 1;
  let left = cells.filter((each) => each !== null).length;
  for (let row = cells.length - 1; row >= 0 && left > keep; row--)
    if (cells[row] !== null) {
      cells[row] = null;
      left--;
    }
  return new Map([...table].map(([key, each]) => [key, key === name ? cells : each]));
}

/** The last row says of these columns what the first one with all of them says. */
function repeat(check: CheckName, names: readonly string[], table: MockTable): BrokenTable[] {
  if (names.some((name) => !table.has(name))) return [];
  const cells = names.map((name) => table.get(name)!);
  const first = cells[0]!.findIndex((_, row) => cells.every((each) => each[row] !== null));
  const last = cells[0]!.length - 1;
  if (first < 0 || first === last) return [];
  const changed = new Map(table);
  for (const name of names) changed.set(name, table.get(name)!.with(last, table.get(name)![first]!));
  return [broken(check, names.join(', '), changed)];
}

const TRIES = 500;

/** Looks for values of its columns, each allowed by itself, that break the rule in the last row. */
function breakRule(
  rule: Schema['rules'][number],
  columns: readonly ColumnValues[],
  table: MockTable,
  seed: number,
): BrokenTable[] {
  const read = columnsOf(parseWhere(rule.rule));
  const names = [
    ...new Set([...read, ...(rule.where === undefined ? [] : columnsOf(parseWhere(rule.where)))]),
  ];
  const byName = new Map(columns.map((column) => [column.name, column]));
  if (names.some((name) => !byName.has(name)) || (rule.mostly ?? 1) < 1) return [];
  const random = randomFrom(seed);
  const rows = [...table.values()][0]!.length;
  for (let tries = 0; tries < TRIES; tries++) {
    const row = new Map(names.map((name) => [name, [byName.get(name)!.make(random, rows + tries)]]));
    if (brokenBy(rule, columns, row).length === 0) continue;
    const changed = [...table].map(
      ([name, cells]) => [name, row.has(name) ? cells.with(rows - 1, row.get(name)![0]!) : cells] as const,
    );
    return [broken('RULE_BROKEN', rule.rule, new Map(changed))];
  }
  return [];
}

function breakShape(
  schema: Schema,
  columns: readonly ColumnValues[],
  table: MockTable,
  options: MockOptions,
): BrokenTable[] {
  const rows = [...table.values()][0]!.length;
  const { min, max } = schema.rows;
  const ofRows = (count: number): MockTable =>
    mockTable({ ...schema, rows: {} }, { ...options, rows: count });
  const used = new Set([
    ...schema.unique.flat(),
    ...schema.freshness.flatMap(({ column, of }) => [column, of ?? column]),
  ]);
  const droppable = columns.find(({ name, schema: { required } }) => required !== false && !used.has(name));
  return [
    ...(min !== undefined && min > 1 ? [broken('DATASET_LOW_NUM_EXAMPLES', 'rows', ofRows(min - 1))] : []),
    ...(max !== undefined ? [broken('DATASET_HIGH_NUM_EXAMPLES', 'rows', ofRows(max + 1))] : []),
    ...(schema.allow_extra
      ? []
      : [
          broken(
            'SCHEMA_NEW_COLUMN',
            'unexpected',
            new Map([...table, ['unexpected', Array<Cell>(rows).fill('x')]]),
          ),
        ]),
    ...(droppable && table.size > 1
      ? [
          broken(
            'SCHEMA_MISSING_COLUMN',
            droppable.name,
            new Map([...table].filter(([name]) => name !== droppable.name)),
          ),
        ]
      : []),
  ];
}
