// Bodies of bytes in memory and of files, and the ways to read one that a remote gave.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { fail } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { digestBytes } from '../util/digest.ts';
import { formatBytes } from '../util/units.ts';
import type { Body } from './remote.ts';

export function bytesBody(bytes: Uint8Array, digest: Digest = digestBytes(bytes)): Body {
  return { bytes: bytes.length, digest, open: ({ start, end }) => bytes.subarray(start, end) };
}

export function textBody(text: string): Body {
  return bytesBody(Buffer.from(text));
}

/** A file that does not change while it is sent. `digest` is what the caller knows it to be; the remote proves it. */
export function fileBody(path: string, bytes: number, digest: Digest): Body {
  return {
    bytes,
    digest,
    // createReadStream includes `end`, and reads to the end of the file when it lies before `start`.
    open: ({ start, end }) =>
      start === end
        ? new Uint8Array()
        : createReadStream(path, { start, end: end - 1, highWaterMark: 1 << 20 }),
  };
}

/** @throws when the body is longer than `most` bytes: nobody's memory is to be filled by what a remote sends */
export async function collect(body: Readable, most = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most)
      fail('remote', `a body of more than ${formatBytes(most)} came where a small one belongs`);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** The digest of a body of any length. */
export async function digestOfBody(body: Readable): Promise<Digest> {
  const sha = createHash('sha256');
  for await (const chunk of body as AsyncIterable<Buffer>) sha.update(chunk);
  return sha.digest('hex') as Digest;
}

/** Runs `use` over `body` and lets go of it. Only errors of the body itself are told by `trouble`: others are not the remote's. */
export async function useBody<T>(
  body: Readable,
  use: (body: Readable) => Promise<T>,
  trouble: (error: unknown) => unknown,
): Promise<T> {
  let broken: unknown;
  body.once('error', (error) => {
    broken = error;
  });
  try {
    return await use(body);
  } catch (error) {
    throw error === broken ? trouble(error) : error;
  } finally {
    body.destroy();
  }
}
