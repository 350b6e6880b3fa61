// What DuckDB cannot hold goes to a folder that is gone afterwards, also after a process that was killed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { withDatabase } from '../../../src/ml/frame/duckdb.ts';
import { spillFolder } from '../../../src/ml/frame/spill.ts';
import { folder } from './folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('is told by its name, of each database anew', () => {
  const cwd = folder({});
  vi.stubEnv('TMPDIR', cwd);
  expect(dirname(spillFolder())).toBe(cwd);
  expect(spillFolder()).not.toBe(spillFolder());
});

it('is removed for processes that have ended, and for no other', () => {
  const cwd = folder({});
  vi.stubEnv('TMPDIR', cwd);
  const own = spillFolder();
  const ended = spawnSync('true').pid;
  const left = own.replace(/-\d+-(\w*)-(\w+)$/, `-${ended}-$1-$2`);
  const reused = own.replace(/-(\w*)-(\w+)$/, '-1$1-$2');
  const elsewhere = left.replace(/spill-\w{8}/, 'spill-00000000');
  for (const each of [own, left, reused, elsewhere]) mkdirSync(each);
  spillFolder();
  expect([own, left, reused, elsewhere].map((each) => existsSync(each))).toEqual([true, false, false, true]);
});

it('takes what a query needs beyond the memory, though no other file can be reached', async () => {
  const cwd = folder({ 'other.csv': 'x\n1\n' });
  vi.stubEnv('TMPDIR', cwd);
  await withDatabase([], async (database) => {
    const other = database.rows(`SELECT * FROM read_csv('${join(cwd, 'other.csv')}')`);
    await expect(other).rejects.toThrow(/Permission Error/);
    await expect(database.run("COPY (SELECT 1) TO 'x.csv'")).rejects.toThrow(/Permission Error/);
    await expect(database.run("SET memory_limit='100GB'")).rejects.toThrow(/locked/);
  });
  expect(readdirSync(cwd)).toEqual(['other.csv']);
});
