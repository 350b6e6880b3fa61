// The guide's program, as it stands there, run beside the repository that it speaks of.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import * as real from '../../src/mlops.ts';
import type * as Told from '../../types/mlops.d.ts';
import { expectExit } from '../e2e/story.ts';
import { openRig } from '../rig.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const GUIDE = readFileSync(join(ROOT, 'docs/guides/read-api.md'), 'utf8');

it('has a guide whose program prints what it says', async () => {
  const rig = await openRig();
  const weather = await rig.clone('weather');
  weather.write({
    'data/raw/2014.csv': 'day,rain\n1,0.5\n2,0.0\n3,1\n',
    'data/raw/2015.csv': 'day,rain\n',
    'pipeline.yaml':
      'stages:\n  train: {cmd: mkdir -p models && echo "a forest of rain" > models/rain.onnx, deps: [data/raw], outs: [models/rain.onnx]}\n',
  });
  expectExit(await weather.mlops('add', 'data/raw'), 0);
  expectExit(await weather.mlops('repro'), 0);
  await weather.commit('first');
  await weather.git('tag', 'v1');

  const program = rig.beside('program');
  mkdirSync(join(program, 'node_modules'), { recursive: true });
  symlinkSync(ROOT, join(program, 'node_modules/mlops'));
  writeFileSync(join(program, 'read.mjs'), /```js\n([\s\S]*?)```/.exec(GUIDE)![1]!);
  const { stdout, stderr } = spawnSync(process.execPath, ['read.mjs'], { cwd: program, encoding: 'utf8' });
  expect(stderr).toBe('');
  const shape = (text: string): string =>
    text.replace(/^(\d+) [0-9a-f]{8} [0-9a-f]{7}$/m, '$1 DIGEST COMMIT');
  expect(shape(stdout)).toBe(shape(/```text\n([\s\S]*?)```/.exec(GUIDE)![1]!));
});

it('has the types that it says', () => {
  const told: Pick<typeof Told, 'open' | 'list'> = real;
  const error: typeof Told.MlopsError.prototype = new real.MlopsError([]);
  expect(Object.keys(told).sort()).toEqual(['MlopsError', 'list', 'open']);
  expect(error.failures).toEqual([]);
});
