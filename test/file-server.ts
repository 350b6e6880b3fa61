// A web server of files in memory, with what real ones do: ETags, ranges, redirects; and what broken ones do.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface FileServer {
  readonly url: string;
  /** Path → body. A new body is a new version. */
  readonly files: Map<string, Buffer>;
  /** `GET /a.csv bytes=5-`, in the order they came. */
  readonly log: string[];
  /** Answers instead, when it returns true. */
  instead: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** After so many bytes of a body the connection is cut, once. */
  cutAfter: number | undefined;
}

export async function startFileServer(): Promise<FileServer> {
  const http = createServer((request, response) => {
    const { range } = request.headers;
    server.log.push([request.method, request.url, range].filter(Boolean).join(' '));
    if (!server.instead(request, response)) serve(server, request, response);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const server: FileServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    files: new Map(),
    log: [],
    instead: () => false,
    cutAfter: undefined,
  };
  return server;
}

function serve(server: FileServer, request: IncomingMessage, response: ServerResponse): void {
  const body = server.files.get(new URL(request.url!, 'http://localhost').pathname);
  if (!body) {
    response.writeHead(404).end();
    return;
  }
  const etag = `"${body.length}-${body.subarray(0, 8).toString('hex')}"`;
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const partial = start > 0 && request.headers['if-range'] === etag;
  const part = partial ? body.subarray(start) : body;
  response.writeHead(partial ? 206 : 200, {
    etag,
    'content-length': part.length,
    'accept-ranges': 'bytes',
    ...(partial ? { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` } : {}),
  });
  if (request.method === 'HEAD') response.end();
  else if (server.cutAfter !== undefined && server.cutAfter < part.length) {
    const sent = part.subarray(0, server.cutAfter);
    server.cutAfter = undefined;
    response.write(sent, () => response.destroy());
  } else response.end(part);
}
