// An S3 server for tests, in memory. It checks what real ones check: signatures (SigV4), payload hashes, checksums,
// conditions; pages its listings; and breaks on purpose where a test says so. No server on npm does: they accept wrong
// signatures or store the framing of streamed bodies.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { type Answer, errorAnswer, S3Error } from './answer.ts';
import { readBody, sha256 } from './body.ts';
import { Buckets } from './buckets.ts';
import { operationOf, perform, type S3Request, type Sizes } from './operations.ts';
import { type Keys, verifySignature } from './signature.ts';

/** What goes wrong with one request instead of, or on top of, its answer. */
export type Fault =
  | { readonly status: number; readonly code: string }
  /** As above, without reading the request's body, and the connection closes: as a server that will not wait for it. */
  | { readonly status: number; readonly code: string; readonly early: true }
  /** The answer says 200 and holds an error: what S3 does when putting parts together fails half way. Nothing is done. */
  | { readonly inside200: string }
  /** The answer's body ends half way, and the connection with it. */
  | 'cut'
  /** One byte of the answer's body is another. */
  | 'wrong-bytes'
  /** The answer's body comes in small pieces. */
  | 'slow'
  /** The answer's body comes half, and nothing after it, with the connection open. */
  | 'stall'
  /** The answer acknowledges another checksum than that of the bytes that were sent. */
  | 'wrong-acknowledgment'
  /** The connection closes in the middle of the request's body. */
  | 'cut-request'
  /** No answer comes, and the connection stays open; what was asked is not done. */
  | 'silent'
  /** The connection closes without an answer; what was asked is not done. */
  | 'hang-up'
  /** The connection closes without an answer, after what was asked is done. */
  | 'hang-up-after';

export interface LoggedRequest {
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: IncomingHttpHeaders;
}

export interface S3ServerOptions extends Sizes {
  readonly buckets?: readonly string[];
  /** Buckets that anyone may read without credentials. */
  readonly publicBuckets?: readonly string[];
  /** Requests signed for another region are refused with its name. */
  readonly region?: string;
  readonly keys?: Keys;
  /** The server's idea of the time, in ms. */
  readonly now?: () => number;
  /** Certificate and key: https is spoken. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface S3Server {
  readonly url: string;
  readonly keys: Keys;
  readonly buckets: Buckets;
  readonly log: LoggedRequest[];
  /** May be waited for: the request then hangs so long. */
  faults: (request: LoggedRequest) => Fault | undefined | Promise<Fault | undefined>;
  /** Hears of each request that was answered, after it was done. */
  answered: (request: LoggedRequest) => void;
  /** How often `operation` was asked for, since the last `log.length = 0`. */
  count(operation: string): number;
  close(): Promise<void>;
}

export const TEST_KEYS: Keys = { accessKeyId: 'AKIATESTTESTTEST', secretAccessKey: 'test/secret+key' };

export async function startS3(options: S3ServerOptions = {}): Promise<S3Server> {
  const keys = options.keys ?? TEST_KEYS;
  const now = options.now ?? Date.now;
  const buckets = new Buckets([...(options.buckets ?? []), ...(options.publicBuckets ?? [])]);
  const listener = (message: IncomingMessage, response: ServerResponse) => void serve(message, response);
  const http = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);

  const s3: S3Server = {
    url: '',
    keys,
    buckets,
    log: [],
    faults: () => undefined,
    answered: () => {},
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
        headers: message.headers,
      };
      s3.log.push(logged);
      const fault = await s3.faults(logged);
      if (fault === 'hang-up') return void message.socket.destroy();
      if (fault === 'silent') return;
      if (fault === 'cut-request') return void message.once('data', () => message.socket.destroy());
      if (typeof fault === 'object' && 'early' in fault) return refuseEarly(response, fault, request.path);
      const answer = await answerTo(request, operation, message, fault);
      if (fault === 'hang-up-after') return void message.socket.destroy();
      response.setHeader('date', new Date(now()).toUTCString());
      send(response, message.method === 'HEAD', answer, fault);
      s3.answered(logged);
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
      if (typeof fault === 'object' && 'status' in fault) throw new S3Error(fault.status, fault.code);
      const isPublic = (options.publicBuckets ?? []).includes(request.bucket);
      verifySignature(request, keys, {
        now: now(),
        region: options.region,
        mayBeAnonymous: isPublic && ['GET', 'HEAD'].includes(request.method),
      });
      const body = readBody(request.headers, raw);
      if (typeof fault === 'object')
        return { ...errorAnswer(new S3Error(200, fault.inside200), request.path) };
      return perform(buckets, operation, { ...request, body }, options);
    } catch (error) {
      if (error instanceof S3Error) return errorAnswer(error, request.path);
      throw error;
    }
  }

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return Object.assign(s3, {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${(http.address() as AddressInfo).port}`,
  });
}

function refuseEarly(
  response: ServerResponse,
  { status, code }: { readonly status: number; readonly code: string },
  resource: string,
): void {
  const { headers, body = '' } = errorAnswer(new S3Error(status, code), resource);
  response.writeHead(status, { ...headers, 'content-length': body.length, connection: 'close' });
  response.end(body, () => response.socket?.destroy());
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
  const other = sha256(Buffer.from('other')).toString('base64');
  const body =
    fault === 'wrong-acknowledgment'
      ? Buffer.from(
          Buffer.from(answer.body ?? '')
            .toString('latin1')
            .replace(/(<ChecksumSHA256>)[^<]*/, `$1${other}`),
          'latin1',
        )
      : (answer.body ?? Buffer.alloc(0));
  const spoiled = fault === 'wrong-acknowledgment' ? { 'x-amz-checksum-sha256': other } : {};
  response.writeHead(answer.status, { 'content-length': body.length, ...answer.headers, ...spoiled });
  if (head || body.length === 0) return void response.end();
  if (fault === 'cut') {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    return;
  }
  if (fault === 'stall') return void response.write(body.subarray(0, Math.floor(body.length / 2)));
  if (fault === 'slow') return void Readable.from(piecesOf(body)).pipe(response);
  if (fault === 'wrong-bytes') {
    const wrong = Buffer.from(body);
    wrong[wrong.length >> 1]! ^= 1;
    return void response.end(wrong);
  }
  response.end(body);
}

/** Each piece waits for the turn of the loop after the last one's. */
async function* piecesOf(body: Buffer): AsyncGenerator<Buffer> {
  const size = Math.ceil(body.length / 50);
  for (let at = 0; at < body.length; at += size) {
    await new Promise(setImmediate);
    yield body.subarray(at, at + size);
  }
}
