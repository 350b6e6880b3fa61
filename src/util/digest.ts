// sha256 of bytes and of single files. Bulk hashing of directories is store/hash.ts.
import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Digest } from '../core/ids.ts';

/** `bytes` as they are; text as UTF-8. */
export function digestBytes(bytes: string | Uint8Array): Digest {
  return hash('sha256', bytes, 'hex') as Digest;
}

const CHUNK = 1 << 20;

/** Reads the whole file once, synchronously: measured faster than streams at every size. */
export function digestFile(path: string): { readonly digest: Digest; readonly bytes: number } {
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    const first = readSync(fd, buffer, 0, CHUNK, null);
    if (first < CHUNK && readSync(fd, buffer, first, CHUNK - first, null) === 0) {
      return { digest: digestBytes(buffer.subarray(0, first)), bytes: first };
    }
    return digestRest(path);
  } finally {
    closeSync(fd);
  }
}

function digestRest(path: string): { readonly digest: Digest; readonly bytes: number } {
  const sha = createHash('sha256');
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    let bytes = 0;
    for (let n = readSync(fd, buffer, 0, CHUNK, null); n > 0; n = readSync(fd, buffer, 0, CHUNK, null)) {
      sha.update(buffer.subarray(0, n));
      bytes += n;
    }
    return { digest: sha.digest('hex') as Digest, bytes };
  } finally {
    closeSync(fd);
  }
}
