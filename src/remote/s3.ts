// A remote in a bucket, over the AWS SDK. Each verb is one attempt: the SDK's own retries are off, retry.ts is the one
// layer that tries again. Every body carries its sha256 in its signature and, unless checksums are off, as a checksum.
import type { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { failure, MlopsError } from '../core/failure.ts';
import { useBody } from './body.ts';
import type { RemoteConfig } from './config.ts';
import type { Entry, Remote } from './remote.ts';
import { type Bucket, openBucket } from './s3-client.ts';
import { isAbsent, troubleOf } from './s3-errors.ts';
import { ONE_PUT_BYTES, putMultipart, putOne } from './s3-write.ts';
import { passing } from './trouble.ts';

/** DeleteObjects takes as many names. */
const NAMES_PER_DELETE = 1000;

/** Opening sends nothing. @throws Failure 'config' for a URL without a bucket or a CA file that cannot be read. */
export async function s3Remote(config: RemoteConfig, jobs: number, signal?: AbortSignal): Promise<Remote> {
  const bucket = await openBucket(config, jobs, signal);
  const at = (name: string): { Bucket: string; Key: string } => ({
    Bucket: bucket.name,
    Key: bucket.prefix + name,
  });
  const told = <T>(work: () => Promise<T>): Promise<T> => orTrouble(bucket, work);

  return {
    url: config.url,
    read: async (name, use, range) => {
      const body = await told(() =>
        orAbsent(async () => {
          const Range = range && `bytes=${range.start}-${range.end - 1}`;
          const got = await bucket.send(new GetObjectCommand({ ...at(name), ...(Range ? { Range } : {}) }));
          return got.Body as Readable | undefined;
        }),
      );
      return body && useBody(body, use, (error) => troubleOf(error, bucket));
    },
    write: (name, body, only) =>
      told(() =>
        body.bytes <= ONE_PUT_BYTES
          ? putOne(bucket, at(name), body, only)
          : putMultipart(bucket, at(name), body, only),
      ),
    stat: (name) =>
      told(() =>
        orAbsent(async () => {
          const head = await bucket.send(new HeadObjectCommand(at(name)));
          return { bytes: head.ContentLength ?? 0 };
        }),
      ),
    async *list(prefix, after) {
      let token: string | undefined;
      do {
        const page = await told(() =>
          bucket.send(
            new ListObjectsV2Command({
              Bucket: bucket.name,
              Prefix: bucket.prefix + prefix,
              ...(after === undefined ? {} : { StartAfter: bucket.prefix + after }),
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          ),
        );
        for (const each of page.Contents ?? []) yield entryOf(bucket, each.Key, each.Size);
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },
    remove: async (names) => {
      for (let done = 0; done < names.length; done += NAMES_PER_DELETE) {
        const some = names
          .slice(done, done + NAMES_PER_DELETE)
          .map((name) => ({ Key: bucket.prefix + name }));
        const result = await told(() =>
          bucket.send(
            new DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects: some, Quiet: true } }),
          ),
        );
        const left = result.Errors ?? [];
        if (left.length > 0) throw notRemoved(bucket, left[0]!.Code, left.length);
      }
    },
  };
}

function entryOf(bucket: Bucket, key = '', bytes = 0): Entry {
  return { name: key.slice(bucket.prefix.length), bytes };
}

function notRemoved(bucket: Bucket, code = '', count: number): MlopsError {
  const message = `${bucket.url}: ${count} names were not removed (${code})`;
  return code === 'AccessDenied'
    ? new MlopsError(failure('remote', message, { help: 'your credentials may not delete there' }))
    : passing(message);
}

async function orTrouble<T>(bucket: Bucket, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw troubleOf(error, bucket);
  }
}

async function orAbsent<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
