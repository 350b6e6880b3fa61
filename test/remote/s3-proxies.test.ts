// The way to a bucket: through proxies that the environment names, with certificates that the config names.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bytesBody, collect, textBody } from '../../src/remote/body.ts';
import type { RemoteConfig } from '../../src/remote/config.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { s3Remote } from '../../src/remote/s3.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { type HttpProxy, startProxy } from '../s3-server/proxy.ts';
import { type S3Server, startS3, TEST_KEYS } from '../s3-server/server.ts';
import { all } from '../suites/remote.ts';
import { useKeys } from './s3-rig.ts';

const TLS = resolve(import.meta.dirname, '../s3-server/tls');
const CA_FILE = join(TLS, 'cert.pem');
const MIB = 2 ** 20;

const before = { ...process.env };
let plain: S3Server;
let secure: S3Server;
let proxy: HttpProxy;
let places = 0;

beforeAll(async () => {
  plain = await startS3({ buckets: ['bucket'], smallestPartBytes: MIB });
  const tls = { cert: readFileSync(CA_FILE, 'utf8'), key: readFileSync(join(TLS, 'key.pem'), 'utf8') };
  secure = await startS3({ buckets: ['bucket'], smallestPartBytes: MIB, tls });
});
afterAll(() => Promise.all([plain.close(), secure.close()]));
beforeEach(async () => {
  for (const name of Object.keys(process.env)) if (/proxy$/i.test(name)) delete process.env[name];
  useKeys(TEST_KEYS.accessKeyId, TEST_KEYS.secretAccessKey);
  proxy = await startProxy();
});
afterEach(async () => {
  process.env = { ...before };
  await proxy.close();
});

const toPlain = (): RemoteConfig => ({ url: `s3://bucket/p-${places++}`, endpoint: plain.url });
const toSecure = (): RemoteConfig => ({
  url: `s3://bucket/p-${places++}`,
  endpoint: secure.url,
  caFile: CA_FILE,
});
const open = (config: RemoteConfig): Promise<Remote> => s3Remote(config, { jobs: 4, partBytes: MIB });

/** Every verb once, an upload in parts among them. */
async function everyVerb(remote: Remote): Promise<void> {
  const large = bytesBody(randomBytes(2 * MIB + 1));
  await remote.write('a', textBody('hello'));
  await remote.write('large', large);
  expect(String(await remote.read('a', collect))).toBe('hello');
  expect(digestBytes((await remote.read('large', collect))!)).toBe(large.digest);
  expect(await remote.stat('large')).toEqual({ bytes: large.bytes });
  expect(await all(remote.list(''))).toHaveLength(2);
  await remote.remove(['a', 'large']);
  expect(await all(remote.list(''))).toEqual([]);
}

describe('a proxy', () => {
  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])(
    'named by %s takes requests to http://',
    async (name) => {
      process.env[name] = `http://${proxy.host}`;
      await everyVerb(await open(toPlain()));
      expect(proxy.log.length).toBeGreaterThanOrEqual(10);
      expect(proxy.log.every((line) => line.includes(` ${plain.url}/`))).toBe(true);
    },
  );

  it.each(['HTTPS_PROXY', 'https_proxy', 'all_proxy'])(
    'named by %s has tunnels to https://, few of them for many requests',
    async (name) => {
      process.env[name] = `http://${proxy.host}`;
      await everyVerb(await open(toSecure()));
      expect(new Set(proxy.log)).toEqual(new Set([`CONNECT ${new URL(secure.url).host}`]));
      expect(proxy.log.length).toBeLessThan(6);
    },
  );

  it.each([
    ['HTTPS_PROXY', toPlain],
    ['HTTP_PROXY', toSecure],
  ])('named by %s alone is not for the other scheme', async (name, config) => {
    process.env[name] = `http://${proxy.host}`;
    await everyVerb(await open(config()));
    expect(proxy.log).toEqual([]);
  });

  it.each([
    ['NO_PROXY', '127.0.0.1'],
    ['no_proxy', '*'],
    ['NO_PROXY', 'example.org, 127.0.0.1'],
  ])('is gone past where %s is %s', async (name, value) => {
    process.env['HTTP_PROXY'] = process.env['HTTPS_PROXY'] = `http://${proxy.host}`;
    process.env[name] = value;
    await everyVerb(await open(toPlain()));
    await everyVerb(await open(toSecure()));
    expect(proxy.log).toEqual([]);
  });

  it.each([toPlain, toSecure])('is given the name and password of its URL', async (config) => {
    const closed = await startProxy({ login: 'me:p@ss' });
    process.env['HTTP_PROXY'] = process.env['HTTPS_PROXY'] = `http://me:p%40ss@${closed.host}`;
    await everyVerb(await open(config()));
    process.env['HTTP_PROXY'] = process.env['HTTPS_PROXY'] = `http://${closed.host}`;
    await expect((await open(config())).read('a', collect)).rejects.toMatchObject({
      retry: 'never',
      failures: [
        {
          exit: 'remote',
          message: expect.stringContaining('proxy'),
          help: expect.stringContaining('http://name:password@host:port'),
        },
      ],
    });
    await closed.close();
  });

  it('that refuses is told apart from the server, without its password', async () => {
    for (const [status, retry] of [
      [403, 'never'],
      [503, 'again'],
    ] as const) {
      const closed = await startProxy({ refuse: status });
      process.env['HTTPS_PROXY'] = `http://me:secret@${closed.host}`;
      const error = await (await open(toSecure())).write('a', textBody('x')).catch((thrown) => thrown);
      expect(error).toMatchObject({
        retry,
        failures: [{ exit: 'remote', message: `proxy ${closed.host} answered ${status}` }],
      });
      await closed.close();
    }
  });

  it('that is not there is named', async () => {
    await proxy.close();
    process.env['HTTP_PROXY'] = process.env['HTTPS_PROXY'] = `http://me:secret@${proxy.host}`;
    for (const config of [toPlain(), toSecure()])
      await expect((await open(config)).stat('a')).rejects.toMatchObject({
        retry: 'again',
        failures: [{ message: `proxy ${proxy.host} cannot be reached (ECONNREFUSED)` }],
      });
  });

  it('of a kind that is not known is refused', async () => {
    process.env['ALL_PROXY'] = 'socks5://me:secret@127.0.0.1:1080';
    await expect((await open(toPlain())).stat('a')).rejects.toMatchObject({
      retry: 'never',
      failures: [{ message: 'proxy socks5://127.0.0.1:1080: no such kind of proxy' }],
    });
  });
});

describe('a certificate of one’s own authority', () => {
  it('is trusted where caFile names it, for bodies of every size', async () => {
    await everyVerb(await open(toSecure()));
  });

  it('is trusted where AWS_CA_BUNDLE names it', async () => {
    process.env['AWS_CA_BUNDLE'] = CA_FILE;
    const { caFile: _, ...config } = toSecure();
    await everyVerb(await open(config));
  });

  it('is not trusted otherwise, which no other attempt changes', async () => {
    const { caFile: _, ...config } = toSecure();
    await expect((await open(config)).stat('a')).rejects.toMatchObject({
      retry: 'never',
      failures: [
        {
          message: expect.stringContaining('certificate is not trusted'),
          help: expect.stringContaining('caFile'),
        },
      ],
    });
  });
});
