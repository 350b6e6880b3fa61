// Made-up rows satisfy their schema, whatever it asks; broken ones break what their name says, and nothing else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MlopsError } from '../../../src/core/failure.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { breakTable } from '../../../src/ml/mock/break.ts';
import { type MockOptions, mockTable } from '../../../src/ml/mock/mock.ts';
import { tableText } from '../../../src/ml/mock/table-text.ts';
import { parseSchema } from '../../../src/ml/validate/schema-file.ts';
import { validated } from '../validate/validated.ts';

const OPTIONS: MockOptions = { seed: 1, edgeCases: false, environment: null, now: null };

function schemaOf(json: JsonObject) {
  const text = JSON.stringify({ format: 'mlops.schema/1', ...json });
  return { text, schema: parseSchema(text, 'schema.yaml').schema };
}

/** The names of the anomalies of a table under a schema. */
async function anomalies(
  table: ReturnType<typeof mockTable>,
  text: string,
  options: Partial<MockOptions> = {},
) {
  const { findings } = await validated({
    files: { 'data.csv': tableText(table), 'schema.yaml': text },
    limits: { duplicates: null },
    now: options.now ?? null,
    environment: options.environment ?? null,
  });
  return findings.map(({ subject, check }) => `${subject}.${check}`);
}

const presence = fc.oneof(
  fc.constant({}),
  fc.constant({ nullable: false }),
  fc.constant({ required: false }),
  fc.record({ min_fraction: fc.constantFrom(0, 0.5, 0.9, 1) }),
  fc.record({ min_count: fc.integer({ min: 1, max: 5 }) }),
);
const bounds = (value: fc.Arbitrary<number>) =>
  fc.tuple(value, value).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
const column = fc.oneof(
  fc.record({ type: fc.constant('int64') }),
  bounds(fc.integer({ min: -1e6, max: 1e6 })).map((of) => ({ type: 'int64', ...of })),
  bounds(fc.double({ min: -1e6, max: 1e6, noNaN: true })).map((of) => ({ type: 'float64', ...of })),
  fc.integer({ min: -5, max: 5 }).map((min) => ({ type: 'int64', min, unique: true })),
  fc.constant({ type: 'float64', max: 3, infinite: false }),
  fc.constant({ type: 'bool' }),
  fc.constant({ type: 'datetime' }),
  fc.constant({ type: 'datetime', min: '2012-01-01', max: '2012-12-31' }),
  fc.constant({ type: 'datetime', unique: true }),
  fc.constant({ type: 'string' }),
  fc.constant({ type: 'string', unique: true }),
  fc.constant({ values: [1, 2, 3] }),
  fc
    .uniqueArray(fc.constantFrom('a', 'b c', 'ü', "o'x", '1', 'NA'), { minLength: 1 })
    .map((values) => ({ type: 'string', values })),
  bounds(fc.integer({ min: 1, max: 12 })).map((length) => ({ type: 'string', length })),
  fc.constant({ type: 'string', regex: '^[A-Z]{2}\\d{3}$' }),
  fc
    .record({ min: fc.integer({ min: 1, max: 8 }), max: fc.integer({ min: 8, max: 20 }) })
    .map((distinct) => ({ type: 'int64', distinct })),
);

describe('made-up rows', () => {
  it('satisfy any schema', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.constantFrom('a', 'b', 'c d', 'é'),
          fc.tuple(column, presence).map(([a, b]) => ({ ...a, ...b })),
          { minKeys: 1 },
        ),
        fc.integer({ min: 0, max: 1000 }),
        fc.boolean(),
        async (columns, seed, edgeCases) => {
          const { text, schema } = schemaOf({ columns });
          const table = mockTable(schema, { ...OPTIONS, seed, edgeCases });
          expect(await anomalies(table, text), text).toEqual([]);
        },
      ),
      { numRuns: 15 },
    );
  });

  const FULL: JsonObject = {
    rows: { min: 20, max: 60 },
    columns: {
      id: { type: 'int64', unique: true, nullable: false },
      day: { type: 'datetime', min: '2012-01-01', max: '2012-12-31', nullable: false },
      seen: { type: 'datetime', min: '2012-01-01', max: '2012-12-31' },
      low: { type: 'float64', min: -20, max: 40 },
      high: { type: 'float64', min: -20, max: 45, mostly: 0.9 },
      copy: { type: 'int64', min: 0, max: 9 },
      of: { type: 'int64', min: 0, max: 9 },
      season: { type: 'string', values: ['spring', 'fall'], min_domain_mass: 0.9, min_fraction: 0.5 },
      code: { type: 'string', regex: '^[A-Z]{2}$', length: { min: 2, max: 2 } },
      note: { type: 'string', length: { min: 3, max: 5 } },
      open: { type: 'bool' },
      label: { type: 'int64', values: [0, 1], not_in_environment: ['SERVING'] },
    },
    unique: [['day', 'copy']],
    rules: ['low <= high', 'copy = of', { rule: "season = 'fall'", where: 'low > 39' }],
    freshness: [{ column: 'day', within: 'P1D', of: 'seen' }],
  };

  it('satisfy rules between columns, keys and freshness, with and without edges', async () => {
    const { text, schema } = schemaOf(FULL);
    for (const edgeCases of [false, true]) {
      const table = mockTable(schema, { ...OPTIONS, edgeCases });
      expect(await anomalies(table, text)).toEqual([]);
    }
    const serving = mockTable(schema, { ...OPTIONS, environment: 'SERVING' });
    expect(serving.has('label')).toBe(false);
    expect(await anomalies(serving, text, { environment: 'SERVING' })).toEqual([]);
  });

  it('show the edges first: bounds, each category, text that trips programs, no value', () => {
    const { schema } = schemaOf({
      columns: {
        n: { type: 'int64', min: -3, max: 9 },
        s: { type: 'string' },
        c: { type: 'string', values: ['x', 'y'], nullable: false },
      },
    });
    const table = mockTable(schema, { ...OPTIONS, edgeCases: true });
    expect(table.get('n')!.slice(0, 6)).toEqual(['-3', '9', '0', '1', '-1', null]);
    expect(table.get('s')).toEqual(expect.arrayContaining(['Ünïcödé', '🦆', 'with, comma', null]));
    expect(table.get('c')!.slice(0, 2)).toEqual(['x', 'y']);
    expect(table.get('c')).not.toContain(null);
  });

  it('are the same for the same seed', () => {
    const { schema } = schemaOf(FULL);
    const [a, b, c] = [1, 1, 2].map((seed) => tableText(mockTable(schema, { ...OPTIONS, seed })));
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });

  it('are refused where no rows can be', () => {
    const make =
      (json: JsonObject, options: Partial<MockOptions> = {}) =>
      () =>
        mockTable(schemaOf(json).schema, { ...OPTIONS, ...options });
    const two = { a: { type: 'int64', values: [0, 1] }, b: { type: 'int64', values: [0, 1] } };
    expect(make({ columns: two, rules: ['a < b', 'b < a'] })).toThrow(
      /no rows were found that satisfy the rules/,
    );
    expect(make({ columns: { a: { values: ['x'], unique: true } } })).toThrow(MlopsError);
    expect(make({ columns: two, rows: { max: 5 } }, { rows: 6 })).toThrow(/1 to 5 rows, not 6/);
    expect(
      make({ columns: { d: { type: 'datetime' } }, freshness: [{ column: 'd', within: 'P1D' }] }),
    ).toThrow(/what time it is/);
  });
});

describe('broken tables', () => {
  it('break each what their name says, and nothing else', async () => {
    const { text, schema } = schemaOf({
      rows: { min: 20, max: 60 },
      columns: {
        id: { type: 'int64', unique: true, nullable: false },
        day: { type: 'datetime', min: '2012-01-01', max: '2012-12-31' },
        low: { type: 'float64', min: -20, max: 40 },
        high: { type: 'float64', min: 41, max: 45, mostly: 0.9 },
        season: { type: 'string', values: ['spring', 'fall'], min_domain_mass: 0.9, min_fraction: 0.5 },
        code: { type: 'string', regex: '^[A-Z]{2}$' },
        note: { type: 'string', length: { min: 3, max: 5 } },
        hr: { type: 'int64', min: 0, max: 23 },
        open: { type: 'bool' },
        a: { type: 'int64', min: 0, max: 9 },
        b: { type: 'int64', min: 0, max: 9 },
      },
      unique: [['id', 'a']],
      rules: ['a <= b'],
    });
    const table = mockTable(schema, { ...OPTIONS, rows: 40 });
    const broken = breakTable(schema, table, OPTIONS);
    const found = await Promise.all(
      broken.map(async (each) => [each.name, await anomalies(each.table, text)]),
    );
    // A repeated id is a repeated key, too: that one cannot be broken alone.
    const alone = found.filter(([name]) => !/_NOT_UNIQUE$/.test(name as string));
    expect(alone).toEqual(alone.map(([name]) => [name, [name]]));
    expect(alone.map(([name]) => (name as string).split('.')[1])).toEqual([
      'UNEXPECTED_DATA_TYPE',
      'FEATURE_TYPE_LOW_FRACTION_PRESENT', // id
      'UNEXPECTED_DATA_TYPE',
      'TIME_TOO_EARLY',
      'TIME_TOO_LATE', // day
      'UNEXPECTED_DATA_TYPE',
      'FLOAT_TYPE_SMALL_FLOAT',
      'FLOAT_TYPE_BIG_FLOAT',
      'FLOAT_TYPE_HAS_INF', // low
      'UNEXPECTED_DATA_TYPE',
      'FLOAT_TYPE_SMALL_FLOAT',
      'FLOAT_TYPE_BIG_FLOAT',
      'FLOAT_TYPE_HAS_INF', // high
      'ENUM_TYPE_UNEXPECTED_STRING_VALUES',
      'FEATURE_TYPE_LOW_FRACTION_PRESENT', // season
      'STRING_REGEX_MISMATCH', // code
      'STRING_TOO_SHORT',
      'STRING_TOO_LONG', // note
      'UNEXPECTED_DATA_TYPE',
      'INT_TYPE_SMALL_INT',
      'INT_TYPE_BIG_INT', // hr
      'UNEXPECTED_DATA_TYPE', // open
      'UNEXPECTED_DATA_TYPE',
      'INT_TYPE_SMALL_INT',
      'INT_TYPE_BIG_INT', // a
      'UNEXPECTED_DATA_TYPE',
      'INT_TYPE_SMALL_INT',
      'INT_TYPE_BIG_INT', // b
      'RULE_BROKEN',
      'DATASET_LOW_NUM_EXAMPLES',
      'DATASET_HIGH_NUM_EXAMPLES',
      'SCHEMA_NEW_COLUMN',
      'SCHEMA_MISSING_COLUMN',
    ]);
  });
});
