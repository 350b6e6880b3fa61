// Tables as files hold them: formats, types, nulls, and what is said when a file is not what it should be.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import { type Column, textAt } from '../../../src/ml/frame/frame.ts';
import { type ReadOptions, readFrames } from '../../../src/ml/frame/read.ts';
import { type ColumnOverrides, sourceOf } from '../../../src/ml/frame/source.ts';
import { writeParquet } from '../../../src/ml/frame/write.ts';
import { failureOf, folder } from './folder.ts';

async function read(
  files: { readonly [path: string]: string | Uint8Array },
  source: Json,
  options: Partial<ReadOptions> & { readonly columns?: readonly string[] } = {},
) {
  const [frame] = await readFrames([sourceOf(source)], { cwd: folder(files), ...options });
  return frame!;
}

/** 'a,b', '1,x', '2,y' by lines. */
const ZSTD = 'KLUv/QBYYQAAYSxiCjEseAoyLHkK';
const cells = (column: Column, rows: number) => Array.from({ length: rows }, (_, row) => textAt(column, row));

/** Column → [type, kind, cells]. */
async function shown(text: string, overrides: ColumnOverrides = {}, name = 'a.csv') {
  const frame = await read({ [name]: text }, name, { overrides });
  return Object.fromEntries(
    [...frame.columns].map(([key, column]) => [
      key,
      [column.type, column.kind, ...cells(column, frame.rows)],
    ]),
  );
}

describe('types of columns', () => {
  it('come from the cells', async () => {
    expect(await shown('i,f,b,d,s\n1,1.5,true,2012-01-02,x\n-2,2,FALSE,2012-01-02 03:04:05,1\n')).toEqual({
      i: ['int64', 'numeric', '1', '-2'],
      f: ['float64', 'numeric', '1.5', '2'],
      b: ['bool', 'boolean', 'true', 'false'],
      d: ['datetime', 'datetime', '2012-01-02T00:00:00.000Z', '2012-01-02T03:04:05.000Z'],
      s: ['string', 'categorical', 'x', '1'],
    });
  });

  it('take NA, NaN, null and None for no value where the rest are numbers, and for text elsewhere', async () => {
    expect(await shown('n,s\nNA,NA\n1,x\nnull,None\nNaN,\n')).toEqual({
      n: ['int64', 'numeric', null, '1', null, null],
      s: ['string', 'categorical', 'NA', 'x', 'None', null],
    });
  });

  it('read 1.0 as the whole number 1, as pandas writes it beside a missing value', async () => {
    expect(await shown('y,x\n1.0,a\n,b\n0.0,c\n')).toMatchObject({ y: ['int64', 'numeric', '1', null, '0'] });
  });

  it('are decided once over all files: a word in one makes the column text in all', async () => {
    const dir = folder({ 'a.csv': 'x,y\n1,1\n', 'b.csv': 'y,x\n2.5,oops\n' });
    const [a, b] = await readFrames([sourceOf('a.csv'), sourceOf('b.csv')], { cwd: dir });
    expect([a!.columns.get('x')!.type, b!.columns.get('x')!.type]).toEqual(['string', 'string']);
    expect([a!.columns.get('y')!.type, b!.columns.get('y')!.type]).toEqual(['float64', 'float64']);
    const [both] = await readFrames([sourceOf(['a.csv', 'b.csv'])], { cwd: dir });
    expect(cells(both!.columns.get('x')!, 2)).toEqual(['1', 'oops']);
    expect(cells(both!.columns.get('y')!, 2)).toEqual(['1', '2.5']);
  });

  it('follow columns: kind, type, null_values', async () => {
    const text = 'zip,code,when,n,drop\n00123,1,2012-01-02,-999,x\n45,2,2012-01-03,5,y\n';
    expect(
      await shown(text, {
        zip: { type: 'string' },
        code: { kind: 'categorical' },
        n: { null_values: ['-999'] },
        drop: { kind: 'ignore' },
      }),
    ).toEqual({
      zip: ['string', 'categorical', '00123', '45'],
      code: ['int64', 'categorical', '1', '2'],
      when: ['datetime', 'datetime', '2012-01-02T00:00:00.000Z', '2012-01-03T00:00:00.000Z'],
      n: ['int64', 'numeric', null, '5'],
    });
  });

  it('of a column without any cell is a number without values', async () => {
    expect(await shown('x,y\n,1\n,2\n')).toMatchObject({ x: ['float64', 'numeric', null, null] });
  });
});

describe('formats', () => {
  it('reads quotes, line ends inside cells, CRLF, a byte order mark, semicolons', async () => {
    expect(await shown('\ufeffa;b\r\n1;"x;\r\n""y"""\r\n2;z\r\n')).toEqual({
      a: ['int64', 'numeric', '1', '2'],
      b: ['string', 'categorical', 'x;\r\n"y"', 'z'],
    });
  });

  it('reads tab-separated, gzipped and JSON lines', async () => {
    expect(await shown('a\tb\n1\tx,y\n', {}, 'a.tsv')).toMatchObject({ b: ['string', 'categorical', 'x,y'] });
    const gz = await read({ 'a.csv.gz': gzipSync('a,b\n1,2\n') }, 'a.csv.gz');
    expect(cells(gz.columns.get('b')!, 1)).toEqual(['2']);
    const lines = '{"a":1,"s":"x","m":"NA","d":"2012-01-02"}\n{"a":null,"s":"1","m":7,"d":"2012-01-03"}\n';
    expect(await shown(lines, {}, 'a.jsonl')).toEqual({
      a: ['int64', 'numeric', '1', null],
      s: ['string', 'categorical', 'x', '1'],
      m: ['int64', 'numeric', null, '7'],
      d: ['datetime', 'datetime', '2012-01-02T00:00:00.000Z', '2012-01-03T00:00:00.000Z'],
    });
  });

  it('reads compressed parts as one table, and names a bad cell of one by file, line, column and value', async () => {
    const parts = {
      'd/part-1.csv.gz': gzipSync('n,s\n1,a\n2,"b\nc"\n'),
      'd/part-2.csv.gz': gzipSync('s,n\n"d\ne",3\nf,oops\n'),
    };
    const frame = await read(parts, 'd/part-*.csv.gz');
    expect(cells(frame.columns.get('n')!, 4)).toEqual(['1', '2', '3', 'oops']);
    const overrides = { n: { type: 'int64' } } as const;
    expect(await failureOf(read(parts, 'd/part-*.csv.gz', { overrides }))).toBe(
      'config: d/part-2.csv.gz, line 4, column "n": "oops" is not a whole number',
    );
    const lines = await read({ 'a.jsonl.gz': gzipSync('{"n":1}\n{"n":2}\n') }, '*.jsonl.gz');
    expect(cells(lines.columns.get('n')!, 2)).toEqual(['1', '2']);
  });

  it('reads Zstandard, and refuses a part of it', async () => {
    const zstd = Buffer.from(ZSTD, 'base64');
    const frame = await read({ 'a.csv.zst': zstd }, 'a.csv.zst');
    expect([...frame.columns.keys()]).toEqual(['a', 'b']);
    expect(cells(frame.columns.get('b')!, 2)).toEqual(['x', 'y']);
    for (const part of [zstd.subarray(0, -1), zstd.subarray(0, 8), Buffer.from('a,b\n1,x\n')])
      expect(await failureOf(read({ 'a.csv.zst': part }, 'a.csv.zst'))).toBe(
        'config: a.csv.zst is cut off, or no Zstandard file',
      );
  });

  it('reads back the Parquet it writes, the same bytes each time', async () => {
    const dir = folder({});
    const columns = [
      { name: 'score["a"]', values: Float64Array.from([0.25, Number.NaN, 1]) },
      { name: 's', values: ['x', null, "it's"] },
    ];
    await writeParquet(join(dir, 'out/a.parquet'), columns);
    await writeParquet(join(dir, 'out/b.parquet'), columns);
    const [a, b] = await readFrames([sourceOf('out/a.parquet'), sourceOf('out/b.parquet')], { cwd: dir });
    expect(a!.table.sha256).toBe(b!.table.sha256);
    expect(cells(a!.columns.get('score["a"]')!, 3)).toEqual(['0.25', null, '1']);
    expect(cells(a!.columns.get('s')!, 3)).toEqual(['x', null, "it's"]);
  });

  it('reads what a glob matches in the order of bytes, and knows several files by one digest', async () => {
    const files = { 'd/2.csv': 'x\n2\n', 'd/10.csv': 'x\n10\n', 'd/note.md': '' };
    const frame = await read(files, 'd/*.csv');
    expect(cells(frame.columns.get('x')!, 2)).toEqual(['10', '2']);
    const other = await read({ ...files, 'd/2.csv': 'x\n3\n' }, 'd/*.csv');
    expect(other.table.sha256).not.toBe(frame.table.sha256);
  });

  it('keeps the order of rows over many chunks', async () => {
    const n = 30_000;
    const text = `i,s\n${Array.from({ length: n }, (_, i) => `${i},k${i % 7}`).join('\n')}\n`;
    const { columns } = await read({ 'a.csv': text }, 'a.csv');
    const index = columns.get('i')!;
    const s = columns.get('s')!;
    for (let row = 0; row < n; row += 997)
      expect([textAt(index, row), textAt(s, row)]).toEqual([`${row}`, `k${row % 7}`]);
  });

  it('loads only what is asked for', async () => {
    const frame = await read({ 'a.csv': 'a,b,c\n1,2,3\n' }, 'a.csv', { columns: ['c', 'a'] });
    expect([...frame.columns.keys()]).toEqual(['a', 'c']);
  });
});

describe('where', () => {
  const csv = "n,s,b,d\n1,x,true,2012-01-01\n2,it's,false,2012-01-02\n,y,,\n";
  const rows = async (where: string) => {
    const frame = await read({ 'a.csv': csv }, { path: 'a.csv', where });
    return cells(frame.columns.get('s')!, frame.rows);
  };

  it.each([
    ['n > 1', ["it's"]],
    ['1 < n', ["it's"]],
    ["s = 'it''s' or s = 'y'", ["it's", 'y']],
    ['b = true', ['x']],
    ["d >= '2012-01-02'", ["it's"]],
    ['n = null', ['y']],
    ['n != null', ['x', "it's"]],
    ['n != 1', ["it's"]],
    ['not (n = 1)', ["it's", 'y']],
    ["n = 1 or n = 2 and s = 'x'", ['x']],
    ["(n = 1 or n = 2) and `s` != 'x'", ["it's"]],
    ['"n" <= 1.5e0', ['x']],
    ["s in ('x', 'y')", ['x', 'y']],
    ["s not in ('x') and not b in (true)", ["it's", 'y']],
    ['n in (1, null)', ['x', 'y']],
    ['n not in (1)', ["it's"]],
  ])('%s', async (where, expected) => {
    expect(await rows(where)).toEqual(expected);
  });

  it.each([
    [
      'n >',
      'config: where: expected a column, a number or a quoted text, found the end, at column 4 of: n >',
    ],
    ['n > 1 2', 'config: where: expected and, or, or the end, found 2, at column 7 of: n > 1 2'],
    ['(n > 1', 'config: where: expected ")", found the end, at column 7 of: (n > 1'],
    ['n; drop table x', 'config: where: cannot read ; drop tab, at column 2 of: n; drop table x'],
    ['n in 1', 'config: where: expected "(", found 1, at column 6 of: n in 1'],
    ['n in (1', 'config: where: expected ")", found the end, at column 8 of: n in (1'],
    ['n not 1', 'config: where: expected in, found 1, at column 7 of: n not 1'],
    ["n = 'one'", 'config: where: column "n" is numeric, "one" is not'],
    ['m = 1', 'config: where: column "m" is not in a.csv'],
    ['n > 5', 'config: data set is empty: no row of a.csv has n > 5'],
  ])('%s fails clearly', async (where, message) => {
    expect(await failureOf(rows(where))).toBe(message);
  });
});

describe('a file that is not what it should be', () => {
  it.each<[string, string, string | Uint8Array, string]>([
    ['has no bytes', 'a.csv', '', 'config: data set is empty: a.csv has no bytes'],
    ['has a header only', 'a.csv', 'a,b\n', 'config: data set is empty: a.csv has no rows'],
    [
      'has more columns than fit',
      'a.csv',
      `${Array.from({ length: 10_001 }, (_, i) => `c${i}`)}\n1\n`,
      'config: a.csv has 10,001 columns, more than 10,000',
    ],
    ['has a name twice', 'a.csv', 'a,a\n1,2\n', 'config: column "a" stands twice in a.csv'],
    ['has a column without a name', 'a.csv', 'a,\n1,2\n', 'config: column 2 of a.csv has no name'],
    [
      'has a row that is too long',
      'a.csv',
      'a,b\n1,2\n3,4,5\n',
      'config: cannot read a.csv as csv: Expected Number of Columns: 2 Found: 3',
    ],
    [
      'has a row that is too short, lines ended as on Windows',
      'a.csv',
      'a,b,c\r\n1,2,3\r\n4,5\r\n',
      'config: cannot read a.csv as csv: Expected Number of Columns: 3 Found: 2',
    ],
    ['is UTF-16', 'a.csv', Uint8Array.of(0xff, 0xfe, 0x41, 0, 10, 0), 'config: a.csv is not UTF-8 text'],
    ['is no gzip', 'a.csv.gz', 'a,b\n', 'config: a.csv.gz is no gzip file, or damaged'],
    [
      'is no Parquet',
      'a.parquet',
      'hello',
      "config: cannot read a.parquet as parquet: File 'a.parquet' too small to be a Parquet file",
    ],
    ['has an unknown format', 'a.bin', 'a', 'config: cannot tell the format of a.bin by its name'],
  ])('%s', async (_, name, content, message) => {
    expect(await failureOf(read({ [name]: content }, name))).toBe(message);
  });

  it('is not there', async () => {
    expect(await failureOf(read({}, 'a.csv'))).toBe('missing: data file a.csv does not exist');
    expect(await failureOf(read({}, 'd/*.csv'))).toBe('missing: no file matches "d/*.csv"');
  });

  it('names file, line, column and value of a cell that is not of the declared type', async () => {
    const text = 'a,b\n"x\ny",1\nz,oops\n';
    expect(await failureOf(read({ 'a.csv': text }, 'a.csv', { overrides: { b: { type: 'float64' } } }))).toBe(
      'config: a.csv, line 4, column "b": "oops" is not a number',
    );
    expect(
      await failureOf(read({ 'a.csv': 'a\n1\n1.5\n' }, 'a.csv', { overrides: { a: { type: 'int64' } } })),
    ).toBe('config: a.csv, line 3, column "a": "1.5" is not a whole number');
  });

  it('lacks a column', async () => {
    const work = read({ 'a.csv': 'region,temp\n1,2\n' }, 'a.csv', { columns: ['regoin'] });
    expect(await failureOf(work)).toBe('config: column "regoin" is not in a.csv');
  });

  it('is one of several with other columns', async () => {
    const work = read({ '1.csv': 'a,b\n1,2\n', '2.csv': 'a\n1\n' }, ['1.csv', '2.csv']);
    expect(await failureOf(work)).toBe('config: 2.csv has no column "b", which 1.csv has');
  });
});
