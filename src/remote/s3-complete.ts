// The end of an upload in parts: the server puts them together, and says over what.
import { createHash } from 'node:crypto';
import { CompleteMultipartUploadCommand, DeleteObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { checksum } from './s3-body.ts';
import type { Bucket } from './s3-client.ts';
import { damaged } from './trouble.ts';
import type { SentPart } from './uploads.ts';

interface ObjectPlace {
  readonly Bucket: string;
  readonly Key: string;
}

/** @throws RemoteError `integrity` when it put together other bytes; they are removed, as nobody may read them */
export async function completeUpload(
  bucket: Bucket,
  at: ObjectPlace,
  id: string,
  parts: readonly SentPart[],
  only?: 'new',
): Promise<void> {
  const { ChecksumSHA256: said } = await bucket.send(
    new CompleteMultipartUploadCommand({
      ...at,
      UploadId: id,
      ...(only === 'new' ? { IfNoneMatch: '*' } : {}),
      MultipartUpload: {
        Parts: parts.map(({ etag, sha256 }, index) => ({
          ETag: etag,
          PartNumber: index + 1,
          ...checksum(bucket, sha256),
        })),
      },
    }),
  );
  if (said === undefined || sumOf(said) === compositeOf(parts)) return;
  await bucket.send(new DeleteObjectCommand(at));
  throw damaged(`${at.Key}: the server put together other bytes than were sent`, 'push again');
}

/** Whether the object is the one that `parts` make: the answer to a completion may be lost, what it did is not. */
export async function isWhole(
  bucket: Bucket,
  at: ObjectPlace,
  parts: readonly (SentPart | undefined)[],
): Promise<boolean> {
  const all = parts.filter((part) => part !== undefined);
  if (all.length < parts.length) return false;
  const there = await bucket
    .send(new HeadObjectCommand({ ...at, ...(bucket.checksums ? { ChecksumMode: 'ENABLED' } : {}) }))
    .catch(() => undefined);
  if (there?.ChecksumSHA256 !== undefined) return sumOf(there.ChecksumSHA256) === compositeOf(all);
  return there?.ETag === etagOf(all);
}

/** S3's checksum of a multipart object: sha256 over the sha256s of its parts; servers add `-` and their count. */
function compositeOf(parts: readonly SentPart[]): string {
  const sha = createHash('sha256');
  for (const { sha256 } of parts) sha.update(Buffer.from(sha256, 'hex'));
  return sha.digest('base64');
}

function sumOf(said: string): string {
  return said.split('-')[0]!;
}

/** The same of md5s, where the server's names of parts are such. */
function etagOf(parts: readonly SentPart[]): string {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(Buffer.from(etag.replaceAll('"', ''), 'hex'));
  return `"${md5.digest('hex')}-${parts.length}"`;
}
