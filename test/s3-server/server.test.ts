// What the other tests trust the server to refuse.
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type S3Server, startS3, TEST_KEYS } from './server.ts';

const KEY = { Bucket: 'bucket', Key: 'a key/with ~odd (names)!*é' };
const hexOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const sumOf = (text: string): string => createHash('sha256').update(text).digest('base64');

describe('the S3 server of the tests', () => {
  let server: S3Server;
  let client: S3Client;
  const clientWith = (secretAccessKey: string): S3Client =>
    new S3Client({
      endpoint: server.url,
      region: 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { ...TEST_KEYS, secretAccessKey },
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
  beforeAll(async () => {
    vi.stubEnv('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
    server = await startS3({ buckets: ['bucket'], publicBuckets: ['open'] });
    client = clientWith(TEST_KEYS.secretAccessKey);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    return server.close();
  });

  it('takes signed requests, odd names included, and refuses a wrong secret', async () => {
    await client.send(new PutObjectCommand({ ...KEY, Body: 'hello' }));
    const got = await client.send(new GetObjectCommand(KEY));
    expect(await got.Body!.transformToString()).toBe('hello');
    await expect(clientWith('wrong').send(new GetObjectCommand(KEY))).rejects.toThrow(
      'SignatureDoesNotMatch',
    );
  });

  it('takes streamed bodies with a checksum in the trailer', async () => {
    const { Readable } = await import('node:stream');
    const Body = Readable.from([Buffer.from('streamed '), Buffer.from('body')], { objectMode: false });
    await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 's', Body, ContentLength: 13 }));
    expect(String(server.buckets.get('bucket')!.get('s')!.bytes)).toBe('streamed body');
  });

  it('refuses bodies that are not their checksum', async () => {
    const put = new PutObjectCommand({ ...KEY, Body: 'hello', ChecksumSHA256: sumOf('hallo') });
    await expect(client.send(put)).rejects.toThrow('BadDigest');
  });

  it('refuses a body that is not the one that was signed', async () => {
    const put = new PutObjectCommand({ ...KEY, Body: 'hello' });
    put.middlewareStack.add(
      (next) => (args) => {
        (args.request as { body: unknown }).body = 'hallo';
        return next(args);
      },
      { step: 'deserialize', priority: 'low' },
    );
    await expect(client.send(put)).rejects.toThrow(/XAmzContentSHA256Mismatch|BadDigest/);
  });

  it('gives back the checksum it was given', async () => {
    await client.send(new PutObjectCommand({ ...KEY, Body: 'hello', ChecksumSHA256: sumOf('hello') }));
    const head = await client.send(new HeadObjectCommand({ ...KEY, ChecksumMode: 'ENABLED' }));
    expect(head.ChecksumSHA256).toBe(sumOf('hello'));
  });

  it('keeps conditions: one winner of eight, and a change only to what was seen', async () => {
    const puts = Array.from({ length: 8 }, (_, i) =>
      client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'race', Body: `${i}`, IfNoneMatch: '*' })),
    );
    const results = await Promise.allSettled(puts);
    expect(results.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    const { ETag } = await client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'race' }));
    const change = (IfMatch: string | undefined) =>
      client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'race', Body: 'new', IfMatch }));
    await change(ETag);
    await expect(change(ETag)).rejects.toThrow('PreconditionFailed');
  });

  it('lists with prefix, delimiter, start and pages', async () => {
    for (const Key of ['l/a', 'l/b/1', 'l/b/2', 'l/c']) {
      await client.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: '' }));
    }
    const list = (more: object) =>
      client.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: 'l/', ...more }));
    const folded = await list({ Delimiter: '/' });
    expect(folded.Contents!.map((each) => each.Key)).toEqual(['l/a', 'l/c']);
    expect(folded.CommonPrefixes).toEqual([{ Prefix: 'l/b/' }]);
    const first = await list({ MaxKeys: 3, StartAfter: 'l/a' });
    expect(first.Contents!.map((each) => each.Key)).toEqual(['l/b/1', 'l/b/2', 'l/c']);
    const page = await list({ MaxKeys: 1 });
    expect(page.IsTruncated).toBe(true);
    const next = await list({ MaxKeys: 1, ContinuationToken: page.NextContinuationToken });
    expect(next.Contents!.map((each) => each.Key)).toEqual(['l/b/1']);
  });

  it('puts parts together, lists them, and refuses a small one in the middle', async () => {
    const at = { Bucket: 'bucket', Key: 'parts' };
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256' }),
    );
    const bodies = ['x'.repeat(5 * 2 ** 20), 'y'];
    const Parts = [];
    for (const [i, Body] of bodies.entries()) {
      const part = { PartNumber: i + 1, ChecksumSHA256: sumOf(Body) };
      const { ETag } = await client.send(new UploadPartCommand({ ...at, ...part, UploadId, Body }));
      Parts.push({ ...part, ETag });
    }
    const listed = await client.send(new ListPartsCommand({ ...at, UploadId }));
    expect(listed.Parts!.map((part) => part.Size)).toEqual(bodies.map((body) => body.length));
    const wrong = { Parts: [{ ...Parts[1]!, PartNumber: 1 }] };
    const complete = (MultipartUpload: object) =>
      client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }));
    await expect(complete(wrong)).rejects.toThrow('InvalidPart');
    await complete({ Parts });
    expect(hexOf(String(server.buckets.get('bucket')!.get('parts')!.bytes))).toBe(hexOf(bodies.join('')));
  });

  it('serves buckets by host name too, public ones without a signature, others not', async () => {
    server.buckets.get('open')!.set('x', { bytes: Buffer.from('public'), etag: '"e"' });
    const get = (host: string, method = 'GET'): Promise<number> =>
      new Promise((resolve, reject) => {
        const { port } = new URL(server.url);
        request({ port, host: '127.0.0.1', path: '/x', method, headers: { host } }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode!));
        })
          .on('error', reject)
          .end();
      });
    expect(await get('open.example.org')).toBe(200);
    expect(await get('open.example.org', 'PUT')).toBe(403);
    expect(await get('bucket.example.org')).toBe(403);
  });
});
