// `exp clean`: what killed processes left goes, what runs or waits stays.
import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { expect, it } from 'vitest';
import { experimentWith } from '../experiments/rig.ts';
import { openRig, type Rig } from '../rig.ts';

async function pipeline(): Promise<{ rig: Rig; train: ReturnType<Rig['command']> }> {
  const rig = await openRig();
  const train = rig.command('train');
  await rig.mlops('init');
  rig.write({
    'pipeline.yaml': `stages:\n  train:\n    cmd: ${train.cmd}\n    params: [trees]\n    outs: [model.txt]\n`,
    'params.yaml': 'trees: 1\n',
    '.mlops/config.yaml': "exp: {carry: ['.rig/*']}\n",
  });
  await rig.commit('base');
  return { rig, train };
}

const places = (rig: Rig): string[] => readdirSync(`${rig.path}/.git/mlops/exp`);

it('removes the work tree of a killed experiment, and leaves the one that runs', async () => {
  const { rig, train } = await pipeline();
  const dead = rig.start('exp', 'run', '--isolated', '-S', 'trees=2');
  await train.nextCall();
  const living = rig.start('exp', 'run', '--isolated', '-S', 'trees=3', '-n', 'living');
  const call = await train.nextCall();
  expect((await rig.mlops('exp', 'clean')).stdout).toBe('nothing was left behind\n');
  await dead.kill('SIGKILL');
  expect((await rig.mlops('exp', 'clean')).stdout).toBe('cleared away 1 work tree\n');
  expect(places(rig)).toHaveLength(1);
  expect(await rig.git('worktree', 'list', '--porcelain')).toContain(places(rig)[0]);
  await call.write('model.txt', 'three');
  await call.exit(0);
  expect(await living.done).toMatchObject({ exit: 0 });
  expect((await rig.mlops('exp', 'list')).stdout).toContain('living');
  expect((await rig.git('worktree', 'list')).trim().split('\n')).toHaveLength(1);
});

it('removes refs without a ticket, records of work trees that are gone, and old temporary files', async () => {
  const { rig } = await pipeline();
  expect(await rig.mlops('exp', 'run', '--queue', '-S', 'trees=2')).toMatchObject({ exit: 0 });
  const queued = await rig.git('for-each-ref', '--format=%(refname)', 'refs/mlops/queue/');
  await experimentWith(rig, 'calm-otter', { 'note.txt': 'n\n' });
  await rig.git('worktree', 'add', '-q', '../other', '-b', 'other');
  expect(await rig.mlopsWith({ cwd: '../other' }, 'exp', 'apply', 'calm-otter')).toMatchObject({ exit: 0 });
  await rig.git('update-ref', 'refs/mlops/queue/stray', 'HEAD');
  await rig.git('worktree', 'remove', '--force', '../other');
  const folder = `${rig.path}/.git/mlops/queue/waiting`;
  mkdirSync(folder, { recursive: true });
  const temporary = (digit: string): string => `.git/mlops/queue/waiting/.mlops-1-${digit.repeat(16)}.tmp`;
  rig.write({ [temporary('a')]: 'old', [temporary('b')]: 'young' });
  utimesSync(`${rig.path}/${temporary('a')}`, 0, 0);

  expect((await rig.mlops('exp', 'clean')).stdout).toBe(
    'cleared away 1 ref of the queue, 1 record of an apply, 1 temporary file\n',
  );
  expect(await rig.git('for-each-ref', '--format=%(refname)', 'refs/mlops/queue/', 'refs/mlops/apply/')).toBe(
    queued,
  );
  expect([rig.has(temporary('a')), rig.has(temporary('b'))]).toEqual([false, true]);
  expect((await rig.mlops('exp', 'list')).stdout).toContain('calm-otter');
  expect((await rig.mlops('exp', 'clean')).stdout).toBe('nothing was left behind\n');
});
