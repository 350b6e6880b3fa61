// Large objects come in ranges, and what a cut connection brought is kept.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Digest } from '../../src/core/ids.ts';
import { bytesBody } from '../../src/remote/body.ts';
import { objectName } from '../../src/remote/layout.ts';
import { receive } from '../../src/remote/receive.ts';
import { receiveLarge } from '../../src/remote/receive-large.ts';
import type { ByteRange, Remote } from '../../src/remote/remote.ts';
import { withRetry } from '../../src/remote/retry.ts';
import { passing } from '../../src/remote/trouble.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { folderRemote, newFolder, newStore, removeFolders } from './rig.ts';
import { s3Rig } from './s3-rig.ts';

const MIB = 2 ** 20;
const rig = s3Rig();
afterAll(removeFolders);
afterEach(() => {
  rig.server.faults = () => undefined;
});

const BYTES = randomBytes(50 * MIB + 7);
const DIGEST = digestBytes(BYTES);
const OBJECT = { digest: DIGEST, bytes: BYTES.length };
const NAME = objectName(DIGEST);

/** A remote that holds the object, and says nothing else; `spoil` may change what a range gives. */
function holding(spoil: (body: Buffer, range: ByteRange) => Readable | undefined = (body) => from(body)): {
  remote: Remote;
  ranges: ByteRange[];
} {
  const ranges: ByteRange[] = [];
  const remote: Remote = {
    ...folderRemote(),
    read: async (_, use, range) => {
      ranges.push(range!);
      const body = spoil(BYTES.subarray(range!.start, range!.end), range!);
      return body && use(body);
    },
  };
  return { remote, ranges };
}

function from(body: Buffer, cutAt?: number, error = new Error('cut')): Readable {
  return Readable.from(
    (async function* () {
      for (let at = 0; at < body.length; at += 65_536) {
        if (cutAt !== undefined && at >= cutAt) throw error;
        yield body.subarray(at, at + 65_536);
      }
    })(),
    { objectMode: false },
  );
}

const newFile = (): string => join(newFolder(), 'file');

describe('a large object', () => {
  it('is put together from ranges, in parallel', async () => {
    let open = 0;
    let most = 0;
    const { remote, ranges } = holding((body) => {
      most = Math.max(most, ++open);
      return from(body).once('close', () => open--);
    });
    const path = newFile();
    let moved = 0;
    expect(await receiveLarge(remote, NAME, OBJECT, path, (bytes) => (moved += bytes))).toBe('whole');
    expect(digestBytes(readFileSync(path))).toBe(DIGEST);
    expect(moved).toBe(BYTES.length);
    expect(ranges).toHaveLength(4);
    expect(most).toBe(4);
  });

  it('goes on from the last byte that came when a connection is cut', async () => {
    let cuts = 5;
    const { remote, ranges } = holding((body) => from(body, cuts-- > 0 ? 3 * MIB : undefined));
    const path = newFile();
    let moved = 0;
    expect(await receiveLarge(remote, NAME, OBJECT, path, (bytes) => (moved += bytes))).toBe('whole');
    expect(digestBytes(readFileSync(path))).toBe(DIGEST);
    expect(moved).toBe(BYTES.length);
    expect(ranges).toHaveLength(4 + 4); // the last range is too short for such a cut
    expect(ranges).toContainEqual({ start: 3 * MIB, end: 16 * MIB });
  });

  it('leaves cuts that bring next to nothing to the layer that waits and gives up', async () => {
    const { remote, ranges } = holding((body) => from(body, 65_536, passing('cut')));
    const patient = withRetry(remote, { attempts: 3, sleep: async () => {} });
    let moved = 0;
    const work = receiveLarge(patient, NAME, OBJECT, newFile(), (bytes) => (moved += bytes));
    await expect(work).rejects.toThrow('cut');
    expect(ranges).toHaveLength(4 * 3);
    expect(moved).toBe(4 * 65_536); // of the last attempts: the others were taken back
  });

  it('ends with the reason of the one who counts', async () => {
    const { remote } = holding();
    const stop = (): never => {
      throw new Error('stopped by the user');
    };
    await expect(receiveLarge(remote, NAME, OBJECT, newFile(), stop)).rejects.toThrow('stopped by the user');
  });

  it.each([
    ['one wrong byte', (body: Buffer, { start }: ByteRange) => from(start === 0 ? flipped(body) : body)],
    [
      'less than it should hold',
      (body: Buffer, { end }: ByteRange) => from(end === BYTES.length ? body.subarray(0, 0) : body),
    ],
    ['more than was asked for', (body: Buffer) => from(Buffer.concat([body, Buffer.from('more')]))],
  ])('is wrong with %s', async (_, spoil) => {
    expect(await receiveLarge(holding(spoil).remote, NAME, OBJECT, newFile(), () => {})).toBe('wrong');
  });

  it('is absent when the remote says so, also in the middle', async () => {
    expect(await receiveLarge(folderRemote(), NAME, OBJECT, newFile(), () => {})).toBe('absent');
    const { remote } = holding((body, { start }) => (start > 20 * MIB ? undefined : from(body)));
    expect(await receiveLarge(remote, NAME, OBJECT, newFile(), () => {})).toBe('absent');
  });
});

function flipped(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  copy[1000]! ^= 1;
  return copy;
}

it('lands in the store from a folder', async () => {
  const remote = folderRemote();
  await remote.write(NAME, bytesBody(BYTES, DIGEST));
  const store = newStore();
  const batch = store.batch();
  expect(await receive(remote, store, batch, { ...OBJECT, path: 'big.bin' }, () => {})).toBe(true);
  await batch.finish();
  expect(digestBytes(readFileSync(store.pathOf(DIGEST)))).toBe(DIGEST);
});

describe('a large object of a bucket', () => {
  async function pushed(): Promise<Remote> {
    const remote = withRetry(await rig.open(rig.newConfig()), { attempts: 3, sleep: async () => {} });
    await remote.write(NAME, bytesBody(BYTES, DIGEST as Digest));
    rig.server.log.length = 0;
    return remote;
  }
  const ref = { ...OBJECT, path: 'big.bin' };

  it('lands in the store, also when every connection is cut half way', async () => {
    const remote = await pushed();
    // The last range holds 7 bytes: a cut of that is one for the layer that waits.
    const last = `bytes=${48 * MIB}-`;
    let cuts = 12;
    rig.server.faults = ({ operation, headers }) => {
      const whole = operation !== 'GetObject' || String(headers.range).startsWith(last);
      return whole || cuts-- <= 0 ? undefined : 'cut';
    };
    const store = newStore();
    const batch = store.batch();
    let moved = 0;
    expect(await receive(remote, store, batch, ref, (bytes) => (moved += bytes))).toBe(true);
    await batch.finish();
    expect(digestBytes(readFileSync(store.pathOf(DIGEST)))).toBe(DIGEST);
    expect(moved).toBe(BYTES.length);
    expect(rig.server.count('GetObject')).toBe(4 + 12);
  });

  it('is asked for twice, and refused, when its bytes are wrong there', async () => {
    const remote = await pushed();
    rig.server.faults = ({ operation }) => (operation === 'GetObject' ? 'wrong-bytes' : undefined);
    const store = newStore();
    const batch = store.batch();
    let moved = 0;
    await expect(receive(remote, store, batch, ref, (bytes) => (moved += bytes))).rejects.toMatchObject({
      failures: [{ exit: 'integrity', message: expect.stringContaining('big.bin') }],
    });
    await batch.finish();
    expect(moved).toBe(0);
    expect([...store.list()]).toEqual([]);
    expect(existsSync(store.pathOf(DIGEST))).toBe(false);
    expect(rig.server.count('GetObject')).toBe(8);
  });

  it('comes right the second time when its bytes were spoiled on their way', async () => {
    const remote = await pushed();
    let spoil = 1;
    rig.server.faults = ({ operation }) =>
      operation === 'GetObject' && spoil-- > 0 ? 'wrong-bytes' : undefined;
    const store = newStore();
    const batch = store.batch();
    expect(await receive(remote, store, batch, ref, () => {})).toBe(true);
    await batch.finish();
    expect(store.has(DIGEST)).toBe(true);
  });

  it('is damaged when it is shorter there than it must be', async () => {
    const remote = await pushed();
    const objects = rig.server.buckets.get('bucket')!;
    const [key, stored] = [...objects].filter(([each]) => each.endsWith(NAME)).at(-1)!;
    objects.set(key, { ...stored, bytes: stored.bytes.subarray(0, 20 * MIB) });
    const store = newStore();
    const batch = store.batch();
    await expect(receive(remote, store, batch, ref, () => {})).rejects.toMatchObject({
      failures: [{ exit: 'integrity' }],
    });
    await batch.finish();
  });
});
