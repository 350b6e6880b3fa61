// Nothing that a result depends on changes unseen.
import { describe, expect, it } from 'vitest';
import { openRig } from '../rig.ts';
import { repro, verdicts } from './story.ts';

describe('fresh', () => {
  it.each([
    ['a directory', 'src', 'cat src/*'],
    ['a glob', 'src/**', 'cat src/*'],
    ['a directory that holds it in an ignored folder', 'all', 'cat all/build/*'],
  ])('sees a file that Git tracks though it ignores its like, in %s', async (_, dep, cmd) => {
    const rig = await openRig();
    rig.write({
      '.gitignore': '*.log\nbuild/\n',
      'pipeline.yaml': `stages:\n  a:\n    cmd: ${cmd} > out.txt\n    deps: ["${dep}"]\n    outs: [out.txt]\n`,
      'src/a.txt': 'a\n',
      'src/kept.log': 'one\n',
      'src/other.log': 'noise\n',
      'all/build/kept.txt': 'one\n',
    });
    await rig.git('add', '-f', 'src/kept.log', 'all/build/kept.txt');
    await repro(rig);
    expect(await verdicts(rig)).toEqual({ a: 'fresh' });
    rig.write({ 'src/other.log': 'more noise\n' });
    expect(await verdicts(rig)).toEqual({ a: 'fresh' });
    rig.write({ 'src/kept.log': 'two\n', 'all/build/kept.txt': 'two\n' });
    expect(await verdicts(rig)).toEqual({ a: 'stale' });
  });
});
