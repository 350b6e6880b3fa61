// The guide's programs, as they stand there, write the files that it shows.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hasPython } from '../log-calls.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const GUIDE = readFileSync(join(ROOT, 'docs/guides/logging.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...GUIDE.matchAll(/```(\w+)\n([\s\S]*?)```/g)]
    .filter(([, word]) => word === language)
    .map(([, , text]) => text!);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlops-logging-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function expectFiles(program: string, file: string): void {
  const { stderr, status } = spawnSync(program, [file], { cwd: folder, encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const [history, summary] = blocks('json');
  expect(readFileSync(join(folder, 'metrics/train.jsonl'), 'utf8')).toBe(history);
  expect(readFileSync(join(folder, 'metrics/train.json'), 'utf8')).toBe(summary);
}

it('shows what its program for Node writes', () => {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/mlops'));
  writeFileSync(join(folder, 'train.mjs'), blocks('js')[0]!);
  expectFiles(process.execPath, 'train.mjs');
});

it.skipIf(!hasPython)('shows what its program for Python writes', () => {
  cpSync(join(ROOT, 'docs/python/mlops_log.py'), join(folder, 'mlops_log.py'));
  writeFileSync(join(folder, 'train.py'), blocks('python')[0]!);
  expectFiles(process.env['MLOPS_PYTHON'] ?? 'python3', 'train.py');
});
