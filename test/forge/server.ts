// The HTTP side of the stand-ins: requests in, JSON out, and what goes wrong on demand.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Request } from './openapi.ts';

export type Fault =
  /** In place of the true answer; nothing is done. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: { readonly [name: string]: string };
      readonly body?: unknown;
    }
  /** The connection is cut; nothing is done. */
  | { readonly kind: 'reset' }
  /** It is done, and then the connection is cut. */
  | { readonly kind: 'lost' }
  /** Done, and answered so: a proxy gave up on a server that went on. */
  | { readonly kind: 'late'; readonly status: number }
  /** Nothing is done, nothing is answered. */
  | { readonly kind: 'hang' };

export interface FaultWhere {
  /** Matched with `GET /repos/…?query`. Default: any. */
  readonly on?: RegExp;
  /** Default 1. */
  readonly times?: number;
}

export interface Faults {
  fail(fault: Fault, where?: FaultWhere): void;
}

export interface Incoming extends Request {
  readonly headers: IncomingMessage['headers'];
  /** A form's parts that are files. */
  readonly files: ReadonlyMap<string, { readonly name: string; readonly size: number }>;
}

export interface Answer {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  /** Sent as JSON; undefined: no body. */
  readonly body?: unknown;
}

export interface StandInServer extends Faults {
  readonly url: string;
  /** `GET /repos/…?query`, in the order they came, those that a fault hit as well. */
  readonly log: string[];
}

/** Ends with the test. */
export async function startServer(answer: (request: Incoming) => Answer): Promise<StandInServer> {
  const log: string[] = [];
  const faults: { fault: Fault; on: RegExp; left: number }[] = [];
  const nextFault = (line: string): Fault | undefined => {
    const found = faults.find(({ on, left }) => left > 0 && on.test(line));
    if (found) found.left -= 1;
    return found?.fault;
  };
  const http = createServer(async (request, response) => {
    const line = `${request.method} ${request.url}`;
    log.push(line);
    const incoming = await read(request);
    const fault = nextFault(line);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') return request.socket.resetAndDestroy();
    const given = fault?.kind === 'answer' ? fault : answer(incoming);
    if (fault?.kind === 'lost') return request.socket.resetAndDestroy();
    send(response, fault?.kind === 'late' ? { status: fault.status, body: 'Bad Gateway' } : given);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    log,
    fail: (fault, { on = /./, times = 1 } = {}) => {
      faults.push({ fault, on, left: times });
    },
  };
}

async function read(request: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
  const header = request.headers['content-type'] ?? '';
  const type = header.split(';')[0]!;
  const bytes = Buffer.concat(chunks);
  const form =
    type === 'multipart/form-data'
      ? await new Response(bytes, { headers: { 'content-type': header } }).formData()
      : undefined;
  const files = new Map<string, { readonly name: string; readonly size: number }>();
  const fields: { [name: string]: string } = {};
  for (const [name, part] of form ?? []) {
    if (typeof part !== 'string') files.set(name, { name: part.name, size: part.size });
    fields[name] = typeof part === 'string' ? part : part.name;
  }
  return {
    method: request.method!,
    path: pathname,
    query: searchParams,
    headers: request.headers,
    type,
    body: bytes.length === 0 ? undefined : form ? fields : parsed(bytes.toString()),
    files,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function send(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const asIs = typeof body === 'string';
  response
    .writeHead(status, {
      'content-type': asIs ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
      ...headers,
    })
    .end(asIs ? body : JSON.stringify(body));
}

/** One page of `all`, and the header that names the next: `<…&page=2>; rel="next"`. */
export function paged<T>(
  all: readonly T[],
  url: string,
  { path, query }: Request,
  defaultSize: number,
): { readonly page: readonly T[]; readonly headers: { readonly [name: string]: string } } {
  const size = Math.min(100, Number(query.get('per_page') ?? defaultSize));
  const number = Number(query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const to = (page: number, rel: string): string => {
    const words = new URLSearchParams(query);
    words.set('page', String(page));
    return `<${url}${path}?${words}>; rel="${rel}"`;
  };
  const links = number < last ? [to(number + 1, 'next'), to(last, 'last')] : [];
  return {
    page: all.slice((number - 1) * size, number * size),
    headers: links.length ? { link: links.join(', ') } : {},
  };
}
