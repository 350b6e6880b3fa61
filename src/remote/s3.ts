// A remote in a bucket, over the AWS SDK. Each verb is one attempt: the SDK's own retries are off, retry.ts is the one
// layer that tries again. Every body carries its sha256 in its signature and, unless checksums are off, as a checksum.
import { Readable } from 'node:stream';
import { type _Object, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { useBody } from './body.ts';
import type { RemoteConfig } from './config.ts';
import type { ByteRange, Entry, Remote } from './remote.ts';
import { type Bucket, openBucket, type S3Options } from './s3-client.ts';
import { isAbsent, isPastEnd, troubleOf, type Verb } from './s3-errors.ts';
import { removeNames } from './s3-remove.ts';
import { putBody } from './s3-write.ts';

/** Opening sends nothing. @throws Failure 'config' for a URL without a bucket or a CA file that cannot be read. */
export async function s3Remote(config: RemoteConfig, options: S3Options): Promise<Remote> {
  const bucket = await openBucket(config, options);
  const at = (name: string): { Bucket: string; Key: string } => ({
    Bucket: bucket.name,
    Key: bucket.prefix + name,
  });
  const told = async <T>(verb: Verb, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw troubleOf(error, bucket, verb);
    }
  };

  return {
    url: config.url,
    read: async (name, use, range) => {
      const body = await told('read', () => orAbsent(() => openBody(bucket, at(name), range)));
      return body && useBody(body, use, (error) => troubleOf(error, bucket, 'read'));
    },
    write: (name, body, only) => told('write', () => putBody(bucket, at(name), body, only)),
    stat: (name) =>
      told('stat', () =>
        orAbsent(async () => {
          const head = await bucket.send(new HeadObjectCommand(at(name)));
          return { bytes: head.ContentLength ?? 0 };
        }),
      ),
    async *list(prefix, after) {
      let token: string | undefined;
      do {
        const page = await told('list', () =>
          bucket.send(
            new ListObjectsV2Command({
              Bucket: bucket.name,
              Prefix: bucket.prefix + prefix,
              ...(after === undefined ? {} : { StartAfter: bucket.prefix + after }),
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          ),
        );
        for (const each of page.Contents ?? []) yield entryOf(bucket, each);
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },
    remove: (names) =>
      told('remove', () =>
        removeNames(
          bucket,
          names.map((name) => at(name).Key),
        ),
      ),
  };
}

function entryOf(bucket: Bucket, { Key = '', Size = 0, LastModified }: _Object): Entry {
  const modified = LastModified?.getTime();
  return {
    name: Key.slice(bucket.prefix.length),
    bytes: Size,
    ...(modified === undefined ? {} : { modified }),
  };
}

/** A range beyond the end holds nothing, as in a file. */
async function openBody(
  bucket: Bucket,
  at: { readonly Bucket: string; readonly Key: string },
  range: ByteRange | undefined,
): Promise<Readable | undefined> {
  if (range && range.end <= range.start) return Readable.from([]);
  const Range = range && `bytes=${range.start}-${range.end - 1}`;
  try {
    const got = await bucket.send(new GetObjectCommand({ ...at, ...(Range ? { Range } : {}) }));
    return got.Body as Readable | undefined;
  } catch (error) {
    if (range && isPastEnd(error)) return Readable.from([]);
    throw error;
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
