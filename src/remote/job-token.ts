// The token by which a CI job says who it is (an OpenID Connect JWT), asked for anew each time: GitHub's lives five
// minutes, and a push may come hours after the run began.
//   MLOPS_ID_TOKEN                            GitLab: `id_tokens: {MLOPS_ID_TOKEN: {aud: …}}`
//   AWS_WEB_IDENTITY_TOKEN_FILE               Kubernetes and others
//   ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN   GitHub, with `permissions: {id-token: write}`; the protocol is that of
//                                             https://docs.github.com/actions/reference/openid-connect-reference

import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Environment } from '../core/environment.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import type { Agents } from './proxies.ts';
import { lasting, passing } from './trouble.ts';

/** @throws RemoteError when it cannot be had; its words never hold it */
export type JobToken = () => Promise<string>;

const ANSWER_MS = 30_000;
/** GitHub's are about 2 kB. */
const MOST_BYTES = 1 << 16;

/** Undefined where the job has none. */
export function jobToken(env: Environment, audience: string, agents: Agents): JobToken | undefined {
  const given = env['MLOPS_ID_TOKEN'];
  if (given) return async () => given.trim();
  const file = env['AWS_WEB_IDENTITY_TOKEN_FILE'];
  if (file) return async () => readToken(file);
  const [url, bearer] = [env['ACTIONS_ID_TOKEN_REQUEST_URL'], env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']];
  if (url && bearer) return () => askGitHub(url, bearer, audience, agents);
  return undefined;
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw lasting(`the token file ${file} cannot be read`, 'AWS_WEB_IDENTITY_TOKEN_FILE names it', error);
  }
}

async function askGitHub(url: string, bearer: string, audience: string, agents: Agents): Promise<string> {
  const asked = new URL(url);
  asked.searchParams.set('audience', audience);
  const { status, body } = await get(asked, bearer, agents);
  if (status >= 500 || status === 429)
    throw passing(`GitHub gave this job no token (${status})`, undefined, 'try again later');
  const answer = status === 200 ? jsonOf(body) : null;
  const token = isJsonObject(answer) ? answer['value'] : undefined;
  if (typeof token !== 'string' || token === '')
    throw lasting(
      `GitHub gave this job no token (${status})`,
      'the job needs permissions: {id-token: write}',
    );
  return token;
}

function get(url: URL, bearer: string, agents: Agents): Promise<{ status: number; body: string }> {
  const secure = url.protocol === 'https:';
  const send = secure ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void =>
      reject(passing(`${url.host} cannot be asked for the token of this job: ${error.message}`, error));
    const asked = send(
      url,
      {
        agent: secure ? agents.https : agents.http,
        headers: { authorization: `Bearer ${bearer}`, accept: 'application/json', 'user-agent': 'mlops' },
        timeout: ANSWER_MS,
      },
      (answer) => collect(answer, failed, (body) => resolve({ status: answer.statusCode ?? 0, body })),
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', failed);
    asked.end();
  });
}

function collect(
  answer: IncomingMessage,
  failed: (error: Error) => void,
  done: (body: string) => void,
): void {
  let body = '';
  answer.setEncoding('utf8');
  answer.on('data', (chunk: string) => {
    body += chunk;
    if (body.length > MOST_BYTES) answer.destroy(new Error('the answer is too long'));
  });
  answer.on('error', failed);
  answer.on('end', () => done(body));
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
