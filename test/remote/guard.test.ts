import { afterAll, describe, expect, it } from 'vitest';
import { collect, textBody } from '../../src/remote/body.ts';
import { withGuard } from '../../src/remote/guard.ts';
import { passing } from '../../src/remote/trouble.ts';
import { all } from '../suites/remote.ts';
import { folderRemote, removeFolders, spoiled } from './rig.ts';

afterAll(removeFolders);
const FOREIGN = '{"format":1,"hash":"sha256","id":"x","requires":["chunks"]}';

describe('withGuard', () => {
  it('lets no verb touch a remote that this program does not understand', async () => {
    const plain = folderRemote();
    await plain.write('format.json', textBody(FOREIGN));
    const touched: string[] = [];
    const remote = withGuard(spoiled(plain, (_, name) => touched.push(name)));
    const refused = { failures: [{ exit: 'remote', message: expect.stringContaining('chunks') }] };
    await expect(remote.read('a', collect)).rejects.toMatchObject(refused);
    await expect(remote.write('a', textBody('x'))).rejects.toMatchObject(refused);
    await expect(remote.stat('a')).rejects.toMatchObject(refused);
    await expect(remote.remove(['a'])).rejects.toMatchObject(refused);
    await expect(all(remote.list(''))).rejects.toMatchObject(refused);
    expect(new Set(touched)).toEqual(new Set(['format.json']));
  });

  it('asks once, and again only when there was no answer', async () => {
    let asked = 0;
    const remote = withGuard(
      spoiled(folderRemote(), (_, name) => {
        if (name === 'format.json' && ++asked === 1) throw passing('busy');
      }),
    );
    await expect(remote.stat('a')).rejects.toThrow('busy');
    await Promise.all([remote.stat('a'), remote.read('b', collect), all(remote.list('c'))]);
    expect(asked).toBe(2);
  });
});
