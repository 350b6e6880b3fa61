// What a kill or a power failure leaves is brought to an end by the next command, and never taken for the user's.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRig } from '../rig.ts';
import { expectExit, repro } from './story.ts';

it('puts back what was set aside, also when the power failed before claim and manifest were on the disk', async () => {
  const rig = await openRig();
  const a = rig.command('a');
  rig.write({
    'pipeline.yaml': `stages:\n  a:\n    cmd: ${a.cmd}\n    deps: [in.txt]\n    outs: [dir, out.txt]\n`,
    'in.txt': 'one\n',
    'out.txt': 'mine\n',
    'dir/x.txt': 'mine too\n',
  });
  const run = rig.start('repro');
  const call = await a.nextCall();
  expect(rig.has('out.txt')).toBe(false);
  await run.kill('SIGKILL');
  await call.gone();
  const state = join(rig.path, '.git/mlops');
  for (const folder of readdirSync(join(state, 'aside')))
    writeFileSync(join(state, 'aside', folder, 'manifest.json'), '');
  for (const claim of readdirSync(join(state, 'claims'))) writeFileSync(join(state, 'claims', claim), '');

  const again = rig.start('repro');
  const second = await a.nextCall();
  await second.exit(1);
  expectExit(await again.done, 1);
  expect(rig.read('out.txt')).toBe('mine\n');
  expect(rig.read('dir/x.txt')).toBe('mine too\n');
  expect(readdirSync(join(state, 'aside'))).toEqual([]);
});

it('takes away what a killed stage was being given from the store', async () => {
  const rig = await openRig();
  const a = rig.command('a');
  rig.write({
    'pipeline.yaml': `stages:\n  a:\n    cmd: ${a.cmd}\n    deps: [in.txt]\n    outs: [dir]\n`,
    'in.txt': 'one\n',
  });
  const run = rig.start('repro');
  const call = await a.nextCall();
  const theirs = '.mlops-1-0123456789abcdef.tmp';
  const half = `.mlops-${run.pid}-0123456789abcdef.tmp`;
  rig.write({ [half]: 'half', [`dir/sub/${half}`]: 'half', [theirs]: 'of another' });
  await run.kill('SIGKILL');
  await call.gone();
  const again = rig.start('repro');
  await (await a.nextCall()).exit(1);
  await again.done;
  expect(rig.files().filter((path) => path.endsWith('.tmp'))).toEqual([theirs]);
});

it('does not take for data what a killed checkout was writing', async () => {
  const rig = await openRig();
  rig.write({ 'data/a.txt': 'a\n' });
  expectExit(await rig.mlops('add', 'data'), 0);
  const lock = rig.read('pipeline.lock');
  rig.write({ 'data/.mlops-4242-0123456789abcdef.tmp': 'half' });
  expectExit(await rig.mlops('add', 'data'), 0);
  expect(rig.read('pipeline.lock')).toBe(lock);
  await repro(rig);
  expect(rig.read('pipeline.lock')).toBe(lock);
});
