// What stands in the workspace is either what was asked for, or still what the user had.
import { describe, expect, it } from 'vitest';
import { openRig } from '../rig.ts';
import { expectExit, words } from './story.ts';

const COPY = {
  'pipeline.yaml': 'stages:\n  a:\n    cmd: cp in.txt out.txt\n    deps: [in.txt]\n    outs: [out.txt]\n',
  'in.txt': 'one\n',
};

describe('checkout', () => {
  it('follows git switch where the store has both results', async () => {
    const rig = await openRig();
    rig.write(COPY);
    expectExit(await rig.mlops('repro'), 0);
    await rig.commit('one');
    await rig.git('switch', '-qc', 'other');
    rig.write({ 'in.txt': 'two\n' });
    expectExit(await rig.mlops('repro'), 0);
    await rig.commit('two');
    await rig.git('switch', '-q', 'main');
    expectExit(await rig.mlops('checkout'), 0);
    expect(rig.read('out.txt')).toBe('one\n');
  });

  it('refuses what is stored nowhere', async () => {
    const rig = await openRig();
    rig.write(COPY);
    expectExit(await rig.mlops('repro'), 0);
    rig.write({ 'out.txt': 'mine\n' });
    const refused = await rig.mlops('checkout');
    expectExit(refused, 7);
    expect(words(refused)).toContain('out.txt (changed)');
    expect(rig.read('out.txt')).toBe('mine\n');
  });
});
