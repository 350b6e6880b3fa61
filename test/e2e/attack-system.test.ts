// What the system refuses is told as such: one message, no stack trace, nothing lost.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRig } from '../rig.ts';
import { expectExit, words } from './story.ts';

const COPY = {
  'pipeline.yaml': 'stages:\n  a:\n    cmd: cp in.txt out.txt\n    deps: [in.txt]\n    outs: [out.txt]\n',
  'in.txt': 'one\n',
};

describe('trouble of the system', () => {
  it('is no bug: a directory in the place of the lock', async () => {
    const rig = await openRig();
    rig.write(COPY);
    mkdirSync(join(rig.path, 'pipeline.lock'));
    for (const command of ['status', 'repro']) {
      const ended = expectExit(await rig.mlops(command), 4);
      expect(words(ended)).toContain('a directory stands where a file must be');
    }
  });

  it('puts the last good out back when the store cannot be written', async () => {
    const rig = await openRig();
    rig.write(COPY);
    expectExit(await rig.mlops('repro'), 0);
    // Files where the store makes its folders: no object can land any more.
    for (let i = 0; i < 256; i++) {
      const folder = `.git/mlops/store/objects/${i.toString(16).padStart(2, '0')}`;
      if (!rig.has(folder)) rig.write({ [folder]: 'in the way' });
    }
    rig.write({ 'in.txt': 'two\n' });
    expectExit(await rig.mlops('repro'), 4);
    expect(rig.read('out.txt')).toBe('one\n');
  });
});
