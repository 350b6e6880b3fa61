// `fetch` through the proxy that the environment names: Node's own asks none.
import * as http from 'node:http';
import * as https from 'node:https';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { openAgents, proxyIsNamed } from './agents.ts';
import type { Agents } from './proxies.ts';

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Undefined where the environment names no proxy: then Node's own does. Follows no redirects. */
export async function proxiedFetch(): Promise<Fetch | undefined> {
  if (!proxyIsNamed()) return undefined;
  const agents = await openAgents({ keepAlive: true, maxSockets: 4 });
  return (url, init) => fetched(agents, url, init);
}

async function fetched(agents: Agents, url: string, init: RequestInit): Promise<Response> {
  const given = new Request(url, init); // whatever kind of body: its bytes, and the header that goes with them
  const body = Buffer.from(await given.arrayBuffer());
  const secure = new URL(url).protocol === 'https:';
  const options: https.RequestOptions = {
    method: given.method,
    headers: {
      ...Object.fromEntries(given.headers),
      ...(body.length ? { 'content-length': body.length } : {}),
    },
    agent: secure ? agents.https : agents.http,
    signal: given.signal,
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(url, options, (answer) => resolve(responseOf(answer)));
    request.on('error', reject);
    request.end(body);
  });
}

function responseOf(answer: http.IncomingMessage): Response {
  const { statusCode: status = 0, statusMessage: statusText = '', headersDistinct } = answer;
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  // The standard forbids these a body: https://fetch.spec.whatwg.org/#null-body-status.
  const empty = [204, 205, 304].includes(status);
  if (empty) answer.resume();
  const body = empty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
  return new Response(body as ConstructorParameters<typeof Response>[0], { status, statusText, headers });
}
