// Many names removed by few requests. S3 wants a checksum of the list: by sha256, or, for servers that know none, md5.
import { createHash } from 'node:crypto';
import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import type { Bucket } from './s3-client.ts';
import { lasting, passing, type RemoteError } from './trouble.ts';

/** DeleteObjects takes as many names. */
const NAMES_PER_DELETE = 1000;

export async function removeNames(bucket: Bucket, keys: readonly string[]): Promise<void> {
  for (let done = 0; done < keys.length; done += NAMES_PER_DELETE) {
    const command = new DeleteObjectsCommand({
      Bucket: bucket.name,
      ChecksumAlgorithm: 'SHA256',
      Delete: {
        Objects: keys.slice(done, done + NAMES_PER_DELETE).map((Key) => ({ Key })),
        Quiet: true,
      },
    });
    if (!bucket.checksums) summedByMd5(command);
    const { Errors: left = [] } = await bucket.send(command);
    if (left.length > 0) throw notRemoved(bucket, left[0]!.Code, left.length);
  }
}

function summedByMd5(command: DeleteObjectsCommand): void {
  (command.middlewareStack as { addRelativeTo(middleware: unknown, options: object): void }).addRelativeTo(
    (next: (args: object) => unknown) => (args: { readonly request: unknown }) => {
      const request = args.request as { headers: Record<string, string>; body: string | Uint8Array };
      for (const name of Object.keys(request.headers))
        if (/^x-amz-(sdk-)?checksum-/i.test(name)) delete request.headers[name];
      request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64');
      return next(args);
    },
    { relation: 'after', toMiddleware: 'flexibleChecksumsMiddleware', name: 'summedByMd5' },
  );
}

function notRemoved(bucket: Bucket, code = '', count: number): RemoteError {
  const message = `${bucket.url}: ${count} names were not removed (${code})`;
  return code === 'AccessDenied'
    ? lasting(message, 'your credentials may not do this: ask for s3:DeleteObject there')
    : passing(message);
}
