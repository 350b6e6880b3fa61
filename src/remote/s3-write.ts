// Writing to a bucket: up to 32 MiB (two parts) one PUT whose checksum is the body's digest, in parts above
// that.
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Body } from './remote.ts';
import { checksum, sendBody } from './s3-body.ts';
import type { Bucket } from './s3-client.ts';
import { isTaken } from './s3-errors.ts';
import { type ObjectPlace, putMultipart } from './s3-multipart.ts';

export function putBody(
  bucket: Bucket,
  at: ObjectPlace,
  body: Body,
  only?: 'new',
): Promise<'written' | 'exists'> {
  const put = body.bytes <= 2 * bucket.partBytes ? putOne : putMultipart;
  return put(bucket, at, body, only);
}

async function putOne(
  bucket: Bucket,
  at: ObjectPlace,
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
  try {
    await sendBody(bucket, command, body.digest, opened);
    return 'written';
  } catch (error) {
    if (only === 'new' && isTaken(error)) return 'exists';
    throw error;
  }
}
