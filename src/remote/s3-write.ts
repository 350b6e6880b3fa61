// Writing to a bucket. Up to 32 MiB one PUT whose checksum is the body's digest; above that parts, each with its own.
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { collect } from './body.ts';
import type { Body, ByteRange } from './remote.ts';
import type { Bucket } from './s3-client.ts';
import { isTaken } from './s3-errors.ts';
import { damaged } from './trouble.ts';

const MIB = 2 ** 20;
export const ONE_PUT_BYTES = 32 * MIB;
const SMALLEST_PART_BYTES = 16 * MIB;
const MOST_PARTS = 10_000;
const PARTS_AT_ONCE = 4;

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

export async function putOne(
  bucket: Bucket,
  at: Place,
  body: Body,
  only?: 'new',
): Promise<'written' | 'exists'> {
  const opened = body.open({ start: 0, end: body.bytes });
  const command = new PutObjectCommand({
    ...at,
    ...bucket.encryption,
    ...checksum(bucket, body.digest),
    ...(only === 'new' ? { IfNoneMatch: '*' } : {}),
    Body: opened,
    ContentLength: body.bytes,
  });
  signPayload(command, body.digest);
  try {
    if (opened instanceof Uint8Array) await bucket.send(command);
    else await sendStream(bucket, command, opened);
    return 'written';
  } catch (error) {
    if (only === 'new' && isTaken(error)) return 'exists';
    throw error;
  }
}

/** The SDK waits for ever for a body that fails, so its error ends the request and is what is thrown. */
async function sendStream(bucket: Bucket, command: PutObjectCommand, body: Readable): Promise<void> {
  const stop = new AbortController();
  let broken: { readonly error: unknown } | undefined;
  body.on('error', (error) => {
    broken ??= { error };
    stop.abort(error);
  });
  try {
    await bucket.send(command, { abortSignal: stop.signal });
  } catch (error) {
    throw broken ? broken.error : error;
  } finally {
    body.destroy();
  }
}

/** The digest of the whole is proved here before completion: no server can, its checksum is one over part checksums. */
export async function putMultipart(
  bucket: Bucket,
  at: Place,
  body: Body,
  only?: 'new',
): Promise<'written' | 'exists'> {
  const { UploadId } = await bucket.send(
    new CreateMultipartUploadCommand({
      ...at,
      ...bucket.encryption,
      ...(bucket.checksums ? { ChecksumAlgorithm: 'SHA256' as const } : {}),
    }),
  );
  const upload = { ...at, UploadId };
  try {
    const { parts, digest } = await sendParts(bucket, upload, body);
    if (digest !== body.digest)
      throw damaged(
        `${at.Key}: the bytes to send do not match their digest`,
        'the file changed or is damaged here; make it again',
      );
    const done = await bucket.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        ...(only === 'new' ? { IfNoneMatch: '*' } : {}),
        MultipartUpload: {
          Parts: parts.map(({ ETag, sha256 }, index) => ({
            ETag,
            PartNumber: index + 1,
            ...checksum(bucket, sha256),
          })),
        },
      }),
    );
    checkComposite(at.Key, parts, done.ChecksumSHA256);
    return 'written';
  } catch (error) {
    // Parts of an upload that will not be finished cost money until they are aborted; the first error is the one to tell.
    await bucket.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    if (only === 'new' && isTaken(error)) return 'exists';
    throw error;
  }
}

interface Part {
  readonly ETag: string | undefined;
  readonly sha256: string;
}

/** Reads the body once, in order, so that its digest falls out; sends each part while the next ones are read. */
async function sendParts(
  bucket: Bucket,
  upload: Place & { readonly UploadId: string | undefined },
  body: Body,
): Promise<{ readonly parts: readonly Part[]; readonly digest: string }> {
  const whole = createHash('sha256');
  const sent: Promise<Part>[] = [];
  const flying = new Set<Promise<unknown>>();
  for (const range of partRanges(body.bytes)) {
    if (flying.size >= PARTS_AT_ONCE) await Promise.race(flying);
    const opened = body.open(range);
    const bytes = opened instanceof Uint8Array ? opened : await collect(opened);
    whole.update(bytes);
    const part = sendPart(bucket, upload, sent.length + 1, bytes);
    const flight = part.finally(() => flying.delete(flight));
    flight.catch(() => undefined); // told by Promise.all below, also when the loop stops first
    flying.add(flight);
    sent.push(part);
  }
  return { parts: await Promise.all(sent), digest: whole.digest('hex') };
}

async function sendPart(
  bucket: Bucket,
  upload: Place & { readonly UploadId: string | undefined },
  PartNumber: number,
  bytes: Uint8Array,
): Promise<Part> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const command = new UploadPartCommand({
    ...upload,
    ...checksum(bucket, sha256),
    PartNumber,
    Body: bytes,
    ContentLength: bytes.length,
  });
  signPayload(command, sha256);
  const { ETag } = await bucket.send(command);
  return { ETag, sha256 };
}

/** At least 16 MiB each, and no more than S3's 10,000: parts of equal size, the last one shorter. */
export function partRanges(bytes: number): ByteRange[] {
  const size = Math.max(SMALLEST_PART_BYTES, Math.ceil(bytes / MOST_PARTS / MIB) * MIB);
  return Array.from({ length: Math.ceil(bytes / size) }, (_, index) => ({
    start: index * size,
    end: Math.min(bytes, (index + 1) * size),
  }));
}

/** S3's checksum of a multipart object: sha256 over the sha256s of its parts, and their count. Servers may say none. */
function checkComposite(key: string, parts: readonly Part[], said: string | undefined): void {
  if (said === undefined) return;
  const sha = createHash('sha256');
  for (const { sha256 } of parts) sha.update(Buffer.from(sha256, 'hex'));
  const [sum] = said.split('-');
  if (sum !== sha.digest('base64'))
    throw damaged(`${key}: the server put together other bytes than were sent`, 'push again');
}

function checksum(bucket: Bucket, sha256: string): { readonly ChecksumSHA256?: string } {
  return bucket.checksums ? { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') } : {};
}

/** Puts the body's sha256 under the signature. Without it the SDK would sign streams as UNSIGNED-PAYLOAD. */
function signPayload(command: PutObjectCommand | UploadPartCommand, sha256: string): void {
  (command.middlewareStack as PutObjectCommand['middlewareStack']).add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers['x-amz-content-sha256'] = sha256;
      return next(args);
    },
    { step: 'build', name: 'signPayload' },
  );
}
