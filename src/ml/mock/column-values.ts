// Made-up cells of one column, as its schema allows them.
import { fail } from '../../core/failure.ts';
import { byCodeUnit } from '../../util/compare.ts';
import { type Random, randomFrom } from '../../util/random.ts';
import type { CellType } from '../frame/frame.ts';
import { millisecondsOf } from '../frame/where-values.ts';
import { boundIn } from '../validate/infer.ts';
import type { ColumnSchema } from '../validate/schema.ts';
import { regexTexts } from './regex-text.ts';

/** Cells as they are written into a file; null is no value. */
export type Cell = string | null;

export interface ColumnValues {
  readonly name: string;
  readonly type: CellType;
  readonly schema: ColumnSchema;
  /** Any value; for a column without repetitions the value of this row. */
  make(random: Random, row: number): string;
  /** Values at the edges of what is allowed. */
  readonly edges: readonly string[];
  /** Whether the schema allows the value. */
  fits(value: string): boolean;
}

export function columnValues(name: string, schema: ColumnSchema): ColumnValues {
  const type = typeOf(schema);
  const fits = (value: string): boolean => fitsSchema(value, type, schema);
  const make = within(poolOf(makerOf(name, type, schema), schema), fits, name);
  const edges = [...new Set(edgesOf(type, schema))].filter(fits);
  return { name, type, schema, make, edges: schema.distinct?.max === undefined ? edges : [], fits };
}

/** A column without a type gets the one that its limits speak of. */
function typeOf({ type, values, min, max }: ColumnSchema): CellType {
  if (type !== undefined) return type;
  if (values?.every((value) => typeof value === 'number'))
    return values.every((value) => Number.isInteger(value)) ? 'int64' : 'float64';
  if (values?.every((value) => typeof value === 'boolean')) return 'bool';
  const limit = min ?? max;
  return limit === undefined ? 'string' : typeof limit === 'number' ? 'float64' : 'datetime';
}

type Make = (random: Random, row: number) => string;

function makerOf(name: string, type: CellType, schema: ColumnSchema): Make {
  const { values } = schema;
  if (values) {
    if (schema.unique) return (_, row) => String(values[row] ?? tooFew(name, values.length));
    return (random, row) => String(values[row < values.length ? row : random.below(values.length)]);
  }
  switch (type) {
    case 'bool':
      return (random) => (random.below(2) === 0 ? 'false' : 'true');
    case 'int64':
      return wholeNumbers(name, schema);
    case 'float64':
      return fractions(schema);
    case 'datetime':
      return times(schema);
    case 'string':
      return texts(name, schema);
  }
}

function tooFew(name: string, count: number): never {
  fail('config', `column "${name}" may not repeat a value and has only ${count}`, {
    help: 'ask for fewer rows',
  });
}

function rangeOf({ min, max }: ColumnSchema, span: number): readonly [number, number] {
  const [low, high] = [min, max].map((bound) => (typeof bound === 'string' ? millisecondsOf(bound) : bound));
  if (low === undefined && high === undefined) return [0, span];
  return [low ?? high! - span, high ?? low! + span];
}

function wholeNumbers(name: string, schema: ColumnSchema): Make {
  const [low, high] = rangeOf(schema, 1000).map((each, at) =>
    at === 0 ? Math.ceil(each) : Math.floor(each),
  );
  const count = high! - low! + 1;
  if (!schema.unique) return (random) => String(low! + random.below(Math.min(count, 2 ** 32)));
  return (_, row) => {
    if (schema.max !== undefined && row >= count) tooFew(name, count);
    return String(low! + row);
  };
}

function fractions(schema: ColumnSchema): Make {
  const [low, high] = rangeOf(schema, 100);
  return (random) => String(Number((low + random.unit() * (high - low)).toPrecision(schema.unique ? 15 : 6)));
}

const YEAR = 365 * 24 * 3600 * 1000;
const START = Date.UTC(2024, 0, 1);

function times(schema: ColumnSchema): Make {
  const [from, to] =
    schema.min === undefined && schema.max === undefined ? [START, START + YEAR] : rangeOf(schema, YEAR);
  const second = (ms: number): string =>
    String(boundIn('datetime', Math.min(to, Math.floor(ms / 1000) * 1000)));
  if (schema.unique) return (_, row) => second(Math.ceil(from / 1000) * 1000 + row * 1000);
  return (random) => second(Math.max(from, from + random.unit() * (to - from)));
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

function texts(name: string, { regex, length, unique }: ColumnSchema): Make {
  if (regex !== undefined) {
    const made = regexTexts(regex, name);
    return (random) => made(random);
  }
  const least = Math.max(1, length?.min ?? 3);
  const most = Math.max(least, length?.max ?? least + 5);
  return (random, row) => {
    const size = least + random.below(most - least + 1);
    const random_ = Array.from({ length: size }, () => LETTERS[random.below(26)]).join('');
    if (!unique) return random_;
    const mark = row.toString(36);
    return mark.length > most
      ? tooFew(name, 36 ** most)
      : (random_ + mark).slice(-Math.max(size, mark.length));
  };
}

/** At most as many different values as the schema allows. */
function poolOf(make: Make, { distinct, values }: ColumnSchema): Make {
  const most = distinct?.max;
  if (most === undefined || (values && values.length <= most)) return make;
  const random = randomFrom(most);
  const pool = Array.from({ length: most }, (_, row) => make(random, row)).sort(byCodeUnit);
  return (chance, row) => pool[row < pool.length ? row : chance.below(pool.length)]!;
}

const TRIES = 1000;

/** A regex knows nothing of lengths and bounds: what does not fit is made again. */
function within(make: Make, fits: (value: string) => boolean, name: string): Make {
  return (random, row) => {
    for (let tries = 0; tries < TRIES; tries++) {
      const value = make(random, row);
      if (fits(value)) return value;
    }
    return fail('config', `no value was found that fits all that the schema says of column "${name}"`, {
      help: 'give the column "values"',
    });
  };
}

function fitsSchema(value: string, type: CellType, schema: ColumnSchema): boolean {
  const { values, regex, length, null_values: nulls } = schema;
  if (value === '' || nulls?.includes(value)) return false;
  if (values && !values.some((each) => String(each) === value)) return false;
  if (type === 'string') {
    const size = [...value].length;
    if (regex !== undefined && !new RegExp(regex, 'u').test(value)) return false;
    return size >= (length?.min ?? 0) && size <= (length?.max ?? Number.POSITIVE_INFINITY);
  }
  if (type === 'bool') return true;
  const number = type === 'datetime' ? millisecondsOf(value) : Number(value);
  const bound = (limit: number | string | undefined, otherwise: number): number =>
    limit === undefined ? otherwise : typeof limit === 'string' ? millisecondsOf(limit) : limit;
  if (type === 'int64' && !Number.isInteger(number)) return false;
  if (!Number.isFinite(number) && schema.infinite !== true) return false;
  return (
    number >= bound(schema.min, Number.NEGATIVE_INFINITY) &&
    number <= bound(schema.max, Number.POSITIVE_INFINITY)
  );
}

function edgesOf(type: CellType, { values, min, max, length, infinite }: ColumnSchema): string[] {
  if (values) return values.map(String);
  const bounds = [min, max].flatMap((bound) => (bound === undefined ? [] : [String(bound)]));
  switch (type) {
    case 'bool':
      return ['true', 'false'];
    case 'int64':
      return [...bounds, '0', '1', '-1', '2147483647', '-2147483648', '9007199254740991'];
    case 'float64':
      return [
        ...bounds,
        '0',
        '1',
        '-1',
        '1e-9',
        '0.1',
        '1e15',
        '-1e15',
        ...(infinite ? ['inf', '-inf'] : []),
      ].filter((each) => each !== '');
    case 'datetime':
      return [...bounds, '1970-01-01', '2024-02-29', '2024-12-31T23:59:59.000Z', '2038-01-19T03:14:08.000Z'];
    case 'string': {
      const sizes = [length?.min, length?.max].flatMap((size) => (size ? ['x'.repeat(size)] : []));
      return [
        ...sizes,
        'a',
        'Ünïcödé',
        '中文',
        '🦆',
        'with, comma',
        'say "hi"',
        ' spaces ',
        "it's",
        'NULL',
        '0',
        'x'.repeat(200),
      ];
    }
  }
}
