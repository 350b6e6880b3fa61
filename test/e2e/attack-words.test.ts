// Whatever stands in the files: one message, an exit code, no stack trace, no memory filled.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRig } from '../rig.ts';
import { expectExit, words } from './story.ts';

it('refuses a matrix of more stages than anybody means', async () => {
  const rig = await openRig();
  const matrix = Object.fromEntries(
    Array.from({ length: 10 }, (_, axis) => [`k${axis}`, Array.from({ length: 10 }).fill(0)]),
  );
  rig.write({ 'pipeline.yaml': { stages: { a: { matrix, cmd: 'true', outs: ['x'] } } } });
  expect(words(expectExit(await rig.mlops('status'), 4))).toContain('this makes 10,000,000,000 stages');
});

it('does not read a device in the place of a file', async () => {
  const rig = await openRig();
  symlinkSync('/dev/zero', join(rig.path, 'pipeline.yaml'));
  expect(words(expectExit(await rig.mlops('status'), 4))).toContain('pipeline.yaml is no file');
});

it('keeps a name with a line end out of Git, and ignores nothing else with it', async () => {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': { stages: { a: { cmd: 'echo 1 > "n\n*"', outs: ['n\n*'] } } },
    'mine.txt': '',
  });
  expectExit(await rig.mlops('repro'), 0);
  const seen = (await rig.git('ls-files', '-z', '-o', '--exclude-standard')).split('\0');
  expect(seen).toContain('mine.txt');
  expect(seen).not.toContain('n\n*');
});
