// What a user is told when a bucket says no, and where credentials come from.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bytesBody, collect, textBody } from '../../src/remote/body.ts';
import type { RemoteConfig } from '../../src/remote/config.ts';
import { readFormat } from '../../src/remote/format.ts';
import { openRemote } from '../../src/remote/open.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { startS3, TEST_KEYS } from '../s3-server/server.ts';
import { EXPIRED_TOKEN } from '../s3-server/signature.ts';
import { newFolder, patient, removeFolders } from './rig.ts';
import { s3Rig, useKeys } from './s3-rig.ts';

const rig = s3Rig({ buckets: ['bucket'] });
afterAll(removeFolders);

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
    return { text: `${message}\nhelp: ${help}`, again: error.retry !== 'never' };
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
    expect(text).toMatch(/forbidden \(AccessDenied\).*s3:GetObject/s);
    expect(again).toBe(false);
  });

  it.each([
    ['read', 's3:GetObject', (remote: Remote) => remote.read('a', collect)],
    ['stat', 's3:ListBucket', (remote: Remote) => remote.stat('a')],
    ['write', 's3:PutObject', (remote: Remote) => remote.write('a', textBody('x'))],
    ['list', 's3:ListBucket', (remote: Remote) => remote.list('a')[Symbol.asyncIterator]().next()],
    ['remove', 's3:DeleteObject', (remote: Remote) => remote.remove(['a'])],
  ])('forbidden to %s: which permission to ask for', async (verb, permission, ask) => {
    rig.server.faults = () => ({ status: 403, code: 'AccessDenied' });
    await expect(ask(await rig.open(rig.newConfig()))).rejects.toMatchObject({
      retry: 'never',
      failures: [{ help: expect.stringMatching(`may not ${verb} there.*${permission}`) }],
    });
  });

  it('forbidden by a server that does not wait for a large body', async () => {
    rig.server.faults = () => ({ status: 403, code: 'AccessDenied', early: true });
    const remote = await rig.open(rig.newConfig());
    await expect(remote.write('a', bytesBody(Buffer.alloc(8 * 2 ** 20)))).rejects.toMatchObject({
      retry: 'never',
      failures: [{ message: expect.stringContaining('forbidden') }],
    });
  });

  it('a server that falls silent in the middle of a body', async () => {
    const remote = await rig.open(rig.newConfig(), { silentMs: 50 });
    await remote.write('a', textBody('hello'));
    for (const fault of ['stall', 'silent'] as const) {
      rig.server.faults = () => fault;
      await expect(remote.read('a', collect)).rejects.toMatchObject({
        retry: 'again',
        failures: [{ message: expect.stringContaining('cannot be reached (TimeoutError)') }],
      });
    }
  });

  it('a server that is slow but not silent is waited for', async () => {
    const remote = await rig.open(rig.newConfig());
    await remote.write('a', textBody('hello '.repeat(100)));
    rig.server.faults = () => 'slow';
    expect(String(await remote.read('a', collect))).toBe('hello '.repeat(100));
  });

  it('an SSO session that has ended', async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    const home = newFolder();
    process.env['HOME'] = home;
    process.env['AWS_CONFIG_FILE'] = join(home, 'config');
    const start = 'https://example.org/start';
    writeFileSync(
      join(home, 'config'),
      `[profile lab]\nsso_start_url = ${start}\nsso_region = eu-north-1\nsso_account_id = 1\nsso_role_name = r\n`,
    );
    const cache = join(home, '.aws/sso/cache');
    mkdirSync(cache, { recursive: true });
    const token = {
      startUrl: start,
      region: 'eu-north-1',
      accessToken: 'x',
      expiresAt: '2020-01-01T00:00:00Z',
    };
    writeFileSync(
      join(cache, `${createHash('sha1').update(start).digest('hex')}.json`),
      JSON.stringify(token),
    );
    const { text, again } = await told({ profile: 'lab' });
    expect(text).toMatch(/no usable AWS credentials in profile "lab".*expired.*aws sso login/s);
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

  it.each([
    ['behind', 3],
    ['ahead of', -3],
  ])('a clock that is %s the server’s, which another attempt gets over', async (words, hours) => {
    const elsewhere = await startS3({ buckets: ['bucket'], now: () => Date.now() + hours * 3_600_000 });
    const { text, again } = await told({ endpoint: elsewhere.url });
    expect(text).toMatch(
      new RegExp(`clock of this machine is \\d h \\d+ m ${words} the server's.*set the clock`, 's'),
    );
    expect(again).toBe(true);
    elsewhere.log.length = 0;
    const remote = patient(await rig.open({ ...rig.newConfig(), endpoint: elsewhere.url }));
    expect(await readFormat(remote)).toBeUndefined();
    expect(elsewhere.log).toHaveLength(2);
    await elsewhere.close();
  });

  it('a clock that another attempt does not get over, once', async () => {
    rig.server.faults = () => ({ status: 403, code: 'RequestTimeTooSkewed' });
    rig.server.log.length = 0;
    await expect(readFormat(patient(await rig.open(rig.newConfig())))).rejects.toThrow(/clock/);
    expect(rig.server.log.length).toBeLessThanOrEqual(2);
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

  it('may be of a session, whose token is signed along', async () => {
    const keys = { ...TEST_KEYS, sessionToken: 'session-1' };
    const guarded = await startS3({ buckets: ['bucket'], keys });
    useKeys(TEST_KEYS.accessKeyId, TEST_KEYS.secretAccessKey, 'session-1');
    const remote = await rig.open({ ...rig.newConfig(), endpoint: guarded.url });
    expect(await readFormat(remote)).toBeUndefined();
    useKeys(TEST_KEYS.accessKeyId, TEST_KEYS.secretAccessKey);
    const without = await rig.open({ ...rig.newConfig(), endpoint: guarded.url });
    await expect(readFormat(without)).rejects.toMatchObject({
      failures: [
        {
          message: expect.stringContaining('InvalidToken'),
          help: expect.stringContaining('AWS_SESSION_TOKEN'),
        },
      ],
    });
    await guarded.close();
  });

  it('come from an SSO session', async () => {
    const portal = createServer((_, response) =>
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          roleCredentials: { ...TEST_KEYS, sessionToken: 'session-1', expiration: Date.now() + 3_600_000 },
        }),
      ),
    );
    await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    const home = newFolder();
    process.env['HOME'] = home;
    process.env['AWS_CONFIG_FILE'] = join(home, 'config');
    process.env['AWS_ENDPOINT_URL_SSO'] = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`;
    const start = 'https://example.org/start';
    writeFileSync(
      join(home, 'config'),
      `[profile lab]\nsso_start_url = ${start}\nsso_region = eu-north-1\nsso_account_id = 1\nsso_role_name = r\n`,
    );
    const cache = join(home, '.aws/sso/cache');
    mkdirSync(cache, { recursive: true });
    const token = {
      startUrl: start,
      region: 'eu-north-1',
      accessToken: 'x',
      expiresAt: '2999-01-01T00:00:00Z',
    };
    writeFileSync(
      join(cache, `${createHash('sha1').update(start).digest('hex')}.json`),
      JSON.stringify(token),
    );
    const remote = await rig.open({ ...rig.newConfig(), profile: 'lab' });
    expect(await readFormat(remote)).toBeUndefined();
    portal.close();
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
