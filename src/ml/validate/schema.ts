// What a data set has to look like: `mlops.schema/1`, written by people or inferred. The vocabulary of anomalies is that
// of TensorFlow Data Validation.
//
//   format: mlops.schema/1
//   rows: {min: 1000}
//   columns:
//     season: {type: string, nullable: false, values: [spring, summer, fall, winter]}
//     temp: {type: float64, min: -20, max: 45}
//   rules: ['temp_min <= temp_max']
import type { JsonObject } from '../../core/json.ts';
import {
  atLeast,
  bool,
  count,
  described,
  either,
  list,
  map,
  number,
  object,
  type Shape,
  share,
  text,
  word,
} from '../../core/shape.ts';
import type { CellType } from '../frame/frame.ts';

export const SCHEMA_FORMAT = 'mlops.schema/1';

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** Every key may be left out: what is not said is not checked, except that a column has to be there. */
export interface ColumnSchema {
  readonly type?: CellType;
  /** The column is there, with at least one value. Default true. */
  readonly required?: boolean;
  /** Rows without a value are allowed. Default true. */
  readonly nullable?: boolean;
  /** Share of rows with a value, at least. */
  readonly min_fraction?: number;
  /** Rows with a value, at least. */
  readonly min_count?: number;
  /** All that the column may hold, as written in the file: `3`, `true`, `2012-01-02`. */
  readonly values?: readonly (string | number | boolean)[];
  /** Share of the values that are in `values`, at least. Default 1. */
  readonly min_domain_mass?: number;
  /** Inclusive. Dates as ISO text. */
  readonly min?: number | string;
  readonly max?: number | string;
  /** Infinities are allowed in a float64 column. Default false. */
  readonly infinite?: boolean;
  /** No value twice. */
  readonly unique?: boolean;
  /** How many different values there are. */
  readonly distinct?: Bounds;
  /** Found anywhere in the text, as RE2 reads it: anchor it with ^ and $. */
  readonly regex?: string;
  /** In code points. */
  readonly length?: Bounds;
  /** Share of the values that every check of single values must find right, at least. Default 1. */
  readonly mostly?: number;
  /** Further words that mean "no value". */
  readonly null_values?: readonly string[];
  readonly in_environment?: readonly string[];
  readonly not_in_environment?: readonly string[];
  /** How far the distribution may be from that of the data compared with. */
  readonly drift?: { readonly infinity_norm?: number; readonly jensen_shannon?: number };
  readonly about?: string;
}

export interface RuleSchema {
  readonly rule: string;
  readonly where?: string;
  readonly mostly?: number;
  readonly about?: string;
}

export interface FreshnessSchema {
  readonly column: string;
  /** An ISO duration: P7D, PT12H. */
  readonly within: string;
  /** Another column whose newest value is the reference; without it the option `now`. */
  readonly of?: string;
}

export interface Schema {
  readonly rows: Bounds;
  /** Rows as a share of those of the data compared with. */
  readonly rows_against: Bounds;
  readonly allow_extra: boolean;
  readonly columns: ReadonlyMap<string, ColumnSchema>;
  readonly unique: readonly (readonly string[])[];
  readonly rules: readonly RuleSchema[];
  readonly freshness: readonly FreshnessSchema[];
}

const counts = object({ min: count(0), max: count(0) });
const limit = either('a number or ISO date', number, text);
const environments = list(text, 1);
const DURATION = /^P(?=.)(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/;

const columnShape: Shape = object({
  type: word('int64', 'float64', 'bool', 'datetime', 'string'),
  required: bool,
  nullable: bool,
  min_fraction: share,
  min_count: count(0),
  values: list(either('text, a number, true or false', text, number, bool), 1),
  min_domain_mass: share,
  min: limit,
  max: limit,
  infinite: bool,
  unique: bool,
  distinct: counts,
  regex: text,
  length: counts,
  mostly: share,
  null_values: list(text),
  in_environment: environments,
  not_in_environment: environments,
  drift: object({ infinity_norm: share, jensen_shannon: share }),
  about: text,
});

const ruleShape: Shape = either(
  'an expression, or a map with "rule"',
  text,
  object({ rule: text, where: text, mostly: share, about: text }, ['rule']),
);

export const schemaShape: Shape = object(
  {
    format: { kind: 'string', oneOf: [SCHEMA_FORMAT] },
    about: text,
    rows: counts,
    rows_against: object({ min: atLeast(0), max: atLeast(0) }),
    allow_extra: bool,
    columns: map(columnShape),
    unique: list(list(text, 1)),
    rules: list(ruleShape),
    freshness: list(
      object({ column: text, within: described('an ISO duration such as P7D', durationShape()), of: text }, [
        'column',
        'within',
      ]),
    ),
  },
  ['format', 'columns'],
);

function durationShape(): Shape {
  return { kind: 'string', pattern: DURATION, expect: 'a duration such as P7D or PT12H' };
}

/** Parses what `schemaShape` has checked. */
export function schemaOf(json: JsonObject): Schema {
  const get = <T>(key: string, otherwise: T): T => (json[key] as T | undefined) ?? otherwise;
  return {
    rows: get<Bounds>('rows', {}),
    rows_against: get<Bounds>('rows_against', {}),
    allow_extra: get('allow_extra', false),
    columns: new Map(Object.entries(get<{ readonly [name: string]: ColumnSchema }>('columns', {}))),
    unique: get<readonly (readonly string[])[]>('unique', []),
    rules: get<readonly (string | RuleSchema)[]>('rules', []).map((each) =>
      typeof each === 'string' ? { rule: each } : each,
    ),
    freshness: get<readonly FreshnessSchema[]>('freshness', []),
  };
}

/** Whether a column has to be looked at in `environment`; null is every environment. */
export function isIn(column: ColumnSchema, environment: string | null): boolean {
  if (environment === null) return true;
  if (column.in_environment && !column.in_environment.includes(environment)) return false;
  return !column.not_in_environment?.includes(environment);
}

/** `P1DT2H` → milliseconds. Fits the shape. */
export function durationMs(text_: string): number {
  const [, weeks, days, , hours, minutes, seconds] = DURATION.exec(text_)!;
  const amount = (part: string | undefined): number => (part === undefined ? 0 : Number.parseInt(part, 10));
  const whole = (amount(weeks) * 7 + amount(days)) * 24 + amount(hours);
  return ((whole * 60 + amount(minutes)) * 60 + amount(seconds)) * 1000;
}
