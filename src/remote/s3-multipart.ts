// A large body in parts, each with its own checksum. An upload that broke off is gone on with: the body is read and
// hashed from its beginning, and of its parts only those are sent that the server does not hold. Parts are streamed, so
// that memory does not grow with them. The digest of the whole is proved here before completion: no server can, its
// checksum is one over part checksums.
import { createHash, type Hash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Body, ByteRange } from './remote.ts';
import { checksum, sendBody } from './s3-body.ts';
import type { Bucket } from './s3-client.ts';
import { completeUpload, isWhole } from './s3-complete.ts';
import { isTaken, isUploadGone, troubleOf } from './s3-errors.ts';
import { type HeldPart, heldParts, holds } from './s3-parts.ts';
import { lasting, onward, passing, RemoteError } from './trouble.ts';
import type { SentPart, Upload } from './uploads.ts';

const MIB = 2 ** 20;
const MOST_PARTS = 10_000;

export interface ObjectPlace {
  readonly Bucket: string;
  readonly Key: string;
}

/** An upload, and the parts of it that the server says it holds. */
interface Begun {
  readonly upload: Upload;
  readonly held: ReadonlyMap<number, HeldPart>;
}

/**
 * Trouble that may pass leaves the upload for the next attempt or the next process; any other aborts it, because
 * parts of an upload that nobody finishes cost money.
 */
export async function putMultipart(
  bucket: Bucket,
  at: ObjectPlace,
  body: Body,
  only?: 'new',
): Promise<'written' | 'exists'> {
  const found = await findBegun(bucket, at, body);
  if (found === 'whole') return 'written';
  const begun = found ?? (await begin(bucket, at, body));
  const { id } = begun.upload;
  try {
    const parts = await sendParts(bucket, at, begun, body);
    await completeUpload(bucket, at, id, parts, only);
    bucket.uploads.forget(keyOf(at));
    return 'written';
  } catch (thrown) {
    const error = troubleOf(thrown, bucket, 'write');
    if (isUploadGone(thrown)) {
      bucket.uploads.forget(keyOf(at));
      throw passing(`${bucket.url}: an upload was ended by someone else`, thrown, 'push again');
    }
    if (mayPass(error, bucket)) throw furtherOn(error, bucket, at, begun);
    await abandon(bucket, at, id);
    if (only === 'new' && isTaken(thrown)) return 'exists';
    throw error;
  }
}

/** At least `smallest` each, and no more than S3's 10,000: parts of equal size, the last one shorter. */
export function partRanges(bytes: number, smallest: number): ByteRange[] {
  const size = Math.max(smallest, Math.ceil(bytes / MOST_PARTS / MIB) * MIB);
  return Array.from({ length: Math.ceil(bytes / size) }, (_, index) => ({
    start: index * size,
    end: Math.min(bytes, (index + 1) * size),
  }));
}

function keyOf({ Bucket: name, Key }: ObjectPlace): string {
  return `${name}/${Key}`;
}

/** The upload that an earlier attempt left, or 'whole' when that one succeeded and only its answer was lost. */
async function findBegun(bucket: Bucket, at: ObjectPlace, body: Body): Promise<Begun | 'whole' | undefined> {
  const upload = bucket.uploads.find(keyOf(at));
  if (!upload) return undefined;
  if (upload.digest === body.digest && upload.bytes === body.bytes) {
    try {
      return { upload, held: await heldParts(bucket, { ...at, UploadId: upload.id }) };
    } catch (error) {
      if (isUploadGone(error)) {
        bucket.uploads.forget(keyOf(at));
        const parts = partRanges(body.bytes, bucket.partBytes).map((_, index) => upload.parts.get(index + 1));
        return (await isWhole(bucket, at, parts)) ? 'whole' : undefined;
      }
      if (mayPass(troubleOf(error, bucket, 'write'), bucket)) throw error;
    }
  }
  await abandon(bucket, at, upload.id);
  return undefined;
}

async function begin(bucket: Bucket, at: ObjectPlace, { digest, bytes }: Body): Promise<Begun> {
  const { UploadId = '' } = await bucket.send(
    new CreateMultipartUploadCommand({
      ...at,
      ...bucket.encryption,
      ...(bucket.checksums ? { ChecksumAlgorithm: 'SHA256' as const } : {}),
    }),
  );
  const upload = bucket.uploads.start(keyOf(at), { id: UploadId, digest, bytes });
  return { upload, held: new Map() };
}

/** Reads the body once, in order, so that its digest falls out; parts are sent while the next ones are hashed. */
async function sendParts(
  bucket: Bucket,
  at: ObjectPlace,
  begun: Begun,
  body: Body,
): Promise<readonly SentPart[]> {
  const whole = createHash('sha256');
  const flights: Promise<SentPart>[] = [];
  let failed = false;
  try {
    for (const range of partRanges(body.bytes, bucket.partBytes)) {
      const leave = await bucket.partPlace();
      let flight: Promise<SentPart> | undefined;
      try {
        if (failed) break;
        bucket.signal?.throwIfAborted();
        const sha256 = await hashRange(body, range, whole);
        flight = partOf(bucket, at, begun, body, { number: flights.length + 1, range, sha256 }).finally(
          leave,
        );
        flight.catch(() => {
          failed = true;
        });
        flights.push(flight);
      } finally {
        if (!flight) leave();
      }
    }
  } finally {
    await Promise.allSettled(flights); // what is under way still counts, for the next attempt too
  }
  const parts = await Promise.all(flights);
  if (whole.digest('hex') !== body.digest)
    throw lasting(
      `${at.Key}: the bytes to send do not match their digest`,
      'the file changed or is damaged here; make it again',
      undefined,
      'integrity',
    );
  return parts;
}

interface Part {
  readonly number: number;
  readonly range: ByteRange;
  readonly sha256: string;
}

/** Sends the part unless the server holds it. */
async function partOf(
  bucket: Bucket,
  at: ObjectPlace,
  { upload, held }: Begun,
  body: Body,
  { number, range, sha256 }: Part,
): Promise<SentPart> {
  const there = held.get(number);
  if (there && holds(there, upload.parts.get(number), range, sha256)) return { etag: there.etag, sha256 };
  const opened = body.open(range);
  const command = new UploadPartCommand({
    ...at,
    ...checksum(bucket, sha256),
    UploadId: upload.id,
    PartNumber: number,
    Body: opened,
    ContentLength: range.end - range.start,
  });
  const { ETag: etag = '' } = await sendBody(bucket, command, sha256, opened);
  bucket.uploads.sent(keyOf(at), number, { etag, sha256 });
  return { etag, sha256 };
}

async function hashRange(body: Body, range: ByteRange, whole: Hash): Promise<string> {
  const sha = createHash('sha256');
  const opened = body.open(range);
  for await (const chunk of opened instanceof Uint8Array ? [opened] : opened) {
    whole.update(chunk);
    sha.update(chunk);
  }
  return sha.digest('hex');
}

/** The next attempt may do better, or the user stopped this one and may go on later. */
function mayPass(error: unknown, bucket: Bucket): boolean {
  return bucket.signal?.aborted || (error instanceof RemoteError && error.retry !== 'never');
}

function furtherOn(error: unknown, bucket: Bucket, at: ObjectPlace, { upload }: Begun): unknown {
  const further = bucket.uploads.further(keyOf(at), upload.parts.size);
  return further && error instanceof RemoteError ? onward(error) : error;
}

/** The upload's own trouble is the one to tell. */
async function abandon(bucket: Bucket, at: ObjectPlace, id: string): Promise<void> {
  bucket.uploads.forget(keyOf(at));
  await bucket.send(new AbortMultipartUploadCommand({ ...at, UploadId: id })).catch(() => undefined);
}
