// The body of a request: unframed, then checked against everything the request says of it.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';
import { S3Error } from './answer.ts';

/** @throws S3Error where hash, checksum or length are not those of the bytes */
export function readBody(headers: IncomingHttpHeaders, raw: Buffer): Buffer {
  const claimed = String(headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD');
  const streamed = claimed.startsWith('STREAMING-');
  if (streamed && claimed !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') throw new S3Error(501, 'NotImplemented');
  const { body, trailers } = streamed ? unframe(raw) : { body: raw, trailers: new Map<string, string>() };
  if (/^[0-9a-f]{64}$/.test(claimed) && sha256(body).toString('hex') !== claimed)
    throw new S3Error(400, 'XAmzContentSHA256Mismatch');
  const said = (name: string): string | undefined =>
    trailers.get(name) ?? (headers[name] as string | undefined);
  const expect = (name: string, sum: () => Buffer): void => {
    const value = said(name);
    if (value !== undefined && value !== sum().toString('base64')) throw new S3Error(400, 'BadDigest');
  };
  expect('x-amz-checksum-sha256', () => sha256(body));
  expect('x-amz-checksum-crc32', () => crcOf(body));
  expect('content-md5', () => createHash('md5').update(body).digest());
  const length = headers['x-amz-decoded-content-length'];
  if (length !== undefined && Number(length) !== body.length) throw new S3Error(400, 'IncompleteBody');
  return body;
}

/** aws-chunked: `<hex length>[;extensions]\r\n<bytes>\r\n` … `0\r\n` trailers `\r\n`. */
function unframe(raw: Buffer): { readonly body: Buffer; readonly trailers: ReadonlyMap<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  const line = (): string => {
    const end = raw.indexOf('\r\n', at);
    if (end < 0) throw new S3Error(400, 'IncompleteBody');
    const text = raw.toString('latin1', at, end);
    at = end + 2;
    return text;
  };
  for (;;) {
    const size = Number.parseInt(line(), 16);
    if (!(size >= 0)) throw new S3Error(400, 'InvalidChunkSizeError');
    if (size === 0) break;
    chunks.push(raw.subarray(at, at + size));
    at += size;
    line();
  }
  const trailers = new Map<string, string>();
  while (at < raw.length) {
    const [name, value] = line().split(':', 2);
    if (name && value !== undefined) trailers.set(name.trim().toLowerCase(), value.trim());
  }
  return { body: Buffer.concat(chunks), trailers };
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function crcOf(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
