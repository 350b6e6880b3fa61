// The real program on two tables whose cells alone are 770 MB: with all that it needs besides it takes less than those, and
// says the same of the same data.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';

const PROGRAM = resolve(import.meta.dirname, '../../bin/mlops.js');
const ROWS = 4_000_000;
const COLUMNS = 12;
/** Without a row it would be about 360; with all cells in memory over 1,100. */
const MOST_MB = 700;
const dir = mkdtempSync(join(tmpdir(), 'mlops-memory-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

beforeAll(async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const columns = Array.from({ length: COLUMNS }, (_, i) => `hash(r * ${COLUMNS} + ${i}) / 1e19 AS x${i}`);
  const rows = `SELECT ${columns.join(', ')} FROM range(${ROWS}) t(r)`;
  await connection.run(`COPY (${rows}) TO '${join(dir, 'a.parquet')}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
});

it('compares two tables of four million rows in less memory than their cells, and leaves nothing behind', () => {
  const told = 'process.on("exit",()=>process.stderr.write("\\nkB "+process.resourceUsage().maxRSS))';
  const temporary = mkdtempSync(join(dir, 'tmp-'));
  const run = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${told}`, PROGRAM, 'drift', 'a.parquet', 'a.parquet', '--json'],
    { cwd: dir, encoding: 'utf8', env: { ...process.env, TMPDIR: temporary }, maxBuffer: 1 << 26 },
  );
  expect(run.status, run.stderr).toBe(0);
  const report = JSON.parse(run.stdout);
  expect(report.summary).toMatchObject({ columns: COLUMNS, tested: COLUMNS, drifted: 0 });
  expect(report.inputs.current.rows).toBe(ROWS);
  for (const { ks, rows } of report.columns) expect([ks.statistic, rows.current]).toEqual([0, ROWS]);
  expect(Number(/kB (\d+)/.exec(run.stderr)![1]) / 1000).toBeLessThan(MOST_MB);
  expect(readdirSync(temporary)).toEqual([]);
});
