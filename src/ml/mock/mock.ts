// Made-up rows that satisfy a schema: for tests of code that reads such data, and of what it does at the edges.
import { fail } from '../../core/failure.ts';
import { type Random, randomFrom } from '../../util/random.ts';
import type { Column, Frame } from '../frame/frame.ts';
import { columnsOf, parseWhere, type Where, whereRows } from '../frame/where.ts';
import { millisecondsOf } from '../frame/where-values.ts';
import { boundIn } from '../validate/infer.ts';
import { durationMs, isIn, type RuleSchema, type Schema } from '../validate/schema.ts';
import { type Cell, type ColumnValues, columnValues } from './column-values.ts';

export interface MockOptions {
  /** Undefined: 100, or what the schema asks for. */
  readonly rows?: number | undefined;
  readonly seed: number;
  /** The first rows hold the edges of each column: its bounds, each category, no value where that is allowed. */
  readonly edgeCases: boolean;
  readonly environment: string | null;
  /** The time that freshness counts from. */
  readonly now: string | null;
}

/** Column → its cells, in the order of the schema. All are as long. */
export type MockTable = ReadonlyMap<string, readonly Cell[]>;

export function mockTable(schema: Schema, options: MockOptions): MockTable {
  const columns = [...schema.columns]
    .filter(([, column]) => isIn(column, options.environment))
    .map(([name, column]) => columnValues(name, column));
  if (options.now === null && schema.freshness.some(({ of }) => of === undefined))
    fail('config', 'the schema asks for fresh rows, and nothing says what time it is', {
      help: '--now 2026-01-31; or, in the schema, of: COLUMN',
    });
  if (columns.length === 0) fail('config', 'the schema has no column to make values for');
  const rows = rowCount(schema, columns, options);
  const random = randomFrom(options.seed);
  const table = new Map(columns.map((column) => [column.name, cellsOf(column, rows, options, random)]));
  makeFresh(schema, columns, table, options.now);
  satisfy(schema, columns, table, random);
  return table;
}

const ROWS = 100;

function rowCount(
  schema: Schema,
  columns: readonly ColumnValues[],
  { rows, edgeCases }: MockOptions,
): number {
  const { min = 1, max = Number.POSITIVE_INFINITY } = schema.rows;
  if (rows !== undefined && (rows < min || rows > max))
    fail('config', `the schema asks for ${min} to ${max} rows, not ${rows}`, { help: 'change --rows' });
  const edges = edgeCases ? Math.max(...columns.map((column) => edgeCells(column).length)) : 1;
  // As many as different values that have to be there.
  const distinct = Math.max(...columns.map(({ schema: { distinct: of } }) => of?.min ?? 1));
  return Math.min(max, Math.max(rows ?? ROWS, min, edges, distinct));
}

function edgeCells(column: ColumnValues): readonly Cell[] {
  return mayLack(column.schema) > 0 ? [...column.edges, null] : column.edges;
}

/** Share of rows that may be without a value. */
function mayLack({ nullable, min_fraction: least, required }: ColumnValues['schema']): number {
  if (nullable === false) return 0;
  return 1 - (least ?? (required === false ? 0 : 0.9));
}

function cellsOf(column: ColumnValues, rows: number, { edgeCases }: MockOptions, random: Random): Cell[] {
  const edges = edgeCases && column.schema.unique !== true ? edgeCells(column) : [];
  const share = mayLack(column.schema);
  const most = Math.min(Math.floor(share * rows), rows - (column.schema.min_count ?? 1));
  let missing = edges.includes(null) ? 1 : 0;
  return Array.from({ length: rows }, (_, row) => {
    if (row < edges.length) return edges[row]!;
    // Some rows stay without a value, never so many that the schema objects.
    if (missing < most && row >= distinctRows(column) && random.below(20) === 0) {
      missing++;
      return null;
    }
    return column.make(random, row);
  });
}

/** The first rows show the different values that there have to be. */
function distinctRows({ schema: { distinct, values } }: ColumnValues): number {
  return Math.max(distinct?.min ?? 0, values?.length ?? 0);
}

function makeFresh(
  schema: Schema,
  columns: readonly ColumnValues[],
  table: ReadonlyMap<string, Cell[]>,
  now: string | null,
): void {
  for (const { column, within, of } of schema.freshness) {
    const cells = table.get(column);
    const other = of === undefined ? undefined : table.get(of);
    const reference = other ? newestOf(other) : now === null ? undefined : millisecondsOf(now);
    if (!cells || reference === undefined || reference - newestOf(cells) <= durationMs(within)) continue;
    const value = String(boundIn('datetime', reference));
    if (!columns.find(({ name }) => name === column)!.fits(value))
      fail('config', `column "${column}" cannot be as fresh as the schema asks`, { help: 'widen its max' });
    cells[cells.length - 1] = value;
  }
}

function newestOf(cells: readonly Cell[]): number {
  return cells.reduce(
    (newest, cell) => Math.max(newest, cell === null ? newest : millisecondsOf(cell)),
    Number.NEGATIVE_INFINITY,
  );
}

const ROUNDS = 300;

/** Makes the cells of rows that break a rule or repeat a key again, until none does. */
function satisfy(
  schema: Schema,
  columns: readonly ColumnValues[],
  table: Map<string, Cell[]>,
  random: Random,
): void {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const rules = schema.rules.filter((rule) =>
    columnsOf(parseWhere(rule.rule)).every((name) => byName.has(name)),
  );
  for (let round = 0; round < ROUNDS; round++) {
    const repairs = [
      ...rules.flatMap((rule) => brokenBy(rule, columns, table)),
      ...schema.unique.flatMap((key) => repeatedIn(key, table)),
      ...columns.filter(({ schema: { unique } }) => unique).flatMap(({ name }) => repeatedIn([name], table)),
    ];
    if (repairs.length === 0) return;
    for (const { row, names, where } of repairs) repair(row, names, where, round, byName, table, random);
  }
  fail('config', 'no rows were found that satisfy the rules of the schema', {
    help: `they contradict each other, or hold too rarely: ${schema.rules.map(({ rule }) => rule).join('; ')}`,
  });
}

interface Repair {
  readonly row: number;
  readonly names: readonly string[];
  readonly where: Where | undefined;
}

export function brokenBy(
  { rule, where }: RuleSchema,
  columns: readonly ColumnValues[],
  table: MockTable,
): Repair[] {
  const parsed = parseWhere(rule);
  const names = columnsOf(parsed);
  const frame = frameOf(columns, table, [
    ...names,
    ...(where === undefined ? [] : columnsOf(parseWhere(where))),
  ]);
  const right = new Set(whereRows(parsed, frame));
  const judged = where === undefined ? undefined : new Set(whereRows(parseWhere(where), frame));
  const broken: Repair[] = [];
  for (let row = 0; row < frame.rows; row++) {
    const complete = names.every((name) => table.get(name)![row] !== null);
    if (complete && !right.has(row) && (judged === undefined || judged.has(row)))
      broken.push({ row, names, where: parsed });
  }
  return broken;
}

function repeatedIn(names: readonly string[], table: MockTable): Repair[] {
  const cells = names.flatMap((name) => (table.has(name) ? [table.get(name)!] : []));
  if (cells.length < names.length) return [];
  const seen = new Set<string>();
  return cells[0]!.flatMap((_, row): Repair[] => {
    const key = cells.map((each) => each[row]);
    if (key.includes(null)) return [];
    const text = JSON.stringify(key);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [{ row, names, where: undefined }];
  });
}

/** Two columns that have to be equal are so by chance never: every other round one takes the value of the other. */
function repair(
  row: number,
  names: readonly string[],
  where: Where | undefined,
  round: number,
  byName: ReadonlyMap<string, ColumnValues>,
  table: Map<string, Cell[]>,
  random: Random,
): void {
  const compared = where?.expression;
  if (round % 2 === 1 && compared?.kind === 'compare' && /^[<>]?=$/.test(compared.operator)) {
    const [left, right] = [compared.left, compared.right];
    if (left.kind === 'column') {
      const value = right.kind === 'column' ? table.get(right.name)![row]! : String(right.value);
      if (byName.get(left.name)!.fits(value)) {
        table.get(left.name)![row] = value;
        return;
      }
    }
  }
  for (const name of names) table.get(name)![row] = byName.get(name)!.make(random, row + round * 7919);
}

/** Only the columns that an expression reads. */
function frameOf(columns: readonly ColumnValues[], table: MockTable, names: readonly string[]): Frame {
  const wanted = columns.filter(({ name }) => names.includes(name));
  const rows = [...table.values()][0]!.length;
  return {
    rows,
    columns: new Map(wanted.map((column) => [column.name, columnOf(column, table.get(column.name)!)])),
  };
}

function columnOf({ name, type }: ColumnValues, cells: readonly Cell[]): Column {
  const nulls = cells.filter((cell) => cell === null).length;
  if (type === 'string') {
    const dictionary = [...new Set(cells.filter((cell) => cell !== null))].sort();
    const codeOf = new Map(dictionary.map((text, code) => [text, code]));
    const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : codeOf.get(cell)!));
    return { name, type, kind: 'categorical', nulls, codes, dictionary };
  }
  const kind = type === 'bool' ? 'boolean' : type === 'datetime' ? 'datetime' : 'numeric';
  const number = (cell: string): number =>
    type === 'bool' ? (cell === 'true' ? 1 : 0) : type === 'datetime' ? millisecondsOf(cell) : Number(cell);
  return {
    name,
    type,
    kind,
    nulls,
    values: Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : number(cell))),
  };
}
