// An S3 server for tests, in memory. It checks what real ones check: signatures (SigV4), payload hashes, checksums,
// conditions; pages its listings; and breaks on purpose where a test says so. No server on npm does: they accept wrong
// signatures or store the framing of streamed bodies.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, errorAnswer, S3Error } from './answer.ts';
import { readBody } from './body.ts';
import { Buckets } from './buckets.ts';
import { operationOf, perform, type S3Request } from './operations.ts';
import { type Keys, verifySignature } from './signature.ts';

/** What goes wrong with one request instead of, or on top of, its answer. */
export type Fault =
  | { readonly status: number; readonly code: string }
  /** The answer's body ends half way, and the connection with it. */
  | 'cut'
  /** One byte of the answer's body is another. */
  | 'wrong-bytes'
  /** The connection closes without an answer; what was asked is not done. */
  | 'hang-up'
  /** The connection closes without an answer, after what was asked is done. */
  | 'hang-up-after';

export interface LoggedRequest {
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
}

export interface S3ServerOptions {
  readonly buckets?: readonly string[];
  /** Buckets that anyone may read without credentials. */
  readonly publicBuckets?: readonly string[];
  /** Requests signed for another region are refused with its name. */
  readonly region?: string;
  readonly keys?: Keys;
  /** The server's idea of the time, in ms. */
  readonly now?: () => number;
  /** Names in one page of a listing. Default 1000, as S3. */
  readonly pageNames?: number;
}

export interface S3Server {
  readonly url: string;
  readonly keys: Keys;
  readonly buckets: Buckets;
  readonly log: LoggedRequest[];
  /** May be waited for: the request then hangs so long. */
  faults: (request: LoggedRequest) => Fault | undefined | Promise<Fault | undefined>;
  /** How often `operation` was asked for. */
  count(operation: string): number;
  close(): Promise<void>;
}

export const TEST_KEYS: Keys = { accessKeyId: 'AKIATESTTESTTEST', secretAccessKey: 'test/secret+key' };

export async function startS3(options: S3ServerOptions = {}): Promise<S3Server> {
  const keys = options.keys ?? TEST_KEYS;
  const now = options.now ?? Date.now;
  const buckets = new Buckets([...(options.buckets ?? []), ...(options.publicBuckets ?? [])]);
  const http = createServer((message, response) => void serve(message, response));

  const s3: S3Server = {
    url: '',
    keys,
    buckets,
    log: [],
    faults: () => undefined,
    count: (operation) => s3.log.filter((each) => each.operation === operation).length,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = parseRequest(message, buckets);
      const operation = operationOf(request);
      const logged: LoggedRequest = {
        operation,
        bucket: request.bucket,
        key: request.key,
        query: request.query,
      };
      s3.log.push(logged);
      const fault = await s3.faults(logged);
      if (fault === 'hang-up') return void message.socket.destroy();
      const answer = await answerTo(request, operation, message, fault);
      if (fault === 'hang-up-after') return void message.socket.destroy();
      response.setHeader('date', new Date(now()).toUTCString());
      send(response, message.method === 'HEAD', answer, fault);
    } catch (error) {
      message.socket.destroy(error as Error);
    }
  }

  async function answerTo(
    request: S3Request,
    operation: string,
    message: IncomingMessage,
    fault: Fault | undefined,
  ): Promise<Answer> {
    try {
      const raw = await wholeOf(message);
      if (typeof fault === 'object') throw new S3Error(fault.status, fault.code);
      const isPublic = (options.publicBuckets ?? []).includes(request.bucket);
      verifySignature(request, keys, {
        now: now(),
        region: options.region,
        mayBeAnonymous: isPublic && ['GET', 'HEAD'].includes(request.method),
      });
      return perform(
        buckets,
        operation,
        { ...request, body: readBody(request.headers, raw) },
        options.pageNames ?? 1000,
      );
    } catch (error) {
      if (error instanceof S3Error) return errorAnswer(error, request.path);
      throw error;
    }
  }

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return Object.assign(s3, { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });
}

/** Path style, or virtual-host style where the first label of Host is a bucket's name. */
function parseRequest(message: IncomingMessage, buckets: Buckets): S3Request {
  const [path = '/', search = ''] = message.url!.split('?', 2);
  const query = new Map(
    search
      .split('&')
      .filter(Boolean)
      .map((pair) => {
        const [name = '', value = ''] = pair.split('=', 2);
        return [decode(name), decode(value)] as const;
      }),
  );
  const host = message.headers.host?.split('.')[0] ?? '';
  const parts = decode(path).slice(1).split('/');
  const [bucket = '', ...key] = buckets.has(host) ? [host, ...parts] : parts;
  return {
    method: message.method!,
    path,
    query,
    headers: message.headers,
    bucket,
    key: key.join('/'),
    body: Buffer.alloc(0),
  };
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

async function wholeOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, head: boolean, answer: Answer, fault: Fault | undefined): void {
  const body = answer.body ?? Buffer.alloc(0);
  response.writeHead(answer.status, { 'content-length': body.length, ...answer.headers });
  if (head || body.length === 0) return void response.end();
  if (fault === 'cut') {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    return;
  }
  if (fault === 'wrong-bytes') {
    const wrong = Buffer.from(body);
    wrong[wrong.length >> 1]! ^= 1;
    return void response.end(wrong);
  }
  response.end(body);
}
