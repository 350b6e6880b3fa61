// What each request does, by the names of the S3 API.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, elementsOf, S3Error, textsIn, xmlAnswer } from './answer.ts';
import { sha256 } from './body.ts';
import { type Buckets, objectOf, type StoredObject, type Upload } from './buckets.ts';
import { listObjects } from './list.ts';
import { header } from './signature.ts';

export interface S3Request {
  readonly method: string;
  /** As sent. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: IncomingHttpHeaders;
  readonly bucket: string;
  readonly key: string;
  readonly body: Buffer;
}

export interface Sizes {
  /** How much of a listing comes at once. */
  readonly pageNames?: number;
  readonly pageParts?: number;
  /** All parts but the last are as large. Default 5 MiB, as S3. */
  readonly smallestPartBytes?: number;
}

type Perform = (
  buckets: Buckets,
  request: S3Request,
  objects: Map<string, StoredObject>,
  sizes: Sizes,
) => Answer;

export function operationOf({ method, key, query }: S3Request): string {
  const has = (name: string): boolean => query.has(name);
  if (key === '') {
    if (method === 'GET') return 'ListObjectsV2';
    if (method === 'POST' && has('delete')) return 'DeleteObjects';
    return method === 'HEAD' ? 'HeadBucket' : `${method} bucket`;
  }
  if (method === 'GET') return has('uploadId') ? 'ListParts' : 'GetObject';
  if (method === 'HEAD') return 'HeadObject';
  if (method === 'PUT') return has('uploadId') ? 'UploadPart' : 'PutObject';
  if (method === 'POST') return has('uploads') ? 'CreateMultipartUpload' : 'CompleteMultipartUpload';
  if (method === 'DELETE') return has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
  return method;
}

const OPERATIONS: { readonly [operation: string]: Perform } = {
  HeadBucket: () => ({ status: 200 }),
  GetObject: getObject,
  HeadObject: getObject,
  PutObject: putObject,
  DeleteObject: (_, { key }, objects) => {
    objects.delete(key);
    return { status: 204 };
  },
  DeleteObjects: deleteObjects,
  CreateMultipartUpload: (buckets, { bucket, key }) =>
    xmlAnswer(
      `<InitiateMultipartUploadResult>${elementsOf({ Bucket: bucket, Key: key, UploadId: buckets.startUpload(bucket, key) })}</InitiateMultipartUploadResult>`,
    ),
  UploadPart: uploadPart,
  ListParts: listParts,
  CompleteMultipartUpload: completeUpload,
  AbortMultipartUpload: (buckets, request) => {
    uploadOf(buckets, request);
    buckets.uploads.delete(request.query.get('uploadId')!);
    return { status: 204 };
  },
};

/** @throws S3Error */
export function perform(buckets: Buckets, operation: string, request: S3Request, sizes: Sizes): Answer {
  const objects = buckets.get(request.bucket);
  if (!objects) throw new S3Error(404, 'NoSuchBucket');
  if (operation === 'ListObjectsV2') return listObjects(buckets, request, sizes.pageNames ?? 1000);
  const work = OPERATIONS[operation];
  if (!work) throw new S3Error(501, 'NotImplemented');
  return work(buckets, request, objects, sizes);
}

function getObject(_: Buckets, request: S3Request, objects: Map<string, StoredObject>): Answer {
  const object = objects.get(request.key);
  if (!object) throw new S3Error(404, 'NoSuchKey');
  const { bytes, etag } = object;
  const wantsSum = header(request, 'x-amz-checksum-mode') === 'ENABLED';
  const headers = {
    etag,
    'accept-ranges': 'bytes',
    ...(wantsSum && object.sha256 ? { 'x-amz-checksum-sha256': object.sha256 } : {}),
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(header(request, 'range'));
  if (request.method === 'HEAD')
    return { status: 200, headers: { ...headers, 'content-length': bytes.length } };
  if (!range) return { status: 200, headers, body: bytes };
  const start = Number(range[1]);
  const end = Math.min(bytes.length, range[2] === '' ? Number.POSITIVE_INFINITY : Number(range[2]) + 1);
  if (start >= bytes.length) throw new S3Error(416, 'InvalidRange');
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` },
    body: bytes.subarray(start, end),
  };
}

function putObject(_: Buckets, request: S3Request, objects: Map<string, StoredObject>): Answer {
  checkConditions(request, objects);
  const object = objectOf(request.body, request.headers['x-amz-checksum-sha256'] as string | undefined);
  objects.set(request.key, object);
  return { status: 200, headers: { etag: object.etag, ...sumHeader(object) } };
}

function checkConditions(request: S3Request, objects: Map<string, StoredObject>): void {
  const there = objects.get(request.key);
  if (header(request, 'if-none-match') === '*' && there) throw new S3Error(412, 'PreconditionFailed');
  const match = header(request, 'if-match');
  if (match !== '' && !there) throw new S3Error(404, 'NoSuchKey');
  if (match !== '' && there!.etag !== match) throw new S3Error(412, 'PreconditionFailed');
}

function deleteObjects(_: Buckets, request: S3Request, objects: Map<string, StoredObject>): Answer {
  const { headers } = request;
  const summed = Object.keys(headers).some(
    (name) => name === 'content-md5' || name.startsWith('x-amz-checksum-'),
  );
  if (!summed) throw new S3Error(400, 'InvalidRequest');
  const keys = textsIn(request.body.toString('utf8'), 'Key');
  if (keys.length > 1000) throw new S3Error(400, 'MalformedXML');
  for (const key of keys) objects.delete(key);
  return xmlAnswer('<DeleteResult></DeleteResult>');
}

function uploadOf(buckets: Buckets, { query, bucket, key }: S3Request): Upload {
  const upload = buckets.uploads.get(query.get('uploadId') ?? '');
  if (upload?.bucket !== bucket || upload.key !== key) throw new S3Error(404, 'NoSuchUpload');
  return upload;
}

function uploadPart(buckets: Buckets, request: S3Request): Answer {
  const number = Number(request.query.get('partNumber'));
  if (!(number >= 1 && number <= 10_000)) throw new S3Error(400, 'InvalidArgument');
  const part = objectOf(request.body, request.headers['x-amz-checksum-sha256'] as string | undefined);
  uploadOf(buckets, request).parts.set(number, part);
  return { status: 200, headers: { etag: part.etag, ...sumHeader(part) } };
}

function listParts(buckets: Buckets, request: S3Request, _: unknown, { pageParts = 1000 }: Sizes): Answer {
  const after = Number(request.query.get('part-number-marker') ?? 0);
  const rest = [...uploadOf(buckets, request).parts]
    .filter(([number]) => number > after)
    .sort(([a], [b]) => a - b);
  const page = rest.slice(0, pageParts);
  const truncated = rest.length > page.length;
  const head = elementsOf({
    IsTruncated: truncated,
    ...(truncated ? { NextPartNumberMarker: page.at(-1)![0] } : {}),
  });
  const listed = page.map(
    ([number, part]) =>
      `<Part>${elementsOf({
        PartNumber: number,
        ETag: part.etag,
        Size: part.bytes.length,
        ...(part.sha256 ? { ChecksumSHA256: part.sha256 } : {}),
      })}</Part>`,
  );
  return xmlAnswer(`<ListPartsResult>${head}${listed.join('')}</ListPartsResult>`);
}

function completeUpload(
  buckets: Buckets,
  request: S3Request,
  objects: Map<string, StoredObject>,
  { smallestPartBytes = 5 * 2 ** 20 }: Sizes,
): Answer {
  const upload = uploadOf(buckets, request);
  const asked = textsIn(request.body.toString('utf8'), 'Part').map((part) => ({
    number: Number(textsIn(part, 'PartNumber')[0]),
    etag: textsIn(part, 'ETag')[0],
    sha256: textsIn(part, 'ChecksumSHA256')[0],
  }));
  if (asked.length === 0) throw new S3Error(400, 'MalformedXML');
  const parts = asked.map(({ number, etag, sha256: sum }, index) => {
    const part = upload.parts.get(number);
    if (!part || part.etag !== etag || (sum !== undefined && part.sha256 !== sum))
      throw new S3Error(400, 'InvalidPart');
    if (index > 0 && number <= asked[index - 1]!.number) throw new S3Error(400, 'InvalidPartOrder');
    if (index < asked.length - 1 && part.bytes.length < smallestPartBytes)
      throw new S3Error(400, 'EntityTooSmall');
    return part;
  });
  checkConditions(request, objects);
  const object: StoredObject = {
    bytes: Buffer.concat(parts.map((part) => part.bytes)),
    etag: `"${md5(Buffer.concat(parts.map((part) => Buffer.from(part.etag.slice(1, -1), 'hex'))))}-${parts.length}"`,
    ...(parts.every((part) => part.sha256) ? { sha256: compositeOf(parts) } : {}),
  };
  objects.set(request.key, object);
  buckets.uploads.delete(request.query.get('uploadId')!);
  return xmlAnswer(
    `<CompleteMultipartUploadResult>${elementsOf({
      Bucket: request.bucket,
      Key: request.key,
      ETag: object.etag,
      ...(object.sha256 ? { ChecksumSHA256: object.sha256 } : {}),
    })}</CompleteMultipartUploadResult>`,
  );
}

function compositeOf(parts: readonly StoredObject[]): string {
  const sums = Buffer.concat(parts.map((part) => Buffer.from(part.sha256!, 'base64')));
  return `${sha256(sums).toString('base64')}-${parts.length}`;
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}

function sumHeader(object: StoredObject): { readonly [name: string]: string } {
  return object.sha256 ? { 'x-amz-checksum-sha256': object.sha256 } : {};
}
