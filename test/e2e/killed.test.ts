import { expect, it } from 'vitest';
import { openRig } from '../rig.ts';

it('a repro that is killed costs nothing: no child stays, the last good out comes back', async () => {
  const rig = await openRig();
  const train = rig.command('train');
  rig.write({
    'pipeline.yaml': `stages:\n  train:\n    cmd: ${train.cmd}\n    deps: [in.txt]\n    outs: [model.txt]\n`,
    'in.txt': 'a',
  });
  const first = rig.start('repro');
  const good = await train.nextCall();
  await good.write('model.txt', 'v1');
  await good.exit(0);
  expect(await first.done).toMatchObject({ exit: 0 });

  rig.write({ 'in.txt': 'b' });
  const second = rig.start('repro');
  const half = await train.nextCall();
  await half.write('model.txt', 'half');
  await second.kill('SIGKILL');
  await half.gone();
  expect(rig.read('model.txt')).toBe('half');

  rig.write({ 'in.txt': 'a' });
  const third = await rig.mlops('repro');
  expect(third.exit).toBe(0);
  expect(third.stderr).toContain('1 fresh');
  expect(rig.read('model.txt')).toBe('v1');
});
