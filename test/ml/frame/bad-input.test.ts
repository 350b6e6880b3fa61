// Data that are not what they should be: a finding or a clear error through `drift`, never a crash, never a silent zero.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MlopsError } from '../../../src/core/failure.ts';
import { drift } from '../../../src/ml/drift/drift.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { folder } from './folder.ts';

type Row = readonly unknown[];
const random = randomFrom(1);
const rows = (count: number): Row[] =>
  Array.from({ length: count }, () => [random.unit(), 'abc'[random.below(3)]]);
const csv = (cells: readonly Row[], header = 'x,k') =>
  `${header}\n${cells.map((row) => row.join(',')).join('\n')}\n`;
const xs = (cell: (row: number) => unknown) => csv(rows(60).map(([, k], row) => [cell(row), k]));
const good = csv(rows(60));
const latin1 = Buffer.concat([
  Buffer.from('x,k\n1,a\n2,'),
  Buffer.from([0xe9, 0x74, 0xe9]),
  Buffer.from('\n'),
]);

type Content = string | Uint8Array;
async function compared(reference: Content, current: Content, path = 'b.csv') {
  const cwd = folder({ 'a.csv': reference, [path]: current });
  const io = { cwd, stage: 's', log: () => {}, signal: new AbortController().signal };
  return (await drift({ reference: 'a.csv', current: path }, io)).report;
}

const x = ({ columns }: Awaited<ReturnType<typeof compared>>) =>
  columns.find(({ column }) => column === 'x')!;

describe('data that say something are a finding', () => {
  it('constant columns did not move', async () => {
    const report = await compared(
      xs(() => 5),
      xs(() => 5),
    );
    expect(x(report)).toMatchObject({ status: 'pass', drifted: false });
    expect(
      x(
        await compared(
          xs(() => 5),
          xs(() => 6),
        ),
      ),
    ).toMatchObject({ drifted: true });
  });

  it('a column without a value is skipped, and news where it had some', async () => {
    expect(
      x(
        await compared(
          xs(() => ''),
          xs(() => ''),
        ),
      ),
    ).toMatchObject({ status: 'skipped' });
    expect(
      x(
        await compared(
          good,
          xs(() => ''),
        ),
      ),
    ).toMatchObject({
      status: 'warn',
      reason: 'insufficient data: 0 rows with a value, 30 needed; missing in 0 % of the reference, 100 % now',
    });
  });

  it('infinities are no values, and are named', async () => {
    const report = await compared(
      good,
      xs((row) => (row % 2 ? 'inf' : '-Infinity')),
    );
    expect(x(report).reason).toContain('missing or infinite in 0 % of the reference, 100 % now');
  });

  it('one word among numbers blocks: the type has changed', async () => {
    const report = await compared(
      good,
      xs((row) => (row === 7 ? 'oops' : row)),
    );
    expect(report.advice.decision).toBe('block');
    expect(report.findings).toMatchObject([
      { check: 'type', subject: 'x', status: 'fail', message: 'held numbers, now holds text' },
    ]);
  });

  it('a lacking column blocks, a new one is a note', async () => {
    const report = await compared(good, csv(rows(60), 'x,z'));
    expect(report.findings.map(({ check, subject, status }) => [check, subject, status])).toEqual([
      ['missing_column', 'k', 'fail'],
      ['extra_column', 'z', 'pass'],
    ]);
  });

  it('whole numbers beyond 2^53 are told apart, and it says so', async () => {
    const id = (row: number) => 9_007_199_254_740_992n + BigInt(row % 2);
    const report = await compared(xs(id), xs(id));
    expect(x(report)).toMatchObject({ kind: 'categorical', most_moved: { reference: 0.5, current: 0.5 } });
    expect(report.findings).toMatchObject([
      { check: 'precision', subject: 'x', status: 'pass', message: expect.stringContaining('2^53') },
    ]);
  });

  it('two hundred columns are read, and looked at together', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `c${i}`);
    const cells = Array.from({ length: 40 }, (_, row) => names.map((__, i) => (row * row * (i + 3)) % 101));
    const wide = csv(cells, names.join());
    const report = await compared(wide, wide);
    expect(report.summary).toMatchObject({ columns: 200, tested: 200 });
    expect(report.multivariate?.pca).toMatchObject({ columns: 200 });
  });

  it('a hundred thousand categories are compared', async () => {
    const many = csv(Array.from({ length: 120_000 }, (_, i) => [i % 7, `category ${i % 100_000}`]));
    const { columns } = await compared(many, many);
    expect(columns.find(({ column }) => column === 'k')).toMatchObject({
      kind: 'categorical',
      drifted: false,
    });
  });

  it('byte order marks and line ends of Windows are no part of the data', async () => {
    const report = await compared(`\ufeff${good}`, `\ufeff${good.replaceAll('\n', '\r\n')}`);
    expect(report.columns.map(({ column, ks }) => [column, ks?.statistic])).toEqual([
      ['x', 0],
      ['k', undefined],
    ]);
  });
});

describe('data that cannot be read are a clear error', () => {
  const open = `${good}1,"abc\n${csv(rows(3))}`;
  it.each<[string, Content, string, string?, number?]>([
    ['no byte', '', 'data set is empty: b.csv has no bytes'],
    ['a header only', 'x,k\n', 'data set is empty: b.csv has no rows'],
    ['nothing, compressed', gzipSync(''), 'data set is empty: b.csv.gz holds nothing', 'b.csv.gz'],
    ['one row', csv(rows(1)), 'no column could be tested'],
    ['a name twice', csv(rows(9), 'x,x'), 'column "x" stands twice in b.csv', 'b.csv', 1],
    ['other bytes than UTF-8', latin1, 'b.csv, line 3, is not UTF-8 text', 'b.csv', 3],
    ['… compressed', gzipSync(latin1), 'b.csv.gz, line 3, is not UTF-8 text', 'b.csv.gz', 3],
    [
      'a row too long',
      `${good}1,2,3\n`,
      'cannot read b.csv as csv: Expected Number of Columns: 2 Found: 3',
      'b.csv',
      62,
    ],
    [
      'a row too short',
      `${good}1\n${good}`,
      'cannot read b.csv as csv: Expected Number of Columns: 2 Found: 1',
      'b.csv',
      62,
    ],
    [
      'a quote that never ends',
      open,
      'cannot read b.csv as csv: Value with unterminated quote found.',
      'b.csv',
      62,
    ],
    ['a part of its bytes', gzipSync(csv(rows(5000))).subarray(0, 2000), 'b.csv.gz is cut off', 'b.csv.gz'],
    [
      'a part that ends with a line',
      gzipSync(good, { level: 0 }).subarray(0, -20),
      'b.csv.gz is cut off',
      'b.csv.gz',
    ],
    [
      'a flipped bit',
      flipped(gzipSync(good, { level: 0 })),
      'b.csv.gz is no gzip file, or damaged',
      'b.csv.gz',
    ],
  ])('%s', async (_, content, message, path = 'b.csv', line) => {
    const error = await compared(good, content, path).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(MlopsError);
    const [failure, ...more] = (error as MlopsError).failures;
    expect([failure!.message, more]).toEqual([message, []]);
    if (line !== undefined) expect(failure!.where).toEqual({ file: path, line });
  });
});

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[100]! ^= 1;
  return copy;
}
