// sha256 of bytes and of single files. Bulk hashing of directories is store/hash.ts.
import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Digest } from '../core/ids.ts';
import { naming } from './errno.ts';

/** `bytes` as they are; text as UTF-8. */
export function digestBytes(bytes: string | Uint8Array): Digest {
  return hash('sha256', bytes, 'hex') as Digest;
}

const CHUNK = 1 << 20;

export interface FileDigest {
  readonly digest: Digest;
  readonly bytes: number;
}

/** Reads the whole file once, synchronously: measured faster than streams at every size. */
export function digestFile(path: string): FileDigest {
  const fd = openSync(path, 'r');
  try {
    return naming(path, () => digestOpenFile(fd, Buffer.allocUnsafe(CHUNK)));
  } finally {
    closeSync(fd);
  }
}

/** From the file's current position to its end, through `buffer`, which may be used again for the next file. */
export function digestOpenFile(fd: number, buffer: Buffer): FileDigest {
  let filled = fill(fd, buffer);
  if (filled < buffer.length) return { digest: digestBytes(buffer.subarray(0, filled)), bytes: filled };
  const sha = createHash('sha256');
  let bytes = 0;
  for (; filled > 0; filled = fill(fd, buffer)) {
    sha.update(buffer.subarray(0, filled));
    bytes += filled;
  }
  return { digest: sha.digest('hex') as Digest, bytes };
}

/** read(2) may give less than was asked for before the end of the file. */
function fill(fd: number, buffer: Buffer): number {
  let filled = 0;
  while (filled < buffer.length) {
    const n = readSync(fd, buffer, filled, buffer.length - filled, null);
    if (n === 0) break;
    filled += n;
  }
  return filled;
}
