// What a validation finds, beyond what it has in common with TFDV: lines, tolerance, rules, keys, freshness, leaks.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MlopsError } from '../../../src/core/failure.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { judgeGates } from '../../../src/ml/gates.ts';
import { parseSchema } from '../../../src/ml/validate/schema-file.ts';
import { validated } from './validated.ts';

const schema = (json: JsonObject) => JSON.stringify({ format: 'mlops.schema/1', allow_extra: true, ...json });
const csv = (header: string, lines: readonly string[]) => `${header}\n${lines.join('\n')}\n`;
const range = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));

async function found(files: { readonly [path: string]: string | Uint8Array }, options: JsonObject = {}) {
  const { findings } = await validated({ files, ...options });
  return findings.map(({ subject, check, message }) => `${subject}: ${check}: ${message}`);
}

describe('a schema', () => {
  it('names lines, also behind cells that hold line ends, and in several files', async () => {
    const { findings } = await validated({
      files: {
        'a.csv': 'x,t\n1,"two\nlines"\n200,y\n300,z\n',
        'b.csv.gz': gzipSync('t,x\ny,1\ny,999\n'),
        'schema.yaml': schema({ columns: { x: { type: 'int64', max: 100 } } }),
      },
      data: ['a.csv', 'b.csv.gz'],
    });
    expect(findings).toMatchObject([
      { check: 'INT_TYPE_BIG_INT', count: 3, of: 5, value: 0.6, limit: 100, accept: 'x.max' },
    ]);
    expect(findings[0]!.places).toEqual([
      { file: 'a.csv', lines: [4, 5] },
      { file: 'b.csv.gz', lines: [3] },
    ]);
  });

  it('names no value that few rows have, and counts all', async () => {
    const rows = [...range(12, () => 'new'), 'rare', 'a', 'a'];
    const { findings } = await validated({
      files: {
        'data.csv': csv(
          's,n',
          rows.map((s, at) => `${s},${at}`),
        ),
        'schema.yaml': schema({ columns: { s: { values: ['a'] } } }),
      },
    });
    expect(findings[0]).toMatchObject({ count: 13, of: 15, unexpected: [['new', 12]] });
    expect(JSON.stringify(findings)).not.toContain('rare');
  });

  it('tolerates what mostly allows, and not a row more', async () => {
    const files = (wrong: number) => ({
      'data.csv': csv(
        'x',
        range(20, (at) => (at < wrong ? `x${at}` : String(at))),
      ),
      'schema.yaml': schema({ columns: { x: { type: 'int64', mostly: 0.9 } } }),
    });
    expect(await found(files(2))).toEqual([]);
    expect(await found(files(3))).toEqual([
      'x: UNEXPECTED_DATA_TYPE: 3 of 20 values are not of type int64; 10 % are tolerated',
    ]);
  });

  it('judges rules only where all columns have a value, unless the rule asks for a missing one', async () => {
    const files = (rule: unknown) => ({
      'data.csv': 'a,b,c\n1,2,x\n3,2,x\n,2,x\n4,,y\n5,1,y\n',
      'schema.yaml': schema({ columns: { a: {}, b: {}, c: {} }, rules: [rule as never] }),
    });
    expect(await found(files('a <= b'))).toEqual(['a <= b: RULE_BROKEN: 2 of 3 rows are against the rule']);
    expect(await found(files('b != null and a <= b'))).toEqual([
      'b != null and a <= b: RULE_BROKEN: 3 of 4 rows are against the rule',
    ]);
    expect(await found(files({ rule: 'a <= b', where: "c = 'x'" }))).toEqual([
      "a <= b: RULE_BROKEN: 1 of 2 rows is against the rule, where c = 'x'",
    ]);
    expect(await found(files({ rule: 'a <= b', mostly: 0.3 }))).toEqual([]);
  });

  it('finds values and keys that stand twice', async () => {
    const files = {
      'data.csv': 'id,d,n\n1,2012-01-01,x\n2,2012-01-01,x\n1.0,2012-01-02,y\n,2012-01-02,y\n,2012-01-02,y\n',
      'schema.yaml': schema({ columns: { id: { unique: true }, d: {}, n: {} }, unique: [['d', 'n']] }),
    };
    const { findings } = await validated({ files, limits: { duplicates: null } });
    expect(findings).toMatchObject([
      { check: 'VALUES_NOT_UNIQUE', subject: 'id', count: 1, of: 3, places: [{ lines: [4] }] },
      { check: 'KEY_NOT_UNIQUE', subject: 'd, n', count: 3, of: 5 },
    ]);
  });

  it('tells long whole numbers apart that a float64 cannot', async () => {
    const rows = ['9007199254740993', '9007199254740992', '9007199254740993'];
    const files = {
      'data.csv': csv('id', rows),
      'schema.yaml': schema({ columns: { id: { type: 'int64', unique: true } } }),
    };
    expect((await validated({ files, limits: { duplicates: null } })).findings).toMatchObject([
      { count: 1, of: 3 },
    ]);
  });

  it('asks for fresh rows against a given time or another column, never against the clock', async () => {
    const files = (freshness: JsonObject) => ({
      'data.csv': 'd,e\n2012-01-01,2012-01-09\n2012-01-02,2012-01-05\n',
      'schema.yaml': schema({
        columns: { d: { type: 'datetime' }, e: { type: 'datetime' } },
        freshness: [{ column: 'd', ...freshness }],
      }),
    });
    expect(await found(files({ within: 'P7D' }), { now: '2012-01-09' })).toEqual([]);
    expect(await found(files({ within: 'P7D' }), { now: '2012-01-09T00:00:01Z' })).toEqual([
      'd: DATA_NOT_FRESH: the newest row is 7 days older than now; at most P7D are allowed',
    ]);
    expect(await found(files({ within: 'P6DT23H', of: 'e' }))).toEqual([
      'd: DATA_NOT_FRESH: the newest row is 7 days older than e; at most P6DT23H are allowed',
    ]);
    const { findings } = await validated({ files: files({ within: 'P7D' }) });
    expect(findings).toMatchObject([{ check: 'DATA_NOT_FRESH', status: 'error' }]);
  });

  it('reads null words of its own, bad types of Parquet-like files, and text checks', async () => {
    const files = {
      'data.jsonl': [
        '{"n": "-", "s": "ab", "z": 1}',
        '{"n": "3", "s": "abcd", "z": 2}',
        '{"n": null, "s": "é🦆", "z": 3}',
      ].join('\n'),
      'schema.yaml': schema({
        columns: {
          n: { null_values: ['-'], nullable: false },
          s: { type: 'string', length: { min: 2, max: 3 }, regex: '^[a-z]+$' },
          z: { type: 'string' },
        },
      }),
    };
    const { findings } = await validated({ files, data: 'data.jsonl' });
    expect(findings.map(({ subject, check, count }) => [subject, check, count])).toEqual([
      ['n', 'FEATURE_TYPE_LOW_FRACTION_PRESENT', 2],
      ['s', 'STRING_REGEX_MISMATCH', 1],
      ['s', 'STRING_TOO_LONG', 1],
      ['z', 'UNEXPECTED_DATA_TYPE', 3],
    ]);
  });

  it('finds data without a row wanting, whatever the schema', async () => {
    const files = { 'data.csv': 'x\n', 'schema.yaml': schema({ columns: { x: { nullable: false } } }) };
    expect(await found(files)).toEqual(['rows: DATASET_LOW_NUM_EXAMPLES: the data have no row']);
  });

  it.each([
    ['columns: {a: {min: 3, max: 1}}', /min 3 is over max 1/, 2],
    ['columns:\n  a: {typ: int64}', /unknown key "typ"/, 3],
    ['columns:\n  a: {type: int64, regex: x}', /regex is for text, and the type is int64/, 3],
    ['columns:\n  a: {regex: "(?=a)"}', /no regular expression that RE2 reads/, 3],
    ['columns:\n  a: {}\nrules:\n  - b < 3', /column "b" is not among the columns/, 5],
    ['columns:\n  a: {}\nrules:\n  - a <', /expected a column/, 5],
    ['columns: {a: {}}\nfreshness: [{column: a, within: a week}]', /not a duration such as P7D/, 3],
    ['columns: {a: {in_environment: [A], not_in_environment: [B]}}', /exclude each other/, 2],
    ['columns: [', /./, 2],
  ])('is refused with the line where it is wrong: %s', (text, message, line) => {
    try {
      parseSchema(`format: mlops.schema/1\n${text}\n`, 'schema.yaml');
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      expect(error.failures[0]).toMatchObject({ exit: 'config', where: { file: 'schema.yaml' } });
      expect(error.message).toMatch(message);
      expect(Math.abs(error.failures[0]!.where!.line! - line)).toBeLessThanOrEqual(
        message.source === '.' ? 1 : 0,
      );
    }
  });
});

describe('leaks', () => {
  const rows = (from: number, count: number) =>
    range(count, (at) => {
      const n = from + at;
      const y = (n * 7919) % 13 < 4 ? 1 : 0;
      return {
        id: n,
        day: `2012-${String(1 + Math.floor((n % 336) / 28)).padStart(2, '0')}-${String(1 + (n % 28)).padStart(2, '0')}`,
        x: (n * 37) % 101,
        noise: (n * 31) % 17,
        y,
      };
    });
  const text = (all: readonly object[]) =>
    csv(
      Object.keys(all[0]!).join(','),
      all.map((row) => Object.values(row).join(',')),
    );
  const train = rows(0, 200);
  const test = rows(1000, 100);

  const checks = async (
    data: readonly object[],
    options: JsonObject = {},
    against: readonly object[] = train,
  ) =>
    (
      await validated({
        files: { 'data.csv': text(data), 'train.csv': text(against) },
        against: 'train.csv',
        ...options,
      })
    ).findings;

  it('are not found where there are none', async () => {
    expect(await checks(test, { target: 'y', exclude: ['id', 'day'] })).toEqual([]);
  });

  it('are rows of the training data, whatever their number, and rows that stand twice', async () => {
    const leaks = await checks([...test, ...train.slice(3, 8), test[0]!]);
    expect(leaks).toMatchObject([
      { check: 'DUPLICATE_ROWS', status: 'warn', count: 1, of: 106, places: [{ lines: [107] }] },
      {
        check: 'SHARED_ROWS',
        status: 'fail',
        count: 5,
        of: 106,
        places: [{ file: 'data.csv', lines: [102, 103, 104, 105, 106] }],
      },
    ]);
    const renumbered = train.slice(3, 8).map((row, at) => ({ ...row, id: 5000 + at }));
    expect(await checks([...test, ...renumbered])).toEqual([]);
    expect(await checks([...test, ...renumbered], { exclude: ['id'] })).toMatchObject([
      { check: 'SHARED_ROWS', count: 5 },
    ]);
    expect(await checks([...test, ...train.slice(0, 1)], { limits: { shared: 0.01 } })).toEqual([]);
  });

  it('are things that both know', async () => {
    const known = { ...test[0]!, id: 7 };
    expect(await checks([...test.slice(1), known], { keys: ['id'] })).toMatchObject([
      { check: 'SHARED_KEYS', subject: 'id', count: 1 },
    ]);
  });

  it('are equal rows with another label, here or there', async () => {
    const contrary = { ...train[0]!, id: 9999, y: 1 - train[0]!.y };
    expect(
      await checks([...test, contrary], {
        target: 'y',
        keys: ['id'],
        exclude: ['day', 'noise'],
        limits: { shared: null, target: null, duplicates: null },
      }),
    ).toMatchObject([{ check: 'LABEL_CONFLICTS', subject: 'y', status: 'warn' }]);
  });

  it('are features that hold the answer: a copy, or what tells it', async () => {
    const given = test.map((row) => ({
      ...row,
      copy: row.y,
      told: row.y === 1 ? 5 + (row.id % 3) : row.id % 3,
      word: row.y === 1 ? 'late' : 'in time',
    }));
    const leaks = await checks(given, { target: 'y', exclude: ['id', 'day'], against: null });
    expect(leaks.map(({ check, subject }) => [check, subject])).toEqual([
      ['TARGET_COPY', 'copy'],
      ['TARGET_LEAKAGE', 'told'],
      ['TARGET_LEAKAGE', 'word'],
    ]);
    const numeric = given.map((row) => ({ ...row, y: row.x * 1.5 + 0.25, z: row.x * -3 }));
    const ofNumber = await checks(numeric, {
      target: 'y',
      exclude: ['id', 'day'],
      against: null,
      limits: { id: null },
    });
    expect(ofNumber.map(({ subject }) => subject)).toEqual(['x', 'z']);
  });

  it('are columns that name rows, and rows from before the end of the training', async () => {
    expect(await checks(test, { target: 'y', exclude: ['day'], limits: { target: null } })).toMatchObject([
      { check: 'ID_LIKE_FEATURE', subject: 'id', status: 'warn' },
    ]);
    const after = test.map((row, at) => ({ ...row, day: at < 3 ? '2012-06-01' : '2013-01-01' }));
    expect(await checks(after, { time: 'day' })).toMatchObject([
      { check: 'TIME_LEAKAGE', count: 3, places: [{ lines: [2, 3, 4] }] },
    ]);
  });

  it('cannot be told of a target with one value: that is said', async () => {
    const report = await validated({
      files: { 'data.csv': text(test.map((row) => ({ ...row, y: 1 }))) },
      target: 'y',
      exclude: ['id'],
    });
    expect(report.unavailable).toHaveProperty('target_leakage');
    expect(report.predictive.every(({ score }) => score === null)).toBe(true);
  });
});

describe('the gate', () => {
  const files = {
    'data.csv': 'x,y\n1,a\n1,a\n500,b\n',
    'schema.yaml': schema({ columns: { x: { type: 'int64', max: 9 }, y: {} } }),
  };

  it('stands by default, names each anomaly and the way to accept it', async () => {
    const report = await validated({ files });
    const judged = judgeGates({ stage: 'check', gates: undefined, report });
    expect(judged).toMatchObject({ passed: false, results: [{ metric: 'max_fail', value: 1, limit: 0 }] });
    expect(judged.notes).toEqual([
      'x: 1 of 3 values is over 9 (INT_TYPE_BIG_INT; data.csv:4)',
      'rows: 1 of 3 rows is a repetition of an earlier one (DUPLICATE_ROWS; data.csv:3)',
      'accept with: mlops schema update schema.yaml data.csv',
    ]);
  });

  it('bends to its limits, and counts an error as a failure', async () => {
    const report = await validated({ files });
    const passes = (gates: JsonObject) => judgeGates({ stage: 'check', gates, report }).passed;
    expect([
      passes({ max_fail: 1 }),
      passes({ max_fail: 1, max_warn: 0 }),
      passes({ max_fail: null }),
    ]).toEqual([true, false, true]);
    const warned = await validated({ files, warn: ['INT_TYPE_BIG_INT', 'DUPLICATE_ROWS'] });
    expect(judgeGates({ stage: 'check', gates: {}, report: warned }).passed).toBe(true);
    const stale = {
      'data.csv': 'd\n2012-01-01\n',
      'schema.yaml': schema({ columns: { d: {} }, freshness: [{ column: 'd', within: 'P1D' }] }),
    };
    expect(judgeGates({ stage: 'check', gates: {}, report: await validated({ files: stale }) }).passed).toBe(
      false,
    );
  });

  it('is judged on reports that are the same for the same data', async () => {
    const [a, b] = [
      await validated({ files, against: 'data.csv' }),
      await validated({ files, against: 'data.csv' }),
    ];
    expect(a).toEqual(b);
    expect(JSON.stringify(a)).not.toMatch(/\/tmp/);
  });
});
