// The token of a CI job, asked of a server that answers as the test says.
import { createServer, Agent as HttpAgent } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jobToken } from '../../src/remote/job-token.ts';
import { RemoteError } from '../../src/remote/trouble.ts';

const AGENT = new HttpAgent();
const AGENTS = { http: AGENT, https: AGENT };
const BEARER = 'bearer-4711';

async function asked(status: number, body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return askedAt((server.address() as AddressInfo).port);
}

async function askedAt(port: number): Promise<string> {
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/?a=b`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: BEARER,
  };
  return jobToken(env, 'aud', AGENTS)!();
}

async function troubleOf(work: Promise<unknown>): Promise<{ retry: string; message: string }> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RemoteError);
  const { retry, message } = error as RemoteError;
  expect(message).not.toContain(BEARER);
  return { retry, message };
}

describe('the token of a job', () => {
  it('is what the host answers', async () => {
    expect(await asked(200, '{"count":1,"value":"a.b.c"}')).toBe('a.b.c');
  });

  it.each([
    [500, '', 'again'],
    [429, '', 'again'],
    [401, '{}', 'never'],
    [403, '{}', 'never'],
    [200, 'not JSON', 'never'],
    [200, '[]', 'never'],
    [200, '{"value":7}', 'never'],
    [200, '{"value":""}', 'never'],
    [200, 'x'.repeat(100_000), 'again'],
  ])('is none after %i %.20s: another attempt would help %s', async (status, body, retry) => {
    expect((await troubleOf(asked(status, body))).retry).toBe(retry);
  });

  it('is none where nobody listens, which may pass', async () => {
    expect(await troubleOf(askedAt(1))).toMatchObject({ retry: 'again' });
  });

  it('is rather the one that is given, then that of a file', async () => {
    const more = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: BEARER,
    };
    const file = { AWS_WEB_IDENTITY_TOKEN_FILE: '/no/such/file', ...more };
    expect(await jobToken({ MLOPS_ID_TOKEN: ' a.b.c\n', ...file }, 'aud', AGENTS)!()).toBe('a.b.c');
    expect((await troubleOf(jobToken(file, 'aud', AGENTS)!())).message).toContain('/no/such/file');
    expect(
      jobToken({ MLOPS_ID_TOKEN: '', ACTIONS_ID_TOKEN_REQUEST_URL: 'http://x' }, 'aud', AGENTS),
    ).toBeUndefined();
  });
});
