import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../util/atomic-write.ts';

/** A name that nobody has: hidden, so that a listing of a user's folder stays readable while it is written. */
export function temporaryFile(dir: string): string {
  return join(dir, `.${randomBytes(8).toString('hex')}.tmp`);
}

/** Writes a new file; leaves nothing behind when it fails. */
export function writeTemporary(
  path: string,
  bytes: Uint8Array,
  options: { readonly durable: boolean; readonly mode?: number },
): void {
  try {
    const fd = openSync(path, 'wx', options.mode ?? 0o444);
    try {
      writeWhole(fd, bytes);
      if (options.durable) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}
