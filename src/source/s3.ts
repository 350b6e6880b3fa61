// One object of a bucket, or every object below a prefix, which ends in `/`. An object's version is its ETag; that of a
// prefix is the digest of its listing.
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { fail } from '../core/failure.ts';
import { repoPathProblem } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import { retried } from '../remote/retry.ts';
import { type Bucket, openBucket } from '../remote/s3-client.ts';
import { isAbsent, troubleOf, type Verb } from '../remote/s3-errors.ts';
import type { Store } from '../store/store.ts';
import { buildTree, type Leaf } from '../store/tree-build.ts';
import { canonicalJson } from '../util/canonical-json.ts';
import { byUtf8 } from '../util/compare.ts';
import { digestBytes } from '../util/digest.ts';
import { pool } from '../util/pool.ts';
import { type Body, type Downloaded, download } from './download.ts';
import type { Brought, Source, SourceContext } from './source.ts';

const AT_ONCE = 16;

interface Listed {
  readonly key: string;
  /** Below the prefix. */
  readonly path: string;
  readonly bytes: number;
  readonly etag: string;
}

export async function s3Source(url: string, context: SourceContext): Promise<Source> {
  const parts = /^s3:\/\/([^/]+)\/(.+)$/i.exec(url);
  if (!parts)
    return fail('usage', `${url} names no object`, { help: 'write s3://bucket/key, or s3://bucket/prefix/' });
  const [, name, key] = parts as unknown as [string, string, string];
  const { env } = context;
  const endpoint = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  const settings = context.bucketSettings?.(name) ?? { url, ...(endpoint ? { endpoint } : {}) };
  const bucket = await openBucket(
    { ...settings, url: `s3://${name}` },
    {
      jobs: AT_ONCE,
      ...(context.signal ? { signal: context.signal } : {}),
      ...(env['MLOPS_ANONYMOUS'] === '1' ? { unknown: 'anonymous' as const } : {}),
    },
  );
  const shown = { ...bucket, url };
  return key.endsWith('/') ? prefixSource(shown, key, context) : objectSource(shown, key, context);
}

function objectSource(bucket: Bucket, key: string, context: SourceContext): Source {
  const { url } = bucket;
  return {
    shown: url,
    look: async () => {
      const head = await answered(bucket, 'stat', () =>
        bucket.send(new HeadObjectCommand({ Bucket: bucket.name, Key: key })),
      );
      return head.ETag ? { url, etag: head.ETag } : undefined;
    },
    bring: async (store) => {
      let etag: string | undefined;
      const { digest, bytes } = await downloadObject(bucket, key, store, context, (found) => {
        etag = found;
      });
      return { artifact: { bytes, file: digest }, from: { url, ...(etag ? { etag } : {}) } };
    },
    close: () => {},
  };
}

function prefixSource(bucket: Bucket, prefix: string, context: SourceContext): Source {
  const { url } = bucket;
  const from = (listed: readonly Listed[]): JsonObject => ({
    url,
    listing: digestBytes(canonicalJson(listed.map(({ path, bytes, etag }) => [path, bytes, etag]))),
  });
  return {
    shown: url,
    look: async () => from(await list(bucket, prefix)),
    bring: async (store): Promise<Brought> => {
      const listed = await list(bucket, prefix);
      const leaves = await pool(
        listed,
        AT_ONCE,
        async ({ key, path }): Promise<Leaf> => {
          const { digest, bytes } = await downloadObject(bucket, key, store, context);
          return { kind: 'file', path, digest, bytes, exec: false };
        },
        context.signal,
      );
      const { artifact, nodes } = buildTree(leaves);
      const batch = store.batch('trees');
      for (const [digest, node] of nodes) batch.put(digest, node);
      await batch.finish();
      return { artifact, from: from(listed) };
    },
    close: () => {},
  };
}

/** Names come from whoever may write into the bucket: each must be a path that can be checked out. */
async function list(bucket: Bucket, prefix: string): Promise<Listed[]> {
  const found: Listed[] = [];
  let token: string | undefined;
  do {
    const page = await answered(bucket, 'list', () =>
      bucket.send(
        new ListObjectsV2Command({
          Bucket: bucket.name,
          Prefix: prefix,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      ),
    );
    for (const { Key: key = '', Size: bytes = 0, ETag: etag = '' } of page.Contents ?? [])
      if (!key.endsWith('/')) found.push({ key, path: pathOf(bucket, key, prefix), bytes, etag });
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  if (found.length === 0)
    fail('missing', `${bucket.url}: nothing is below that prefix`, { help: 'check the URL' });
  refuseNested(bucket, found);
  return found.sort((a, b) => byUtf8(a.path, b.path));
}

function pathOf(bucket: Bucket, key: string, prefix: string): string {
  const path = key.slice(prefix.length);
  const problem = repoPathProblem(path);
  return problem
    ? fail('refused', `${bucket.url}: the name "${path}" ${problem}`, {
        help: 'import the objects one by one',
      })
    : path;
}

/** A bucket can hold both `a` and `a/b`; no folder can. */
function refuseNested(bucket: Bucket, listed: readonly Listed[]): void {
  const names = new Set(listed.map(({ path }) => path));
  for (const { path } of listed)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      if (names.has(path.slice(0, end)))
        fail('refused', `${bucket.url}: "${path.slice(0, end)}" is an object and a folder`, {
          help: 'import the objects one by one',
        });
}

function downloadObject(
  bucket: Bucket,
  key: string,
  store: Store,
  context: SourceContext,
  heard: (etag: string | undefined) => void = () => {},
): Promise<Downloaded> {
  const open = async (start: number, version: string | undefined): Promise<Body> => {
    const range = start > 0 && version !== undefined ? { Range: `bytes=${start}-`, IfMatch: version } : {};
    const at = { Bucket: bucket.name, Key: key };
    const got = await told(bucket, 'read', async () => {
      try {
        return await bucket.send(new GetObjectCommand({ ...at, ...range }));
      } catch (error) {
        if (!isStale(error)) throw error;
        return bucket.send(new GetObjectCommand(at));
      }
    });
    heard(got.ETag);
    const total = /\/(\d+)$/.exec(got.ContentRange ?? '')?.[1] ?? got.ContentLength;
    return {
      chunks: chunksOf(bucket, got.Body as AsyncIterable<Uint8Array>),
      start: Number(/^bytes (\d+)-/.exec(got.ContentRange ?? '')?.[1] ?? 0),
      ...(total === undefined ? {} : { total: Number(total) }),
      ...(got.ETag ? { version: got.ETag } : {}),
    };
  };
  return download(`s3://${bucket.name}/${key}`, open, store, context);
}

/** It is another version than the part that is here, or shorter than that. */
function isStale(error: unknown): boolean {
  return error instanceof Error && ['PreconditionFailed', 'InvalidRange'].includes(error.name);
}

async function* chunksOf(bucket: Bucket, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw troubleOf(error, bucket, 'read');
  }
}

/** As `told`, tried again where that may help. */
function answered<T>(bucket: Bucket, verb: Verb, work: () => Promise<T>): Promise<T> {
  const { signal } = bucket;
  return retried(() => told(bucket, verb, work), signal ? { signal } : {});
}

async function told<T>(bucket: Bucket, verb: Verb, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isAbsent(error))
      fail('missing', `${bucket.url} is not there`, { help: 'a prefix ends in /: s3://bucket/prefix/' });
    throw troubleOf(error, bucket, verb);
  }
}
