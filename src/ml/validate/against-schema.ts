// What a schema has to say of a data set: all of its checks in one pass, and a second one where something is wrong, to
// find the lines.
import type { Json } from '../../core/json.ts';
import { formatCount } from '../../util/units.ts';
import type { Database } from '../frame/duckdb.ts';
import type { Staged, StagedColumn } from '../frame/staged.ts';
import { anomaly, counted, percentOf } from './anomaly.ts';
import type { CheckName } from './checks.ts';
import { locate } from './locate.ts';
import { Questions } from './questions.ts';
import type { Anomaly } from './report.ts';
import { columnChecks, type RowCheck, ruleCheck } from './row-checks.ts';
import { type ColumnSchema, isIn, type Schema } from './schema.ts';

export interface Judged {
  readonly findings: readonly Anomaly[];
  readonly checks: number;
  readonly rows: number;
  /** Rows with a value, by column of the data. */
  readonly present: ReadonlyMap<string, number>;
  /** How many checks were made of each column. */
  readonly made: ReadonlyMap<string, number>;
}

export interface Judging {
  readonly environment: string | null;
  /** Anomalies that only warn. */
  readonly warn: readonly string[];
  /** Fewer rows than this name no value. */
  readonly minCount: number;
}

export async function judgeBySchema(
  database: Database,
  table: Staged,
  schema: Schema,
  judging: Judging,
): Promise<Judged> {
  const questions = new Questions();
  const rows = questions.ask('count(*)');
  const present = new Map(
    table.columns.map(({ name, text }) => [name, questions.ask(`count(${text})`)] as const),
  );
  const asked = [...schema.columns].filter(([, column]) => isIn(column, judging.environment));
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const here = asked.flatMap(([name, column]) =>
    byName.has(name) ? [{ staged: byName.get(name)!, column }] : [],
  );
  const single = [
    ...here.flatMap(({ staged, column }) => columnChecks(staged, column)),
    ...rulesHere(schema, byName),
  ].map((check) => askRows(check, questions));
  const distinct = here
    .filter(({ column }) => column.distinct !== undefined)
    .map(({ staged, column }) => ({
      name: staged.name,
      bounds: column.distinct!,
      values: questions.ask(`count(DISTINCT ${staged.text})`),
    }));
  await questions.answer(database, table.from);
  const total = rows() ?? 0;
  const presence = here.flatMap(({ staged, column }) =>
    presenceOf(staged, column, present.get(staged.name)!() ?? 0, total),
  );
  const wrong = single.filter((each) => isOver(each));
  const findings = [
    ...shapeFindings(table, schema, asked, judging),
    ...rowCountFindings(total, schema, judging),
    // Without a row nothing else can be said.
    ...(total === 0 ? [] : await presenceFindings(database, table, presence, judging)),
    ...(await rowFindings(database, table, wrong, byName, judging)),
    ...distinct.flatMap((each) => distinctFinding(each, each.values() ?? 0, judging)),
  ];
  const made = new Map<string, number>();
  for (const [name] of asked) made.set(name, 1);
  for (const { check } of single)
    if (check.key !== undefined) made.set(check.subject, (made.get(check.subject) ?? 0) + 1);
  for (const { name } of distinct) made.set(name, (made.get(name) ?? 0) + 1);
  const rules = single.filter(({ check }) => check.key === undefined).length;
  const checks = [...made.values()].reduce((sum, each) => sum + each, 0) + rules + 1;
  return {
    findings,
    checks,
    rows: total,
    present: new Map([...present].map(([name, of]) => [name, of() ?? 0])),
    made,
  };
}

/** Rules between columns that are all here: of one that is missing its own finding speaks. */
function rulesHere(schema: Schema, byName: ReadonlyMap<string, StagedColumn>): RowCheck[] {
  const absent = Symbol('absent');
  return schema.rules.flatMap((rule) => {
    try {
      return [
        ruleCheck(rule, (name) => {
          const column = byName.get(name);
          if (!column) throw absent;
          return column;
        }),
      ];
    } catch (error) {
      if (error !== absent) throw error;
      return [];
    }
  });
}

interface Asked {
  readonly check: RowCheck;
  readonly judged: () => number | null;
  readonly wrong: () => number | null;
}

function askRows(check: RowCheck, questions: Questions): Asked {
  return {
    check,
    judged: questions.ask(`count(*) FILTER (WHERE ${check.applies})`),
    wrong: questions.ask(`count(*) FILTER (WHERE ${wrongRows(check)})`),
  };
}

function wrongRows({ applies, wrong }: RowCheck): string {
  return `(${applies}) AND (${wrong})`;
}

/** Shares are sums of rounded numbers. */
const TINY = 1e-12;

function isOver({ check, judged, wrong }: Asked): boolean {
  const [all, bad] = [judged() ?? 0, wrong() ?? 0];
  return bad > 0 && bad / all > check.tolerated + TINY;
}

function shapeFindings(
  table: Staged,
  schema: Schema,
  asked: readonly (readonly [string, ColumnSchema])[],
  { warn, environment }: Judging,
): Anomaly[] {
  const here = new Set(table.names);
  const missing = asked
    .filter(([name, { required }]) => required !== false && !here.has(name))
    .map(([name]) =>
      anomaly('SCHEMA_MISSING_COLUMN', name, warn, {
        message: 'the column is not in the data',
        value: false,
        limit: true,
        accept: `${name}.required`,
      }),
    );
  if (schema.allow_extra) return missing;
  const known = new Set(asked.map(([name]) => name));
  const extra = table.names.filter((name) => !known.has(name));
  return [
    ...missing,
    ...extra.map((name) =>
      anomaly('SCHEMA_NEW_COLUMN', name, warn, {
        message: schema.columns.has(name)
          ? `the column does not belong to ${environment}`
          : 'the column is not in the schema',
        value: true,
        limit: false,
        accept: schema.columns.has(name) ? `${name}.environment` : name,
      }),
    ),
  ];
}

function rowCountFindings(rows: number, schema: Schema, { warn }: Judging): Anomaly[] {
  const { min, max } = schema.rows;
  const make = (check: CheckName, message: string, limit: Json, accept: string | null): Anomaly =>
    anomaly(check, 'rows', warn, { message, value: rows, limit, accept });
  if (rows === 0)
    return [make('DATASET_LOW_NUM_EXAMPLES', 'the data have no row', Math.max(1, min ?? 1), null)];
  if (min !== undefined && rows < min)
    return [
      make(
        'DATASET_LOW_NUM_EXAMPLES',
        `${formatCount(rows)} rows are fewer than ${formatCount(min)}`,
        min,
        'rows.min',
      ),
    ];
  if (max !== undefined && rows > max)
    return [
      make(
        'DATASET_HIGH_NUM_EXAMPLES',
        `${formatCount(rows)} rows are more than ${formatCount(max)}`,
        max,
        'rows.max',
      ),
    ];
  return [];
}

/** A column that has too few values. */
interface Absence {
  readonly check: CheckName;
  readonly column: StagedColumn;
  readonly parts: Pick<Anomaly, 'message' | 'value' | 'limit' | 'accept'>;
  /** Rows without a value, and all. */
  readonly missing: number;
  readonly rows: number;
}

/** As TFDV: a column without any value is one anomaly, not three. */
function presenceOf(staged: StagedColumn, column: ColumnSchema, present: number, rows: number): Absence[] {
  const least = column.min_count ?? (column.required === false ? 0 : 1);
  const fraction = column.nullable === false ? 1 : (column.min_fraction ?? 0);
  const make = (check: CheckName, key: string, value: number, limit: number, message: string): Absence[] => [
    {
      check,
      column: staged,
      parts: { message, value, limit, accept: `${staged.name}.${key}` },
      missing: rows - present,
      rows,
    },
  ];
  if (present === 0 && (least > 0 || fraction > 0))
    return make('FEATURE_TYPE_NOT_PRESENT', 'required', 0, Math.max(1, least), 'no row has a value');
  if (present / rows < fraction - TINY) {
    const rest = fraction < 1 ? `; at least ${percentOf(fraction)} have to have one` : '';
    const key = column.nullable === false ? 'nullable' : 'min_fraction';
    const words = counted(rows - present, rows, 'rows', 'without a value') + rest;
    return make('FEATURE_TYPE_LOW_FRACTION_PRESENT', key, present / rows, fraction, words);
  }
  if (present >= least) return [];
  const words = `${formatCount(present)} rows have a value, fewer than ${formatCount(least)}`;
  return make('FEATURE_TYPE_LOW_NUMBER_PRESENT', 'min_count', present, least, words);
}

async function presenceFindings(
  database: Database,
  table: Staged,
  absences: readonly Absence[],
  { warn }: Judging,
): Promise<Anomaly[]> {
  const places = await locate(
    database,
    table,
    absences.map(({ column }) => `${column.text} IS NULL`),
  );
  return absences.map(({ check, column, parts, missing, rows }, at) =>
    anomaly(check, column.name, warn, { ...parts, count: missing, of: rows, places: places[at]! }),
  );
}

async function rowFindings(
  database: Database,
  table: Staged,
  wrong: readonly Asked[],
  byName: ReadonlyMap<string, StagedColumn>,
  { warn, minCount }: Judging,
): Promise<Anomaly[]> {
  const places = await locate(
    database,
    table,
    wrong.map(({ check }) => wrongRows(check)),
  );
  const findings: Anomaly[] = [];
  for (const [at, { check, judged, wrong: bad }] of wrong.entries()) {
    const [all, count] = [judged()!, bad()!];
    const listed = check.key === 'values' ? await unexpectedValues(database, table, check, byName) : [];
    const rest = check.tolerated > TINY ? `; ${percentOf(check.tolerated)} are tolerated` : '';
    findings.push(
      anomaly(check.check, check.subject, warn, {
        message: counted(count, all, check.key === undefined ? 'rows' : 'values', check.what) + rest,
        value: count / all,
        limit: check.limit,
        count,
        of: all,
        places: places[at]!,
        unexpected: listed.filter(([, rows]) => rows >= minCount).slice(0, MOST_VALUES),
        accept: check.key === undefined ? null : `${check.subject}.${check.key}`,
      }),
    );
  }
  return findings;
}

const MOST_VALUES = 20;
/** What an update may take into a schema. */
const ALL_VALUES = 1000;

/** Values outside the domain and how many rows have them: the most frequent first, then by text. */
async function unexpectedValues(
  database: Database,
  table: Staged,
  check: RowCheck,
  byName: ReadonlyMap<string, StagedColumn>,
): Promise<readonly (readonly [string, number])[]> {
  const { text } = byName.get(check.subject)!;
  const found = await database.rows(
    `SELECT ${text}, count(*)::DOUBLE AS n FROM ${table.from} WHERE ${wrongRows(check)} GROUP BY 1 ORDER BY n DESC, 1 LIMIT ${ALL_VALUES}`,
  );
  return found as [string, number][];
}

/** All values of `column` outside its domain; undefined: too many to be one. */
export async function wrongValues(
  database: Database,
  table: Staged,
  column: StagedColumn,
  schema: ColumnSchema,
): Promise<readonly string[] | undefined> {
  const check = columnChecks(column, schema).find(({ key }) => key === 'values')!;
  const found = await unexpectedValues(database, table, check, new Map([[column.name, column]]));
  return found.length < ALL_VALUES ? found.map(([value]) => value) : undefined;
}

function distinctFinding(
  {
    name,
    bounds,
  }: { readonly name: string; readonly bounds: { readonly min?: number; readonly max?: number } },
  values: number,
  { warn }: Judging,
): Anomaly[] {
  const { min, max } = bounds;
  const make = (check: CheckName, words: string, limit: number): Anomaly =>
    anomaly(check, name, warn, {
      message: `${formatCount(values)} different values are ${words} than ${formatCount(limit)}`,
      value: values,
      limit,
      accept: `${name}.distinct`,
    });
  if (min !== undefined && values < min) return [make('FEATURE_TYPE_LOW_UNIQUE', 'fewer', min)];
  return max !== undefined && values > max ? [make('FEATURE_TYPE_HIGH_UNIQUE', 'more', max)] : [];
}
