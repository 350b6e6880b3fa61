// The parts of an upload that a server holds, as it lists them.
import { ListPartsCommand } from '@aws-sdk/client-s3';
import type { ByteRange } from './remote.ts';
import { base64 } from './s3-body.ts';
import type { Bucket } from './s3-client.ts';
import type { SentPart } from './uploads.ts';

export interface HeldPart {
  readonly bytes: number;
  readonly etag: string;
  /** Base64, where the server says it. */
  readonly checksum: string | undefined;
}

export async function heldParts(
  bucket: Bucket,
  upload: { readonly Bucket: string; readonly Key: string; readonly UploadId: string },
): Promise<ReadonlyMap<number, HeldPart>> {
  const held = new Map<number, HeldPart>();
  let after: string | undefined;
  do {
    const page = await bucket.send(
      new ListPartsCommand({ ...upload, ...(after === undefined ? {} : { PartNumberMarker: after }) }),
    );
    for (const { PartNumber = 0, Size = -1, ETag = '', ChecksumSHA256: checksum } of page.Parts ?? [])
      held.set(PartNumber, { bytes: Size, etag: ETag, checksum });
    after = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (after !== undefined);
  return held;
}

/**
 * Whether the server holds these bytes: by its own checksum, or, where it says none, by the name it gave them when
 * they were sent.
 */
export function holds(
  there: HeldPart,
  sent: SentPart | undefined,
  range: ByteRange,
  sha256: string,
): boolean {
  if (there.bytes !== range.end - range.start) return false;
  if (there.checksum !== undefined) return there.checksum === base64(sha256);
  return sent?.sha256 === sha256 && sent.etag === there.etag;
}
