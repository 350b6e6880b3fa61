// A remote is believed in nothing, and what is secret about it is kept nowhere.
import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, words } from './story.ts';

const COPY = {
  'pipeline.yaml': 'stages:\n  a:\n    cmd: cp in.txt out.txt\n    deps: [in.txt]\n    outs: [out.txt]\n',
  'in.txt': 'one\n',
};

describe('credentials in URLs', () => {
  it.each([
    ['s3://AKIA:hunter2@bucket/prefix', []],
    ['s3://bucket/prefix', ['--endpoint', 'http://user:hunter2@127.0.0.1:1/']],
    ['s3://bucket/prefix', ['--endpoint', 'http://127.0.0.1:1/?X-Amz-Signature=hunter2']],
  ])('are refused before they are written: %s %j', async (url, more) => {
    const rig = await openRig();
    expectExit(await rig.mlops('init'), 0);
    const before = rig.read('.mlops/config.yaml');
    const ended = expectExit(await rig.mlops('remote', 'add', 'o', url, ...more), 4);
    expect(words(ended)).toContain('holds credentials');
    expect(words(ended)).not.toContain('hunter2');
    expect(rig.read('.mlops/config.yaml')).toBe(before);
  });

  it('are never repeated when somebody wrote them by hand', async () => {
    const rig = await openRig();
    rig.write({ ...COPY, '.mlops/config.yaml': 'remotes: {o: {url: "s3://AKIA:hunter2@bucket/p"}}\n' });
    for (const command of [['push'], ['status', '--remote'], ['remote', 'list'], ['doctor']]) {
      const ended = await rig.mlops(...command);
      expect(ended.exit).not.toBe(0);
      expect(words(ended)).not.toContain('hunter2');
    }
  });
});

describe('a remote that sends what it likes', () => {
  const pushed = async (): Promise<{ rig: Rig; entry: string }> => {
    const rig = await openRig();
    rig.write(COPY);
    expectExit(await rig.mlops('remote', 'add', '-d', 'o', rig.beside('remote')), 0);
    expectExit(await rig.mlops('repro'), 0);
    expectExit(await rig.mlops('push'), 0);
    await rig.commit('one');
    const runs = readdirSync(rig.beside('remote/v1/runs'), { recursive: true, encoding: 'utf8' });
    return { rig, entry: join(rig.beside('remote/v1/runs'), runs.find((each) => each.endsWith('.json'))!) };
  };

  it('does not fill memory with a run entry without end', async () => {
    const { rig, entry } = await pushed();
    const huge = join(dirname(entry), '0123456789abcdef.json');
    writeFileSync(huge, '{');
    truncateSync(huge, 8 * 2 ** 30); // sparse: takes no disk
    const clone = await rig.clone('clone');
    clone.write({ 'pipeline.lock': null });
    expectExit(await clone.mlops('repro', '--pull'), 0);
    expect(clone.read('out.txt')).toBe('one\n');
  });

  it('is not said to have everything when a push could not send it', async () => {
    const { rig } = await pushed();
    rmSync(rig.beside('remote'), { recursive: true });
    const clone = await rig.clone('clone');
    const ended = expectExit(await clone.mlops('push'), 5);
    expect(words(ended)).not.toContain('has everything');
  });
});
