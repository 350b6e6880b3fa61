import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { collect, textBody } from '../../src/remote/body.ts';
import { dirRemote } from '../../src/remote/dir.ts';
import { openRemote } from '../../src/remote/open.ts';
import { remoteContract } from '../suites/remote.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mlops-dir-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let places = 0;
const newFolder = (): string => join(scratch, String(places++));

remoteContract('a folder', async () => {
  const root = newFolder();
  return { open: async () => dirRemote(root, root) };
});

describe('a folder as a remote', () => {
  it('is named by a path or a file URL, with everything under v1/', async () => {
    const folder = newFolder();
    const byUrl = await openRemote({ url: pathToFileURL(folder).href }, { base: '/' });
    await byUrl.write('a', textBody('x'));
    const byPath = await openRemote({ url: folder.slice(scratch.length + 1) }, { base: scratch });
    expect(String(await byPath.read('a', collect))).toBe('x');
    expect(readdirSync(folder)).toEqual(['v1']);
  });

  it('leaves nothing behind but what it names', async () => {
    const folder = newFolder();
    await dirRemote('r', folder).write('objects/aa/1', textBody('x'));
    await dirRemote('r', folder).write('objects/aa/1', textBody('x'), 'new');
    expect(readdirSync(join(folder, 'objects/aa'))).toEqual(['1']);
  });

  it('does not show files on their way', async () => {
    const folder = newFolder();
    const remote = dirRemote('r', folder);
    await remote.write('objects/aa/1', textBody('x'));
    writeFileSync(join(folder, 'objects/aa/.1234.tmp'), 'half');
    const names = [];
    for await (const each of remote.list('objects/')) names.push(each.name);
    expect(names).toEqual(['objects/aa/1']);
  });

  it('lets errors of the reader be the reader’s own', async () => {
    const remote = dirRemote('r', newFolder());
    await remote.write('a', textBody('x'));
    const mine = Object.assign(new Error('my disk is full'), { code: 'ENOENT' });
    await expect(remote.read('a', () => Promise.reject(mine))).rejects.toBe(mine);
  });

  it('says when a file is in its place', async () => {
    const folder = newFolder();
    writeFileSync(folder, 'a file');
    await expect(dirRemote(folder, join(folder, 'v1')).write('a', textBody('x'))).rejects.toMatchObject({
      failures: [{ exit: 'remote', help: 'check the URL of the remote' }],
    });
  });

  it('refuses other kinds of URL', async () => {
    await expect(openRemote({ url: 'gs://bucket' }, { base: '/' })).rejects.toMatchObject({
      failures: [{ exit: 'config', message: expect.stringContaining('gs://bucket') }],
    });
  });
});
