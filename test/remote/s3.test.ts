import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bytesBody, collect, textBody } from '../../src/remote/body.ts';
import type { RemoteConfig } from '../../src/remote/config.ts';
import { fetchObjects } from '../../src/remote/fetch.ts';
import { readFormat } from '../../src/remote/format.ts';
import { openRemote } from '../../src/remote/open.ts';
import { push } from '../../src/remote/push.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { partRanges } from '../../src/remote/s3-multipart.ts';
import { missingObjects } from '../../src/store/tree-objects.ts';
import { type Fault, startS3, TEST_KEYS } from '../s3-server/server.ts';
import { EXPIRED_TOKEN } from '../s3-server/signature.ts';
import { remoteContract } from '../suites/remote.ts';
import { newFolder, newStore, patient, removeFolders, storeTree } from './rig.ts';
import { s3Rig, useKeys } from './s3-rig.ts';

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

  it('has parts of at least 16 MiB, and never more than 10,000', () => {
    expect(partRanges(33 * MIB).map(({ start, end }) => end - start)).toEqual([16 * MIB, 16 * MIB, MIB]);
    for (const bytes of [160_000 * MIB, 160_000 * MIB + 1, 5 * 2 ** 40]) {
      const parts = partRanges(bytes);
      expect(parts.length).toBeLessThanOrEqual(10_000);
      expect(parts.at(-1)!.end).toBe(bytes);
      expect(parts[0]!.end % MIB).toBe(0);
    }
  });

  it('leaves no parts behind when an upload fails', async () => {
    const remote = await rig.open(rig.newConfig());
    let parts = 0;
    rig.server.faults = ({ operation }) =>
      operation === 'UploadPart' && ++parts === 2 ? { status: 500, code: 'InternalError' } : undefined;
    await expect(remote.write('large', bytesBody(randomBytes(40 * MIB)))).rejects.toThrow('InternalError');
    rig.server.faults = () => undefined;
    expect(rig.server.buckets.uploads.size).toBe(0);
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
      rig.server.faults = (request) => (request.key.includes('/objects/') ? spoil(request) : undefined);
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
    rig.server.faults = ({ key }) => (key.includes('/objects/') ? fault : undefined);
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

describe('trouble with a bucket is told with the way out', () => {
  const before = { ...process.env };
  beforeEach(() => useKeys(TEST_KEYS.accessKeyId, TEST_KEYS.secretAccessKey));
  afterEach(() => {
    process.env = { ...before };
    rig.server.faults = () => undefined;
    useKeys(TEST_KEYS.accessKeyId, TEST_KEYS.secretAccessKey);
  });

  /** The first failure of reading format.json there, and how many attempts it took. */
  async function told(change: Partial<RemoteConfig> = {}): Promise<{ text: string; again: boolean }> {
    const remote = await rig.open({ ...rig.newConfig(), ...change });
    const error = await readFormat(remote).then(
      () => expect.fail('nothing went wrong'),
      (thrown) => thrown,
    );
    expect(error.failures, String(error.stack)).toHaveLength(1);
    const [{ exit, message, help }] = error.failures;
    expect(exit).toBe('remote');
    return { text: `${message}\nhelp: ${help}`, again: error.again };
  }

  it('no credentials', async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
    process.env['HOME'] = newFolder();
    const { text, again } = await told();
    expect(text).toMatch(/no usable AWS credentials.*aws configure/s);
    expect(again).toBe(false);
  });

  it('a profile that is not there', async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
    process.env['HOME'] = newFolder();
    expect((await told({ profile: 'nobody' })).text).toMatch(/no usable AWS credentials.*nobody/s);
  });

  it('an expired token', async () => {
    useKeys(TEST_KEYS.accessKeyId, TEST_KEYS.secretAccessKey, EXPIRED_TOKEN);
    const { text, again } = await told();
    expect(text).toMatch(/expired.*renew them/s);
    expect(again).toBe(false);
  });

  it('wrong keys', async () => {
    useKeys('AKIANOBODY', 'x');
    expect((await told()).text).toContain('InvalidAccessKeyId');
    useKeys(TEST_KEYS.accessKeyId, 'x');
    expect((await told()).text).toContain('SignatureDoesNotMatch');
  });

  it('forbidden', async () => {
    rig.server.faults = () => ({ status: 403, code: 'AccessDenied' });
    const { text, again } = await told();
    expect(text).toMatch(/forbidden \(AccessDenied\).*s3:PutObject/s);
    expect(again).toBe(false);
  });

  it('forbidden where the answer has no body', async () => {
    rig.server.faults = () => ({ status: 403, code: 'AccessDenied' });
    const remote = await rig.open(rig.newConfig());
    await expect(remote.stat('a')).rejects.toMatchObject({
      failures: [{ exit: 'remote', message: expect.stringContaining('forbidden') }],
    });
  });

  it('no such bucket', async () => {
    expect((await told({ url: 's3://other/x' })).text).toMatch(/no bucket "other".*create it on http/s);
  });

  it('a server that is not there', async () => {
    const gone = await startS3();
    await gone.close();
    const { text, again } = await told({ endpoint: gone.url });
    expect(text).toMatch(/cannot be reached \(ECONNREFUSED\).*server is running/s);
    expect(again).toBe(true);
  });

  it('a host that is not there', async () => {
    const { text } = await told({ endpoint: 'http://no-such-host.invalid' });
    expect(text).toMatch(/no such host \((ENOTFOUND|EAI_AGAIN)\)/);
  });

  it('another region', async () => {
    const far = await startS3({ buckets: ['bucket'], region: 'eu-north-1' });
    const { text } = await told({ endpoint: far.url });
    expect(text).toMatch(/is in region eu-north-1.*remote modify NAME region eu-north-1/s);
    await far.close();
  });

  it('a redirect to another region', async () => {
    rig.server.faults = () => ({ status: 301, code: 'PermanentRedirect' });
    expect((await told()).text).toContain('another region');
  });

  it('a clock that is wrong, which another attempt gets over, as the answer says the right time', async () => {
    const later = await startS3({ buckets: ['bucket'], now: () => Date.now() + 3 * 3_600_000 });
    const { text, again } = await told({ endpoint: later.url });
    expect(text).toMatch(/clock of this machine is wrong/);
    expect(again).toBe(true);
    const remote = patient(await rig.open({ ...rig.newConfig(), endpoint: later.url }));
    expect(await readFormat(remote)).toBeUndefined();
    await later.close();
  });

  it('something that is no S3 server', async () => {
    const web = createServer((_, response) => response.end('<html><body>welcome<br></body></html>'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
    const remote = await rig.open({ ...rig.newConfig(), endpoint });
    await expect(readFormat(remote)).rejects.toMatchObject({ failures: [{ exit: 'remote' }] });
    const listing = remote.list('objects/')[Symbol.asyncIterator]().next();
    await expect(listing).rejects.toMatchObject({ failures: [{ exit: 'remote' }] });
    web.close();
  });

  it('https where http is spoken', async () => {
    const { text } = await told({ endpoint: rig.server.url.replace('http:', 'https:') });
    expect(text).toMatch(/http:\/\/ or https:\/\//);
  });

  it('a missing bucket name, CA file or region is told when it is opened', async () => {
    const open = (config: RemoteConfig): Promise<Remote> => openRemote(config, { base: '/' });
    const refused = { failures: [{ exit: 'config' }] };
    await expect(open({ url: 's3://' })).rejects.toMatchObject(refused);
    await expect(open({ ...rig.newConfig(), caFile: '/nowhere.pem' })).rejects.toMatchObject(refused);
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    process.env['HOME'] = newFolder();
    await expect(open({ url: 's3://bucket' })).rejects.toMatchObject(refused);
  });
});

describe('credentials', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
    useKeys(TEST_KEYS.accessKeyId, TEST_KEYS.secretAccessKey);
  });

  it('come from a named profile', async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    const file = join(newFolder(), 'credentials');
    writeFileSync(
      file,
      `[lab]\naws_access_key_id = ${TEST_KEYS.accessKeyId}\naws_secret_access_key = ${TEST_KEYS.secretAccessKey}\n`,
    );
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = file;
    const remote = await rig.open({ ...rig.newConfig(), profile: 'lab' });
    expect(await readFormat(remote)).toBeUndefined();
  });

  it('are not needed for a public bucket', async () => {
    const open = await startS3({ publicBuckets: ['open'] });
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    open.buckets.get('open')!.set('v1/a', { bytes: Buffer.from('public'), etag: '"e"' });
    const remote = await rig.open({ url: 's3://open', endpoint: open.url, anonymous: true });
    expect(String(await remote.read('a', collect))).toBe('public');
    await expect(remote.write('b', textBody('x'))).rejects.toMatchObject({ failures: [{ exit: 'remote' }] });
    await open.close();
  });

  it('say nothing of the age of Node, and leave the environment as it was', async () => {
    const warn = vi.spyOn(process, 'emitWarning');
    await rig.open(rig.newConfig());
    expect(warn).not.toHaveBeenCalled();
    expect(Object.keys(process.env).filter((name) => name.startsWith('AWS_SDK'))).toEqual([]);
  });
});
