// A body on its way to a bucket: its sha256 under the signature and, unless checksums are off, as a checksum that the
// server proves and gives back.
import type { Readable } from 'node:stream';
import type { PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import type { Bucket } from './s3-client.ts';
import { damaged } from './trouble.ts';

type Command = PutObjectCommand | UploadPartCommand;

interface Stored {
  readonly ETag?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
}

/** `body` is what the command carries. @throws RemoteError `integrity` when the server says that it got another one */
export async function sendBody(
  bucket: Bucket,
  command: Command,
  sha256: string,
  body: Readable | Uint8Array,
): Promise<Stored> {
  signPayload(command, sha256);
  const stored =
    body instanceof Uint8Array
      ? await bucket.send(command as PutObjectCommand)
      : await sendStream(bucket, command as PutObjectCommand, body);
  const said = stored.ChecksumSHA256;
  if (said !== undefined && bucket.checksums && said !== base64(sha256))
    throw damaged(`${bucket.url}: the server stored other bytes than were sent`, 'push again');
  return stored;
}

export function checksum(bucket: Bucket, sha256: string): { readonly ChecksumSHA256?: string } {
  return bucket.checksums ? { ChecksumSHA256: base64(sha256) } : {};
}

export function base64(sha256: string): string {
  return Buffer.from(sha256, 'hex').toString('base64');
}

/** The SDK waits for ever for a body that fails, so its error ends the request and is what is thrown. */
async function sendStream(bucket: Bucket, command: PutObjectCommand, body: Readable): Promise<Stored> {
  const stop = new AbortController();
  let broken: { readonly error: unknown } | undefined;
  body.on('error', (error) => {
    broken ??= { error };
    stop.abort(error);
  });
  try {
    return await bucket.send(command, { abortSignal: stop.signal });
  } catch (error) {
    throw broken ? broken.error : error;
  } finally {
    body.destroy();
  }
}

/** Without it the SDK would sign streams as UNSIGNED-PAYLOAD. */
function signPayload(command: Command, sha256: string): void {
  (command.middlewareStack as PutObjectCommand['middlewareStack']).add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers['x-amz-content-sha256'] = sha256;
      return next(args);
    },
    { step: 'build', name: 'signPayload' },
  );
}
