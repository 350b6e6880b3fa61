// Settings of a pull request come from its base: MLOPS_CONFIG_REV names the commit.
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, words } from './story.ts';

const PIPELINE = {
  'pipeline.yaml': 'stages:\n  copy:\n    cmd: cp in.txt out.txt\n    deps: [in.txt]\n    outs: [out.txt]\n',
  'in.txt': 'data',
};

/** The remote is `base` at the commit that is returned, and `evil` in the work tree. */
async function changed(): Promise<{ rig: Rig; base: string; env: { [name: string]: string } }> {
  const rig = await openRig();
  rig.write(PIPELINE);
  expectExit(await rig.mlops('remote', 'add', '-d', 'origin', `file://${rig.beside('base')}`), 0);
  const base = await rig.commit('base');
  expectExit(await rig.mlops('remote', 'modify', 'origin', 'url', `file://${rig.beside('evil')}`), 0);
  await rig.commit('a pull request');
  return { rig, base, env: { MLOPS_CONFIG_REV: base } };
}

describe('MLOPS_CONFIG_REV', () => {
  it('decides where bytes go, whatever the work tree says', async () => {
    const { rig, env } = await changed();
    expectExit(await rig.mlopsWith({ env }, 'repro'), 0);
    expectExit(await rig.mlopsWith({ env }, 'push'), 0);
    expect(existsSync(rig.beside('base/v1'))).toBe(true);
    expect(existsSync(rig.beside('evil'))).toBe(false);
  });

  it('also for a repository that imports from itself', async () => {
    const { rig, base, env } = await changed();
    expectExit(await rig.mlops('repro'), 0);
    await rig.commit('result');
    expectExit(await rig.mlopsWith({ env }, 'push'), 0);
    const clone = await rig.clone('clone');
    await clone.git('fetch', '-q', 'origin');
    clone.write({
      'pipeline.yaml': `data:\n  copied.txt: {url: ., path: out.txt}\n${PIPELINE['pipeline.yaml']}`,
    });
    expectExit(await clone.mlopsWith({ env: { MLOPS_CONFIG_REV: base } }, 'update'), 0);
    expect(clone.read('copied.txt')).toBe('data');
    expect(existsSync(rig.beside('evil'))).toBe(false);
  });

  it('leaves the settings of this machine as they are', async () => {
    const { rig, env } = await changed();
    expectExit(await rig.mlopsWith({ env }, 'config', '--local', 'jobs', '3'), 0);
    expect((await rig.mlopsWith({ env }, 'config', 'jobs')).stdout.trim()).toBe('3');
    expect((await rig.mlopsWith({ env }, 'config', 'remotes.origin.url')).stdout).toContain('/base');
  });

  it('refuses to edit settings that would not count', async () => {
    const { rig, env, base } = await changed();
    const before = rig.read('.mlops/config.yaml');
    for (const command of [
      ['remote', 'add', 'more', '/more'],
      ['remote', 'modify', 'origin', 'url', '/more'],
      ['remote', 'remove', 'origin'],
      ['remote', 'default', 'origin'],
      ['config', 'jobs', '2'],
      ['config', '--unset', 'remote'],
    ]) {
      const ended = expectExit(await rig.mlopsWith({ env }, ...command), 7);
      expect(words(ended)).toContain(base.slice(0, 7));
    }
    expect(rig.read('.mlops/config.yaml')).toBe(before);
  });

  it('is no settings at all where that commit has none', async () => {
    const rig = await openRig();
    rig.write(PIPELINE);
    const bare = await rig.commit('bare');
    expectExit(await rig.mlops('remote', 'add', '-d', 'origin', rig.beside('evil')), 0);
    const ended = expectExit(await rig.mlopsWith({ env: { MLOPS_CONFIG_REV: bare } }, 'push'), 4);
    expect(words(ended)).toContain('no remote is configured');
  });

  it.each(['', 'HEAD', 'main', '--help', 'f'.repeat(40)])('is refused as %j', async (rev) => {
    const { rig } = await changed();
    const ended = expectExit(await rig.mlopsWith({ env: { MLOPS_CONFIG_REV: rev } }, 'status'), 4);
    expect(words(ended)).toContain('MLOPS_CONFIG_REV is no commit that is here');
  });

  it('says where in that commit a setting is wrong', async () => {
    const rig = await openRig();
    rig.write({ ...PIPELINE, '.mlops/config.yaml': 'jobs: many\n' });
    const wrong = await rig.commit('wrong');
    rig.write({ '.mlops/config.yaml': 'jobs: 2\n' });
    const ended = expectExit(await rig.mlopsWith({ env: { MLOPS_CONFIG_REV: wrong } }, 'status'), 4);
    expect(words(ended)).toContain(`.mlops/config.yaml at ${wrong.slice(0, 7)}`);
  });
});
