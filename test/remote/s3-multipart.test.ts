// Uploads in parts: what is sent, what is not sent again, and what is left behind.
import { randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { bytesBody, collect, fileBody } from '../../src/remote/body.ts';
import type { RemoteConfig } from '../../src/remote/config.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { withRetry } from '../../src/remote/retry.ts';
import { partRanges } from '../../src/remote/s3-multipart.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { buildProcess, Child } from '../child.ts';
import type { Fault, LoggedRequest } from '../s3-server/server.ts';
import { newFolder, removeFolders } from './rig.ts';
import { s3Rig } from './s3-rig.ts';

const MIB = 2 ** 20;
const rig = s3Rig({ buckets: ['bucket'], smallestPartBytes: MIB, pageParts: 2 });
const BUSY: Fault = { status: 503, code: 'SlowDown' };
const FORBIDDEN: Fault = { status: 403, code: 'AccessDenied' };
afterAll(removeFolders);
afterEach(() => {
  rig.server.faults = () => undefined;
  rig.server.buckets.uploads.clear();
  rig.server.log.length = 0;
});

/** A remote of its own, as another process has it; with the same state folder it goes on where the last one stopped. */
const open = (config: RemoteConfig, uploads?: string): Promise<Remote> =>
  rig.open(config, { partBytes: MIB, ...(uploads === undefined ? {} : { uploads }) });

const BODY = bytesBody(randomBytes(6 * MIB + 5));
const operations = (): string[] => rig.server.log.map(({ operation }) => operation);
const partsSent = (): number => rig.server.count('UploadPart');
const failPart = (n: number, fault: Fault): void => {
  rig.server.faults = ({ operation, query }: LoggedRequest) =>
    operation === 'UploadPart' && query.get('partNumber') === String(n) ? fault : undefined;
};
const holds = async (remote: Remote, body = BODY): Promise<boolean> =>
  digestBytes((await remote.read('large', collect)) ?? '') === body.digest;

/** A push that stops at part 5 of 7 for now, and what it left at the server. */
async function breakOff(config: RemoteConfig, uploads?: string, body = BODY): Promise<number> {
  failPart(5, BUSY);
  await expect((await open(config, uploads)).write('large', body)).rejects.toThrow('SlowDown');
  rig.server.faults = () => undefined;
  rig.server.log.length = 0;
  const [upload] = rig.server.buckets.uploads.values();
  expect(upload!.parts.has(5)).toBe(false);
  expect(upload!.parts.size).toBeGreaterThanOrEqual(4);
  return upload!.parts.size;
}

describe('parts', () => {
  it('are of at least 16 MiB, and never more than 10,000', () => {
    expect(partRanges(33 * MIB, 16 * MIB).map(({ start, end }) => end - start)).toEqual([
      16 * MIB,
      16 * MIB,
      MIB,
    ]);
    for (const bytes of [160_000 * MIB, 160_000 * MIB + 1, 5 * 2 ** 40]) {
      const parts = partRanges(bytes, 16 * MIB);
      expect(parts.length).toBeLessThanOrEqual(10_000);
      expect(parts.at(-1)!.end).toBe(bytes);
      expect(parts[0]!.end % MIB).toBe(0);
    }
  });

  it('that came give back the full number of attempts, as the next one has less to do', async () => {
    let attempts = 0;
    rig.server.faults = ({ operation, query }) => {
      if (operation === 'ListParts' && !query.has('part-number-marker')) attempts++;
      return operation === 'UploadPart' && Number(query.get('partNumber')) > attempts + 1 ? BUSY : undefined;
    };
    const remote = await open(rig.newConfig());
    // Each attempt brings one part more: seven of them, where two in vain would be the end.
    await withRetry(remote, { attempts: 2, sleep: async () => {} }).write('large', BODY);
    expect(attempts).toBe(6);
    expect(rig.server.count('CreateMultipartUpload')).toBe(1);
    expect(await holds(remote)).toBe(true);
  });

  it('do not keep a remote that loses them from being given up', async () => {
    rig.server.faults = ({ operation, query }) => {
      if (operation === 'ListParts')
        for (const { parts } of rig.server.buckets.uploads.values()) parts.clear();
      return operation === 'UploadPart' && query.get('partNumber') === '7' ? BUSY : undefined;
    };
    const remote = withRetry(await open(rig.newConfig()), { attempts: 3, sleep: async () => {} });
    await expect(remote.write('large', BODY)).rejects.toThrow('SlowDown');
    expect(rig.server.count('ListParts')).toBeLessThanOrEqual(4);
  });
});

describe('an upload that broke off', () => {
  it.each(['sha256', 'off'] as const)(
    'is gone on with by the next process (checksums: %s)',
    async (checksums) => {
      const config: RemoteConfig = { ...rig.newConfig(), checksums };
      const uploads = newFolder();
      const there = await breakOff(config, uploads);
      const remote = await open(config, uploads);
      await remote.write('large', BODY);
      expect(rig.server.count('CreateMultipartUpload')).toBe(0);
      expect(rig.server.count('ListParts')).toBe(Math.ceil(there / 2));
      expect(partsSent()).toBe(7 - there);
      expect(await holds(remote)).toBe(true);
      expect(readdirSync(uploads)).toEqual([]);
      expect(rig.server.buckets.uploads.size).toBe(0);
    },
  );

  it('has every part hashed again here: one that differs is sent again', async () => {
    const config = rig.newConfig();
    const uploads = newFolder();
    const there = await breakOff(config, uploads);
    const [upload] = rig.server.buckets.uploads.values();
    upload!.parts.set(1, { ...upload!.parts.get(2)! });
    const remote = await open(config, uploads);
    await remote.write('large', BODY);
    expect(partsSent()).toBe(7 - there + 1);
    expect(await holds(remote)).toBe(true);
  });

  it('is aborted when the object is another one now', async () => {
    const config = rig.newConfig();
    const uploads = newFolder();
    await breakOff(config, uploads);
    const other = bytesBody(randomBytes(3 * MIB));
    const remote = await open(config, uploads);
    await remote.write('large', other);
    expect(operations()).toEqual([
      'AbortMultipartUpload',
      'CreateMultipartUpload',
      ...Array(3).fill('UploadPart'),
      'CompleteMultipartUpload',
    ]);
    expect(await holds(remote, other)).toBe(true);
    expect(rig.server.buckets.uploads.size).toBe(0);
  });

  it('starts over when the server forgot it', async () => {
    const config = rig.newConfig();
    const uploads = newFolder();
    await breakOff(config, uploads);
    rig.server.buckets.uploads.clear();
    const remote = await open(config, uploads);
    await remote.write('large', BODY);
    expect(partsSent()).toBe(7);
    expect(await holds(remote)).toBe(true);
  });

  it.each([FORBIDDEN, { status: 501, code: 'NotImplemented' }])(
    'starts over when the server does not say which parts it has, and leaves none of them behind',
    async (fault) => {
      const config = rig.newConfig();
      const uploads = newFolder();
      await breakOff(config, uploads);
      rig.server.faults = ({ operation }) => (operation === 'ListParts' ? fault : undefined);
      const remote = await open(config, uploads);
      await remote.write('large', BODY);
      expect(partsSent()).toBe(7);
      expect(rig.server.buckets.uploads.size).toBe(0);
    },
  );

  it('of someone else, without a state file, does no harm and comes to none', async () => {
    const config = rig.newConfig();
    await breakOff(config, newFolder());
    const remote = await open(config, newFolder());
    await remote.write('large', BODY);
    expect(await holds(remote)).toBe(true);
    expect(rig.server.buckets.uploads.size).toBe(1);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, -20)],
    ['damaged', (text: string) => text.replace('"part":2', '"part":')],
    ['empty', () => ''],
    ['of another kind', () => '[1,2]\n"x"\n'],
    ['that names another object', (text: string) => text.replace('large', 'small')],
  ])('whose state file is %s costs parts at most', async (_, spoil) => {
    const config = rig.newConfig();
    const uploads = newFolder();
    await breakOff(config, uploads);
    const [name] = readdirSync(uploads);
    const file = join(uploads, name!);
    writeFileSync(file, spoil(readFileSync(file, 'utf8')));
    const remote = await open(config, uploads);
    await remote.write('large', BODY);
    expect(partsSent()).toBeLessThanOrEqual(7);
    expect(await holds(remote)).toBe(true);
  });

  it('whose state folder cannot be made is gone on with in this process', async () => {
    const uploads = join(newFolder(), 'file');
    appendFileSync(uploads, 'in the way');
    let failed = false;
    rig.server.faults = ({ operation, query }) => {
      if (failed || operation !== 'UploadPart' || query.get('partNumber') !== '5') return undefined;
      failed = true;
      return BUSY;
    };
    const remote = withRetry(await open(rig.newConfig(), uploads), { attempts: 2, sleep: async () => {} });
    await remote.write('large', BODY);
    expect(rig.server.count('CreateMultipartUpload')).toBe(1);
    expect(partsSent()).toBe(8);
  });

  it('by the user’s wish stays for the next time', async () => {
    const config = rig.newConfig();
    const uploads = newFolder();
    const stop = new AbortController();
    rig.server.faults = ({ query }) => {
      if (query.get('partNumber') === '3') stop.abort(new Error('stopped by the user'));
      return undefined;
    };
    const stopped = await rig.open(config, { partBytes: MIB, uploads, signal: stop.signal });
    await expect(stopped.write('large', BODY)).rejects.toThrow();
    expect(rig.server.buckets.uploads.size).toBe(1);
    rig.server.faults = () => undefined;
    rig.server.log.length = 0;
    const remote = await open(config, uploads);
    await remote.write('large', BODY);
    expect(rig.server.count('CreateMultipartUpload')).toBe(0);
    expect(await holds(remote)).toBe(true);
  });
});

describe('an upload that ends', () => {
  it('for good leaves no parts behind', async () => {
    const uploads = newFolder();
    failPart(2, FORBIDDEN);
    await expect((await open(rig.newConfig(), uploads)).write('large', BODY)).rejects.toThrow('forbidden');
    expect(rig.server.count('AbortMultipartUpload')).toBe(1);
    expect(rig.server.buckets.uploads.size).toBe(0);
    expect(readdirSync(uploads)).toEqual([]);
  });

  it('with bytes that are not their digest leaves none either', async () => {
    const lie = { ...BODY, digest: digestBytes('other') };
    await expect((await open(rig.newConfig())).write('large', lie)).rejects.toMatchObject({
      failures: [{ exit: 'integrity' }],
    });
    expect(rig.server.buckets.uploads.size).toBe(0);
  });

  it('as other bytes than were sent is noticed, and what came of it is removed', async () => {
    rig.server.faults = ({ operation }) =>
      operation === 'CompleteMultipartUpload' ? 'wrong-acknowledgment' : undefined;
    const remote = withRetry(await open(rig.newConfig()), { attempts: 3, sleep: async () => {} });
    await expect(remote.write('large', BODY)).rejects.toMatchObject({ failures: [{ exit: 'integrity' }] });
    expect(rig.server.count('CompleteMultipartUpload')).toBeLessThanOrEqual(4);
    expect(await remote.stat('large')).toBeUndefined();
    expect(rig.server.buckets.uploads.size).toBe(0);
  });

  it('in another process meanwhile starts over', async () => {
    rig.server.faults = ({ query }) => {
      if (query.get('partNumber') === '4') rig.server.buckets.uploads.clear();
      return undefined;
    };
    const remote = await open(rig.newConfig());
    await expect(remote.write('large', BODY)).rejects.toMatchObject({ retry: 'again' });
    rig.server.faults = () => undefined;
    await remote.write('large', BODY);
    expect(await holds(remote)).toBe(true);
  });
});

describe('a process killed in the middle of 100 MiB', () => {
  it('has the next one send only the parts that are missing', async () => {
    const dir = newFolder();
    const script = await buildProcess('send-file', dir);
    const file = join(dir, 'big');
    const bytes = randomBytes(100 * MIB);
    writeFileSync(file, bytes);
    const args = [JSON.stringify(rig.newConfig()), file, join(dir, 'state')];

    // From the fourth part on the server does not answer: the process waits when it is killed.
    const seen = new Set<string>();
    rig.server.faults = ({ operation, query }) => {
      if (operation !== 'UploadPart') return undefined;
      seen.add(query.get('partNumber')!);
      return seen.size < 4 ? undefined : 'silent';
    };
    const threeStored = new Promise<void>((resolve) => {
      let stored = 0;
      rig.server.answered = ({ operation }) => {
        if (operation === 'UploadPart' && ++stored === 3) resolve();
      };
    });
    const first = new Child(script, args);
    await Promise.race([threeStored, first.end().then(() => expect.fail('it ended by itself'))]);
    expect(await first.kill('SIGKILL')).toBe('SIGKILL');
    const [upload] = rig.server.buckets.uploads.values();
    const there = upload!.parts.size;
    expect(there).toBe(3);

    rig.server.faults = () => undefined;
    rig.server.log.length = 0;
    const second = new Child(script, args);
    const said = JSON.parse(await second.said('sent')) as { digest: string; bytesUp: number };
    expect(await second.end()).toBe(0);
    expect(partsSent()).toBe(7 - there);
    expect(said.bytesUp).toBeLessThan((100 - 3 * 16) * MIB + 10_000);
    const [stored] = [...rig.server.buckets.get('bucket')!.values()].slice(-1);
    expect(digestBytes(stored!.bytes)).toBe(said.digest);
    expect(said.digest).toBe(digestBytes(bytes));
  });
});

it('has no more than eight parts under way, whatever the number of uploads, so that memory is bounded', async () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, Buffer.alloc(24 * MIB, 'x'));
  const body = fileBody(file, 24 * MIB, digestBytes(readFileSync(file)));
  let pending = 0;
  let most = 0;
  let openGate = (): void => {};
  const gate = new Promise<void>((resolve) => {
    openGate = resolve;
  });
  rig.server.faults = async ({ operation }) => {
    if (operation !== 'UploadPart') return undefined;
    most = Math.max(most, ++pending);
    if (pending === 8) {
      // Nothing stops a ninth but the limit.
      for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
      openGate();
    }
    await gate;
    return undefined;
  };
  rig.server.answered = ({ operation }) => {
    if (operation === 'UploadPart') pending--;
  };
  const remote = await open(rig.newConfig());
  await Promise.all(['1', '2', '3'].map((name) => remote.write(name, body)));
  rig.server.answered = () => {};
  expect(most).toBe(8);
});
