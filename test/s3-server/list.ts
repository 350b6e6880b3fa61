// ListObjectsV2: names by UTF-8 bytes, in pages; with a delimiter, what lies below it becomes one common prefix.
import { type Answer, elementsOf, xmlAnswer } from './answer.ts';
import type { Buckets } from './buckets.ts';
import type { S3Request } from './operations.ts';

export function listObjects(buckets: Buckets, { bucket, query }: S3Request, pageNames: number): Answer {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token');
  const after =
    token === undefined ? (query.get('start-after') ?? '') : Buffer.from(token, 'hex').toString('utf8');
  const most = Math.min(pageNames, Number(query.get('max-keys') ?? pageNames));
  const shown = (name: string): string => {
    const end = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    return end < 0 ? name : name.slice(0, end + delimiter.length);
  };
  const names = new Set(
    buckets
      .keys(bucket)
      .filter((name) => name.startsWith(prefix))
      .map(shown)
      .filter((name) => Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0),
  );
  const page = [...names].slice(0, most);
  const truncated = names.size > page.length;
  const objects = buckets.get(bucket)!;
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (text: string) => text;
  const items = page.map((name) => {
    const object = objects.get(name);
    return object
      ? `<Contents>${elementsOf({ Key: encode(name), LastModified: (object.modified ?? new Date()).toISOString(), ETag: object.etag, Size: object.bytes.length, StorageClass: 'STANDARD' })}</Contents>`
      : `<CommonPrefixes>${elementsOf({ Prefix: encode(name) })}</CommonPrefixes>`;
  });
  const head = elementsOf({
    Name: bucket,
    Prefix: encode(prefix),
    KeyCount: page.length,
    MaxKeys: most,
    IsTruncated: truncated,
    ...(truncated ? { NextContinuationToken: Buffer.from(page.at(-1)!).toString('hex') } : {}),
  });
  return xmlAnswer(
    `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${head}${items.join('')}</ListBucketResult>`,
  );
}
