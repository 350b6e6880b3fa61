// What a report and a diff say of the inside of data that changed: files of directories, rows and columns of tables.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FolderChange, TableChange } from '../../src/core/data-change.ts';
import { writeParquet } from '../../src/ml/frame/write.ts';
import { openRig, type Rig } from '../rig.ts';
import { expectExit } from './story.ts';

function csv(names: readonly string[], rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) =>
    names.map((name) => `${name === 'x' ? row : `t${row}`}`).join(),
  );
  return `${[names.map(quoted).join(), ...lines].join('\n')}\n`;
}

function quoted(name: string): string {
  return /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/** Adds what is written, commits it, and then writes the rest. */
async function project(
  was: Parameters<Rig['write']>[0],
  now: Parameters<Rig['write']>[0],
  targets = Object.keys(was),
): Promise<Rig> {
  const rig = await openRig();
  expectExit(await rig.mlops('init'), 0);
  rig.write(was);
  expectExit(await rig.mlops('add', ...targets), 0);
  await commit(rig);
  rig.write(now);
  return rig;
}

async function commit(rig: Rig): Promise<void> {
  await rig.git('add', '-A');
  await rig.git('commit', '-qm', 'was');
}

async function inside(
  rig: Rig,
  ...flags: string[]
): Promise<{ tables: TableChange[]; folders: FolderChange[] }> {
  const ended = await rig.mlops('report', '--json', ...flags);
  expectExit(ended, 0);
  return JSON.parse(ended.stdout);
}

const NONE = { added: [], removed: [], retyped: [] };

describe('mlops report --json', () => {
  it('says how rows and columns of a table changed', async () => {
    const rig = await project({ 'd/a.csv': csv(['x', 'y'], 100) }, { 'd/a.csv': csv(['y', 'x', 'z'], 200) });
    expect((await inside(rig)).tables).toEqual([
      {
        path: 'd/a.csv',
        rows: { was: 100, now: 200 },
        columns: { ...NONE, added: [{ name: 'z', type: 'string' }] },
        unavailable: null,
      },
    ]);
  });

  it('tells a type by the cells, as every reader of the table does', async () => {
    const was = { 'a.csv': 'v,w,e\n1,x,\n2.0,y,\n', 'b.jsonl': '{"a":1}\n{"a":2}\n', 'c.csv': 'v\n' };
    const now = { 'a.csv': 'v,w,e\n1,x,\nNA,y,3\n', 'b.jsonl': '{"a":1}\n{"a":"two"}\n', 'c.csv': 'v\n7\n' };
    const { tables } = await inside(await project(was, now));
    expect(tables.map(({ rows, columns }) => [rows.was, rows.now, columns.retyped])).toEqual([
      [2, 2, [{ name: 'e', was: 'empty', now: 'int64' }]],
      [2, 2, [{ name: 'a', was: 'int64', now: 'string' }]],
      [0, 1, []],
    ]);
  });

  it('reads Parquet and compressed text', async () => {
    const rig = await openRig();
    expectExit(await rig.mlops('init'), 0);
    const file = join(rig.path, 'p.parquet');
    await writeParquet(file, [
      { name: 'a', values: Float64Array.of(1, 2.5) },
      { name: 'b', values: ['x', null] },
    ]);
    rig.write({ 'z.csv.gz': gzipSync(csv(['x'], 2)) });
    expectExit(await rig.mlops('add', 'p.parquet', 'z.csv.gz'), 0);
    await commit(rig);
    rmSync(file);
    await writeParquet(file, [{ name: 'a', values: ['1', '2', '3'] }]);
    rig.write({ 'z.csv.gz': gzipSync(csv(['x'], 7)) });
    const { tables } = await inside(rig);
    expect(tables).toEqual([
      {
        path: 'p.parquet',
        rows: { was: 2, now: 3 },
        columns: {
          added: [],
          removed: [{ name: 'b', type: 'string' }],
          retyped: [{ name: 'a', was: 'float64', now: 'string' }],
        },
        unavailable: null,
      },
      { path: 'z.csv.gz', rows: { was: 2, now: 7 }, columns: NONE, unavailable: null },
    ]);
  });

  it('counts the files of a directory, and looks into its tables before anybody stored them', async () => {
    const files = Object.fromEntries([0, 1, 2, 3].map((at) => [`d/f${at}.bin`, `${at}`]));
    const rig = await project(
      { ...files, 'd/deep/t.csv': csv(['x'], 2) },
      {
        'd/f0.bin': null,
        'd/f4.bin': '4',
        'd/f5.bin': '5',
        'd/g/f6.bin': '6',
        'd/deep/t.csv': csv(['x'], 3),
      },
      ['d'],
    );
    const { folders, tables } = await inside(rig);
    expect(folders).toEqual([
      {
        path: 'd',
        added: 3,
        removed: 1,
        modified: 1,
        examples: [
          { how: 'added', name: 'f4.bin' },
          { how: 'added', name: 'f5.bin' },
          { how: 'added', name: 'g/f6.bin' },
          { how: 'removed', name: 'f0.bin' },
          { how: 'modified', name: 'deep/t.csv' },
        ],
      },
    ]);
    expect(tables).toEqual([
      { path: 'd/deep/t.csv', rows: { was: 2, now: 3 }, columns: NONE, unavailable: null },
    ]);
  });

  it('says what is new and what is gone', async () => {
    const rig = await project(
      { 'old.csv': csv(['x'], 2), 'dir/a': 'a', 'kept.csv': csv(['x'], 1) },
      { 'new.csv': csv(['y'], 3) },
      ['old.csv', 'dir', 'kept.csv'],
    );
    expectExit(await rig.mlops('add', 'new.csv'), 0);
    expectExit(await rig.mlops('remove', 'old.csv', 'dir'), 0);
    const { tables, folders } = await inside(rig);
    expect(tables).toEqual([
      {
        path: 'new.csv',
        rows: { was: null, now: 3 },
        columns: { ...NONE, added: [{ name: 'y', type: 'string' }] },
        unavailable: null,
      },
      {
        path: 'old.csv',
        rows: { was: 2, now: null },
        columns: { ...NONE, removed: [{ name: 'x', type: 'int64' }] },
        unavailable: null,
      },
    ]);
    expect(folders).toEqual([
      { path: 'dir', added: 0, removed: 1, modified: 0, examples: [{ how: 'removed', name: 'a' }] },
    ]);
  });

  it('says of a damaged table why it cannot be read, and reads the others', async () => {
    const rig = await project(
      { 'a.csv': csv(['x', 'y'], 3), 'b.parquet': 'x', 'c.csv': csv(['x'], 1), 'z.csv': '' },
      { 'a.csv': 'x,y\n1,2\n3,4,5\n', 'b.parquet': 'no parquet', 'c.csv': csv(['x'], 2), 'z.csv': 'x\n1\n' },
    );
    const { tables } = await inside(rig);
    expect(tables.map(({ path, rows, unavailable }) => [path, rows.was, rows.now, unavailable])).toEqual([
      ['a.csv', 3, null, expect.stringContaining('now: cannot read a.csv as csv: ')],
      [
        'b.parquet',
        null,
        null,
        expect.stringMatching(/^before: cannot read b\.parquet .*; now: cannot read b\.parquet /),
      ],
      ['c.csv', 1, 2, null],
      ['z.csv', 0, 1, null],
    ]);
    expect(JSON.stringify(tables)).not.toContain(rig.path);
  });

  it('says so where an object is damaged, and sets it aside', async () => {
    const rig = await project({ 'a.csv': csv(['x'], 400_000) }, { 'a.csv': csv(['x'], 2) });
    const lock = rig.read('pipeline.lock');
    const digest = /[0-9a-f]{64}/.exec(lock)![0];
    const object = `.git/mlops/store/objects/${digest.slice(0, 2)}/${digest.slice(2)}`;
    rmSync(join(rig.path, object));
    rig.write({ [object]: csv(['x'], 399_999) });
    const [table] = (await inside(rig)).tables;
    expect(table?.unavailable).toMatch(/^before: object [0-9a-f]{64} in the store is damaged$/);
    expect(rig.has(object)).toBe(false);
  });

  it('fetches what is not here only where it may, and says of what it has not', async () => {
    const rig = await project({ 'a.csv': csv(['x'], 5), 'd/t.csv': csv(['x'], 1) }, {}, ['a.csv', 'd']);
    expectExit(await rig.mlops('remote', 'add', '-d', 'origin', '../remote'), 0);
    await commit(rig);
    expectExit(await rig.mlops('push'), 0);
    const forget = (): void => rmSync(join(rig.path, '.git/mlops/store'), { recursive: true });
    rig.write({ 'a.csv': csv(['x'], 6), 'd/t.csv': csv(['x', 'y'], 1), 'd/u.txt': 'a,b\n' });
    forget();
    const here = await inside(rig);
    expect(here.tables).toEqual([
      {
        path: 'a.csv',
        rows: { was: null, now: 6 },
        columns: NONE,
        unavailable: 'before: its 12 B are not here; --fetch brings them',
      },
    ]);
    expect(here.folders).toEqual([]);
    const fetched = await inside(rig, '--fetch');
    expect(
      fetched.tables.map(({ path, rows, unavailable }) => [path, rows.was, rows.now, unavailable]),
    ).toEqual([
      ['a.csv', 5, 6, null],
      ['d/t.csv', 1, 1, null],
    ]);
    expect(fetched.folders).toMatchObject([{ path: 'd', added: 1, removed: 0, modified: 1 }]);
    forget();
    rmSync(join(rig.path, '../remote'), { recursive: true });
    const [gone] = (await inside(rig, '--fetch')).tables;
    expect(gone?.unavailable).toMatch(/^before: its 12 B could not be fetched: /);
  });

  it('takes outs that Git keeps from the commit', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': {
        stages: {
          make: { cmd: 'cp in.csv out.csv', deps: ['in.csv'], outs: [{ 'out.csv': { git: true } }] },
        },
      },
      'in.csv': csv(['x'], 2),
    });
    expectExit(await rig.mlops('repro'), 0);
    await commit(rig);
    rig.write({ 'in.csv': csv(['x'], 4) });
    expectExit(await rig.mlops('repro'), 0);
    expect((await inside(rig)).tables).toMatchObject([
      { path: 'out.csv', rows: { was: 2, now: 4 }, unavailable: null },
    ]);
  });

  it('keeps names of columns as they are, a long one shortened', async () => {
    const hostile = ['<script>alert(1)</script>', '| @everyone `x`', 'a\nb', `${'n'.repeat(5000)}`];
    const rig = await project({ 'a.csv': csv(['x'], 1) }, { 'a.csv': csv(['x', ...hostile], 1) });
    const [table] = (await inside(rig)).tables;
    expect(table?.columns.added.map(({ name }) => name)).toEqual([
      ...hostile.slice(0, 3),
      `${'n'.repeat(199)}…`,
    ]);
  });

  it('names the columns of a table that has thousands, and does not look at their cells', async () => {
    const names = (letter: string): string[] => Array.from({ length: 3000 }, (_, at) => `${letter}${at}`);
    const rig = await project(
      { 'a.csv': csv(names('a'), 2) },
      { 'a.csv': csv([...names('a').slice(1), 'x'], 2) },
    );
    const [table] = (await inside(rig)).tables;
    expect(table?.columns).toEqual({
      added: [{ name: 'x', type: 'unread' }],
      removed: [{ name: 'a0', type: 'unread' }],
      retyped: [],
    });
  });

  it('looks into twenty tables and says where it stopped', async () => {
    const all = (rows: number) =>
      Object.fromEntries(
        Array.from({ length: 23 }, (_, at) => [`t${String(at).padStart(2, '0')}.csv`, csv(['x'], rows)]),
      );
    const { tables } = await inside(await project(all(1), all(2)));
    expect(tables.map(({ unavailable }) => unavailable)).toEqual([
      ...Array.from({ length: 20 }, () => null),
      'this one and those after it were not looked into: 20 at a time are',
    ]);
  });
});

describe('mlops diff --tables', () => {
  it('says the same for people', async () => {
    const rig = await project(
      { 'a.csv': csv(['x', 'old'], 1000), 'b.csv': csv(['x'], 2), 'c.csv': csv(['x'], 1) },
      { 'a.csv': 'x,new\nword,1\n', 'b.csv': csv(['x'], 3), 'c.csv': 'x\n1,2\n' },
    );
    const plain = await rig.mlops('diff');
    expect(plain.stdout).not.toContain('tables');
    const { stdout } = await rig.mlops('diff', '--tables');
    expect(stdout.slice(stdout.indexOf('tables\n')).replace(/ +/g, ' ')).toBe(
      [
        'tables',
        'table rows columns',
        'a.csv 1,000 → 1 +new int64, -old, ~x int64 → string',
        'b.csv 2 → 3 as they were',
        'c.csv 1 → ? now: cannot read c.csv as csv: Expected Number of Columns: 1 Found: 2',
        '',
      ].join('\n'),
    );
    expect((await rig.mlops('diff', '--tables', '--md')).stdout).toContain(
      '| b.csv | 2 → 3 | as they were |',
    );
    const json = JSON.parse((await rig.mlops('diff', '--tables', '--json')).stdout);
    expect(json.tables.map((each: TableChange) => each.path)).toEqual(['a.csv', 'b.csv', 'c.csv']);
    expect(json.folders).toEqual([]);
  });
});
