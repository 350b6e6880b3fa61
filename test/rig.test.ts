// The rig itself, with Git as the program: what it promises holds without the product.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openRig } from './rig.ts';

describe('the rig', () => {
  it('is a repository of its own, clones included', async () => {
    const rig = await openRig();
    rig.write({ 'a/b.txt': 'text', 'c.json': { x: 1 }, gone: '' });
    rig.write({ gone: null });
    const commit = await rig.commit('first');
    expect(rig.files()).toEqual(['a/b.txt', 'c.json']);
    const clone = await rig.clone('other');
    expect(clone.read('a/b.txt')).toBe('text');
    expect((await clone.git('log', '--format=%H %an')).trim()).toBe(`${commit} Ada`);
    expect(await clone.git('status', '--porcelain')).toBe('');
  });

  it('decides every step of a stage command', async () => {
    const rig = await openRig();
    const train = rig.command('train');
    const child = spawn('/bin/sh', ['-ec', train.cmd], {
      cwd: rig.path,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const call = await train.nextCall();
    expect(call.cwd).toBe(rig.path);
    await call.write('out/model.txt', 'v1');
    expect(rig.read('out/model.txt')).toBe('v1');
    expect(await call.read('out/model.txt')).toBe('v1');
    const printed = once(child.stdout, 'data');
    await call.print('hello');
    expect(String((await printed)[0])).toBe('hello\n');
    const exited = once(child, 'exit');
    await call.exit(7);
    expect(await exited).toEqual([7, null]);
    await call.gone();
  });
});
