// A host's API through the proxy that the environment names.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openForge } from '../../src/ci/forge/open.ts';
import { proxiedFetch } from '../../src/remote/proxied-fetch.ts';
import { type GitlabStandIn, openGitlab } from '../forge/gitlab.ts';
import { startProxy } from '../s3-server/proxy.ts';
import { troubleOf } from '../suites/forge.ts';

const before = { ...process.env };
const SHA = 'a'.repeat(40);

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/proxy$/i.test(name)) delete process.env[name];
});
afterEach(() => {
  process.env = { ...before };
});

async function forgeOf({ url, token }: Pick<GitlabStandIn, 'url' | 'token'>) {
  const fetch = await proxiedFetch();
  const repository = { slug: 'lab/weather/model', url: 'https://gitlab.example', apiUrl: url };
  return openForge({ host: 'gitlab', repository }, token, { fetch, sleep: async () => {} });
}

async function started(): Promise<GitlabStandIn> {
  const gitlab = await openGitlab();
  gitlab.openMerge({ head: { project: 'lab/weather/model', branch: 'b', sha: SHA } });
  return gitlab;
}

it('is there where a proxy is named only', async () => {
  expect(await proxiedFetch()).toBeUndefined();
});

it('takes every call and every kind of body', async () => {
  const proxy = await startProxy();
  process.env['http_proxy'] = `http://${proxy.host}`;
  const gitlab = await started();
  const forge = await forgeOf(gitlab);
  await forge.upsertComment({ kind: 'pull', number: 1 }, 'report', 'é');
  await forge.upsertComment({ kind: 'pull', number: 1 }, 'report', 'ü');
  await forge.upload?.([{ name: 'a.png', bytes: new Uint8Array(70_000), type: 'image/png' }]);
  expect(gitlab.state.notes.map(({ body }) => body)).toEqual(['<!-- mlops:report -->\nü']);
  expect(gitlab.state.uploads).toEqual([{ name: 'a.png', size: 70_000 }]);
  expect(proxy.log).toEqual(gitlab.log.map((line) => line.replace(' ', ` ${new URL(gitlab.url).origin}`)));
  await proxy.close();
});

it('is gone past where NO_PROXY says so', async () => {
  process.env['http_proxy'] = 'http://127.0.0.1:9';
  process.env['no_proxy'] = '127.0.0.1';
  const gitlab = await started();
  const made = await (await forgeOf(gitlab)).upsertComment({ kind: 'pull', number: 1 }, 'report', 'x');
  expect(made.how).toBe('created');
});

it('opens a tunnel to https://', async () => {
  const proxy = await startProxy();
  process.env['https_proxy'] = `http://${proxy.host}`;
  const forge = await forgeOf({ url: 'https://127.0.0.1:9/api/v4', token: 'x' });
  await troubleOf(forge.upsertComment({ kind: 'pull', number: 1 }, 'report', 'x'));
  expect(proxy.log[0]).toBe('CONNECT 127.0.0.1:9');
  await proxy.close();
});

it.each([
  ['is not there', {}, 'http://127.0.0.1:9', 'proxy 127.0.0.1:9 cannot be reached (ECONNREFUSED)'],
  ['wants a password', { login: 'me:secret' }, undefined, 'answered 407'],
])('says of a proxy that it %s', async (_, options, named, message) => {
  const proxy = await startProxy(options);
  process.env['http_proxy'] = named ?? `http://${proxy.host}`;
  const trouble = await troubleOf(
    (await forgeOf(await started())).upsertComment({ kind: 'pull', number: 1 }, 'report', 'x'),
  );
  expect(trouble).toMatchObject({ exit: 'remote', message: expect.stringContaining(message) });
  await proxy.close();
});
