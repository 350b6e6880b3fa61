// What a remote says it asked is what the server was asked.
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { bytesBody, collect, textBody } from '../../src/remote/body.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { noRequests, type Requests } from '../../src/remote/requests.ts';
import { withRetry } from '../../src/remote/retry.ts';
import { all } from '../suites/remote.ts';
import { s3Rig } from './s3-rig.ts';

const MIB = 2 ** 20;
const rig = s3Rig({ buckets: ['bucket'], pageNames: 100, smallestPartBytes: MIB });
afterEach(() => {
  rig.server.faults = () => undefined;
});

const KIND: { readonly [operation: string]: keyof Requests } = {
  PutObject: 'puts',
  CreateMultipartUpload: 'puts',
  UploadPart: 'puts',
  CompleteMultipartUpload: 'puts',
  GetObject: 'gets',
  HeadObject: 'heads',
  ListObjectsV2: 'lists',
  ListParts: 'lists',
  DeleteObjects: 'deletes',
  AbortMultipartUpload: 'deletes',
};

async function open(): Promise<{ remote: Remote; requests: Requests }> {
  const requests = noRequests();
  const plain = await rig.open(rig.newConfig(), { requests, partBytes: MIB });
  rig.server.log.length = 0;
  return { remote: withRetry(plain, { attempts: 3, sleep: async () => {} }), requests };
}

/** By what the server saw. */
function seen(): Omit<Requests, 'bytesUp' | 'bytesDown'> {
  const { bytesUp: _, bytesDown: __, ...counts } = noRequests();
  for (const { operation } of rig.server.log) counts[KIND[operation] as keyof typeof counts]++;
  return counts;
}

describe('requests', () => {
  it('are counted, every attempt and every part and page of them', async () => {
    const { remote, requests } = await open();
    const failed = new Set<string>();
    rig.server.faults = ({ operation }) => {
      if (failed.has(operation)) return undefined;
      failed.add(operation);
      return operation === 'HeadObject' ? 'hang-up' : { status: 503, code: 'SlowDown' };
    };
    for (let i = 0; i < 250; i++) await remote.write(`a/${i}`, textBody('x'));
    await remote.write('large', bytesBody(randomBytes(3 * MIB)));
    await remote.read('large', collect);
    await remote.read('nothing', collect);
    await remote.stat('a/1');
    await all(remote.list('a/'));
    await remote.remove(['a/1']);
    expect(requests).toMatchObject(seen());
    expect(requests).toMatchObject({ lists: 4 + 3, heads: 2, gets: 3, deletes: 2 });
    expect(requests.bytesUp).toBeGreaterThan(3 * MIB);
    expect(requests.bytesDown).toBeGreaterThan(3 * MIB);
    expect(requests.bytesDown).toBeLessThan(3.2 * MIB);
  });

  it('remove a thousand names each', async () => {
    const { remote, requests } = await open();
    const names = Array.from({ length: 2500 }, (_, i) => `objects/${i}`);
    for (const name of [0, 999, 1000, 1999, 2000, 2499]) await remote.write(`objects/${name}`, textBody('x'));
    await remote.write('objects/kept', textBody('x'));
    await remote.remove(names);
    expect(requests.deletes).toBe(3);
    expect((await all(remote.list(''))).map(({ name }) => name)).toEqual(['objects/kept']);
  });

  it('carry a sha256 of every body, or none at all where the server knows none', async () => {
    const config = rig.newConfig();
    for (const [checksums, carries] of [
      ['sha256', (headers: object) => 'x-amz-checksum-sha256' in headers],
      ['off', (headers: object) => !Object.keys(headers).some((name) => name.startsWith('x-amz-checksum'))],
    ] as const) {
      const remote = await rig.open({ ...config, checksums }, { partBytes: MIB });
      rig.server.log.length = 0;
      await remote.write('a', textBody('hello'));
      await remote.write('large', bytesBody(randomBytes(3 * MIB)));
      await remote.remove(['a']);
      const bodies = rig.server.log.filter(({ operation }) =>
        ['PutObject', 'UploadPart', 'DeleteObjects'].includes(operation),
      );
      expect(bodies).toHaveLength(5);
      expect(bodies.filter(({ headers }) => !carries(headers)).map(({ operation }) => operation)).toEqual([]);
    }
  });

  it('name the encryption that the config asks for, and the key of it', async () => {
    const remote = await rig.open(
      { ...rig.newConfig(), sse: 'aws:kms', kmsKey: 'key-1' },
      { partBytes: MIB },
    );
    rig.server.log.length = 0;
    await remote.write('a', textBody('hello'));
    await remote.write('large', bytesBody(randomBytes(3 * MIB)));
    const asked = rig.server.log
      .filter(({ headers }) => headers['x-amz-server-side-encryption'] === 'aws:kms')
      .filter(({ headers }) => headers['x-amz-server-side-encryption-aws-kms-key-id'] === 'key-1');
    expect(asked.map(({ operation }) => operation)).toEqual(['PutObject', 'CreateMultipartUpload']);
  });
});
