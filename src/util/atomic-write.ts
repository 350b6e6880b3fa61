// The one way to write a file: temp beside it, write, fsync, rename, fsync the directory.
// A reader sees the old bytes or the new ones, also after a power cut.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { naming } from './errno.ts';
import { temporaryFile } from './temporary-file.ts';

export interface WriteOptions {
  readonly mode?: number;
  /** false: skip both fsyncs, for what can be made again (caches, views). Default true. */
  readonly durable?: boolean;
}

export function writeAtomic(path: string, data: string | Uint8Array, options: WriteOptions = {}): void {
  const dir = dirname(path);
  mkdirSync(dir, { recursive: true });
  const temp = temporaryFile(dir);
  try {
    const fd = openSync(temp, 'wx', options.mode ?? 0o666);
    naming(path, () => {
      try {
        writeWhole(fd, typeof data === 'string' ? Buffer.from(data) : data);
        if (options.durable !== false) fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    });
    renameSync(temp, path);
  } catch (error) {
    rmSync(temp, { force: true });
    throw error;
  }
  if (options.durable !== false) syncDirectory(dir);
}

/** write(2) may take less than it was given. */
export function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done);
}

/** Makes the names in `dir` durable. Windows cannot open directories; its renames are journalled. */
export function syncDirectory(dir: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(dir, 'r');
  try {
    naming(dir, () => fsyncSync(fd));
  } finally {
    closeSync(fd);
  }
}
