import { afterAll, describe, expect, it } from 'vitest';
import { probeConditionalPuts } from '../../src/remote/conditional-puts.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { all } from '../suites/remote.ts';
import { folderRemote, removeFolders } from './rig.ts';
import { s3Rig } from './s3-rig.ts';

const rig = s3Rig();
afterAll(removeFolders);

describe('the probe of conditional puts', () => {
  it('finds them kept in a folder and in a bucket, and leaves nothing there', async () => {
    for (const remote of [folderRemote(), await rig.open(rig.newConfig())]) {
      expect(await probeConditionalPuts(remote)).toBe('kept');
      expect(await all(remote.list(''))).toEqual([]);
    }
  });

  it('finds a server that ignores them', async () => {
    const remote = folderRemote();
    const careless: Remote = { ...remote, write: (name, body) => remote.write(name, body) };
    expect(await probeConditionalPuts(careless)).toBe('ignored');
    expect(await all(remote.list(''))).toEqual([]);
  });

  it('finds a server that looks before it writes, and lets several of a race win', async () => {
    const remote = folderRemote();
    const racy: Remote = {
      ...remote,
      write: async (name, body) =>
        (await remote.stat(name)) ? 'exists' : remote.write(name, body).then(() => 'written'),
    };
    expect(await probeConditionalPuts(racy)).toBe('raced');
  });
});
