// What the server holds. All changes are synchronous, so a condition and the write it guards are one step.
import { createHash, randomUUID } from 'node:crypto';

export interface StoredObject {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly modified?: Date;
  /** As the client gave it, or S3's checksum of part checksums; absent when it gave none. */
  readonly sha256?: string;
}

export interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly parts: Map<number, StoredObject>;
}

export class Buckets {
  readonly uploads = new Map<string, Upload>();
  private readonly objects: Map<string, Map<string, StoredObject>>;

  constructor(names: readonly string[]) {
    this.objects = new Map(names.map((name) => [name, new Map()]));
  }

  has(bucket: string): boolean {
    return this.objects.has(bucket);
  }

  /** The objects of a bucket, by key; undefined when there is no such bucket. A test may change them. */
  get(bucket: string): Map<string, StoredObject> | undefined {
    return this.objects.get(bucket);
  }

  keys(bucket: string): string[] {
    return [...(this.objects.get(bucket)?.keys() ?? [])].sort((a, b) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
  }

  startUpload(bucket: string, key: string): string {
    const id = randomUUID();
    this.uploads.set(id, { bucket, key, parts: new Map() });
    return id;
  }
}

export function objectOf(bytes: Buffer, sha256: string | undefined): StoredObject {
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  return { bytes, etag, modified: new Date(), ...(sha256 === undefined ? {} : { sha256 }) };
}
