import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { bytesBody, collect, textBody } from '../../src/remote/body.ts';
import { fetchObjects } from '../../src/remote/fetch.ts';
import { push } from '../../src/remote/push.ts';
import { missingObjects } from '../../src/store/tree-objects.ts';
import type { Fault } from '../s3-server/server.ts';
import { remoteContract } from '../suites/remote.ts';
import { newStore, patient, removeFolders, storeTree } from './rig.ts';
import { s3Rig } from './s3-rig.ts';

const MIB = 2 ** 20;
const rig = s3Rig({ buckets: ['bucket'], pageNames: 3 });
afterAll(removeFolders);

remoteContract('a bucket', async () => {
  const config = rig.newConfig();
  return { open: () => rig.open(config) };
});

describe('what a bucket is sent', () => {
  it('is one request for an object, with its digest as checksum, and parts above 32 MiB', async () => {
    const remote = await rig.open(rig.newConfig());
    rig.server.log.length = 0;
    await remote.write('small', textBody('hello'));
    expect(rig.server.log.map((each) => each.operation)).toEqual(['PutObject']);
    const [, stored] = [...rig.server.buckets.get('bucket')!].find(([key]) => key.endsWith('/v1/small'))!;
    expect(stored.sha256).toBe(Buffer.from(textBody('hello').digest, 'hex').toString('base64'));
    await remote.write('large', bytesBody(randomBytes(33 * MIB)));
    expect(rig.server.log.slice(1).map((each) => each.operation)).toEqual([
      'CreateMultipartUpload',
      'UploadPart',
      'UploadPart',
      'UploadPart',
      'CompleteMultipartUpload',
    ]);
    const [, whole] = [...rig.server.buckets.get('bucket')!].find(([key]) => key.endsWith('/v1/large'))!;
    expect(whole.sha256).toMatch(/-3$/);
  });

  it('works without checksums of the server, and says how it is to be encrypted', async () => {
    const remote = await rig.open({ ...rig.newConfig(), checksums: 'off', sse: 'AES256' });
    await remote.write('a', textBody('hello'));
    expect(String(await remote.read('a', collect))).toBe('hello');
    const lie = { ...textBody('hello'), digest: textBody('hallo').digest };
    await expect(remote.write('b', lie)).rejects.toMatchObject({ failures: [{ exit: 'integrity' }] });
  });
});

const BUSY: Fault = { status: 503, code: 'SlowDown' };
const FAULTS: readonly (readonly [string, Fault])[] = [
  ['busy', BUSY],
  ['broken inside', { status: 500, code: 'InternalError' }],
  ['cut in the middle of an answer', 'cut'],
  ['answering with wrong bytes', 'wrong-bytes'],
  ['hanging up', 'hang-up'],
  ['hanging up after the work is done', 'hang-up-after'],
];

describe.each(FAULTS)('a server that is %s', (_, fault) => {
  const FILES = { 'a.txt': 'a', 'b/c.txt': 'content '.repeat(9000), 'b/big': Buffer.alloc(2 * MIB, 'big') };
  const failFirst = (times: number): void => {
    const seen = new Map<string, number>();
    rig.server.faults = ({ operation, key }) => {
      const id = `${operation} ${key}`;
      seen.set(id, (seen.get(id) ?? 0) + 1);
      return seen.get(id)! <= times ? fault : undefined;
    };
  };
  afterEach(() => {
    rig.server.faults = () => undefined;
  });

  it.each([1, 2])('at each request, %i times, is got through by push and fetch', async (times) => {
    const remote = patient(await rig.open(rig.newConfig()));
    const here = newStore();
    const wanted = { path: 'data', artifact: storeTree(here, FILES) };
    if (fault === 'wrong-bytes') await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
    failFirst(times);
    if (fault !== 'wrong-bytes')
      expect((await push({ remote, store: here }, { artifacts: [wanted], runs: [] })).failures).toEqual([]);
    // A listing or format.json with a flipped bit proves nothing, so only objects are spoiled.
    if (fault === 'wrong-bytes') {
      const spoil = rig.server.faults;
      rig.server.faults = (request) =>
        /\/(objects|packs|index)\//.test(request.key) ? spoil(request) : undefined;
    }
    const there = newStore();
    expect((await fetchObjects({ remote, store: there }, [wanted])).failures).toEqual([]);
    expect(missingObjects(there, wanted.artifact)).toEqual([]);
  });

  it('for ever makes push and fetch fail, and claim nothing', async () => {
    const remote = patient(await rig.open(rig.newConfig()));
    const here = newStore();
    const wanted = { path: 'data', artifact: storeTree(here, FILES) };
    await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
    rig.server.faults = ({ key }) => (/\/(objects|packs)\//.test(key) ? fault : undefined);
    const there = newStore();
    const result = await fetchObjects({ remote, store: there }, [wanted]);
    expect(result.failures.length).toBeGreaterThan(0);
    expect([...there.list()]).toEqual([]);
    if (fault === 'cut' || fault === 'wrong-bytes') return; // these spoil answers that have bodies
    rig.server.faults = ({ operation }) => (operation === 'PutObject' ? fault : undefined);
    const more = { path: 'more', artifact: storeTree(here, { x: 'x', y: 'y' }) };
    const pushed = await push({ remote, store: here }, { artifacts: [more], runs: [] });
    expect(pushed).toMatchObject({ objects: 0, runs: 0, failures: [{ exit: 'remote' }] });
  });
});
