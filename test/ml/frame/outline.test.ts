import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { namedFormat } from '../../../src/ml/frame/files.ts';
import { type Outline, type OutlineDepth, outlineOf } from '../../../src/ml/frame/outline.ts';
import { readFrames } from '../../../src/ml/frame/read.ts';
import { sourceOf } from '../../../src/ml/frame/source.ts';
import { writeParquet } from '../../../src/ml/frame/write.ts';

const dir = mkdtempSync(join(tmpdir(), 'mlops-outline-'));
afterAll(() => rmSync(dir, { recursive: true }));

function outline(name: string, depth: OutlineDepth = 'cells'): Promise<Outline> {
  const { format, compression } = namedFormat(name);
  return outlineOf({ path: name, absolute: join(dir, name), format: format!, compression }, depth);
}

function table(name: string, lines: readonly string[]): string {
  writeFileSync(join(dir, name), `${lines.join('\n')}\n`);
  return name;
}

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('the outline of a table', () => {
  it('has the types that its reader decides', async () => {
    const names = [
      table('a.csv', [
        'i,f,b,d,s,n,huge,mixed',
        '1,1.5,true,2024-01-31,x,NA,9007199254740993,1',
        '2,,FALSE,2024-02-01,,3,1,true',
      ]),
      table('b.jsonl', ['{"i":1,"s":"x","m":1}', '{"i":2.5,"s":null,"m":"y"}']),
      table('c.tsv', ['a\tb', '1\t0x', '1.0\t']),
    ];
    await writeParquet(join(dir, 'd.parquet'), [
      { name: 'f', values: Float64Array.of(1, 2) },
      { name: 's', values: ['1', null] },
    ]);
    for (const name of [...names, 'd.parquet']) {
      const [frame] = await readFrames([sourceOf(name)], { cwd: dir });
      const read = [...frame!.columns.values()].map((column) => [column.name, column.type]);
      const { rows, columns } = await outline(name);
      expect([rows, [...columns]]).toEqual([frame!.rows, read]);
    }
  });

  it('of a column without any cell says so, unless the file names its type', async () => {
    table('empty.csv', ['a,b', '1,', '2,']);
    expect([...(await outline('empty.csv')).columns]).toEqual([
      ['a', 'int64'],
      ['b', 'empty'],
    ]);
    await writeParquet(join(dir, 'empty.parquet'), [{ name: 'a', values: [null, null] }]);
    expect([...(await outline('empty.parquet')).columns]).toEqual([['a', 'string']]);
  });

  it('of a large Parquet file is what its footer says', async () => {
    await writeParquet(join(dir, 'large.parquet'), [{ name: 'x', values: new Float64Array(500_000) }]);
    expect(await outline('large.parquet', 'footer')).toEqual({
      rows: 500_000,
      columns: new Map([['x', 'float64']]),
    });
  });

  it('of a million rows takes seconds', async () => {
    const lines = Array.from({ length: 1_000_000 }, (_, row) => `${row},${row / 7},city ${row % 50}`);
    table('million.csv', ['id,ratio,city', ...lines]);
    const ms = await cpuMs(async () => {
      expect(await outline('million.csv')).toEqual({
        rows: 1_000_000,
        columns: new Map([
          ['id', 'int64'],
          ['ratio', 'float64'],
          ['city', 'string'],
        ]),
      });
    });
    expect(ms).toBeLessThan(8000);
  });

  it('of hundreds of columns takes seconds too', async () => {
    const names = Array.from({ length: 300 }, (_, at) => `c${at}`);
    table('wide.csv', [
      names.join(),
      ...Array.from({ length: 20 }, (_, row) => names.map((_name, at) => row * at).join()),
    ]);
    const ms = await cpuMs(async () => {
      expect(new Set((await outline('wide.csv')).columns.values())).toEqual(new Set(['int64']));
    });
    expect(ms).toBeLessThan(10_000);
  });
});
