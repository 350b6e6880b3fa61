// Makes workspace files out of objects: small ones written from memory, large ones by sharing blocks where the file
// system can, else copied; the bytes are proved either way before the file is given its name.
import { constants, lstatSync } from 'node:fs';
import { chmod, copyFile, rm, utimes } from 'node:fs/promises';
import type { Digest } from '../core/ids.ts';
import type { Progress } from '../util/progress.ts';
import { PACKED_MOST_BYTES } from './batch.ts';
import type { Clock } from './clock.ts';
import { clone, copyHashing } from './copy.ts';
import { type FileStat, fileStat } from './file-stat.ts';
import { missingObject, type Store } from './store.ts';
import type { FileEntry } from './tree.ts';
import { openVerified } from './verified.ts';
import { writeFile } from './write-loop.ts';

export interface ObjectWriter {
  /** Makes `path`, which must not exist, and says what it then looks like. @throws MlopsError `missing` or `integrity` */
  write(file: Pick<FileEntry, 'digest' | 'bytes' | 'exec'>, path: string): Promise<FileStat>;
  /** mtime that files get, in seconds: older than the clock's granularity, see `remember` in checkout.ts. */
  readonly seconds: number;
  readonly progress: Progress;
  finish(): void;
}

/** What it writes is told to `progress`. */
export function openObjectWriter(store: Store, clock: Clock, progress: Progress): ObjectWriter {
  const verified = openVerified(store);
  const seconds = Number(clock.now() - clock.granularity) / 1e9 - 0.001;
  const writeSmall = (digest: Digest, bytes: number, path: string, mode: number): FileStat => {
    const stat = writeFile(path, store.read(digest), mode, seconds);
    progress.moved(bytes);
    return stat;
  };
  const copy = async (digest: Digest, bytes: number, path: string, mode: number): Promise<void> => {
    if (await clone(store.pathOf(digest), path, store.reflink)) {
      await verified.prove(digest);
      progress.moved(bytes);
      await chmod(path, mode & ~process.umask()); // a clone has the object's mode
      return;
    }
    if (store.isAsLanded(digest)) {
      await copyFile(store.pathOf(digest), path, constants.COPYFILE_EXCL);
      progress.moved(bytes);
      await chmod(path, mode & ~process.umask());
      return;
    }
    const copied = await copyHashing(store.pathOf(digest), path, mode, store.reflink, progress.moved);
    if (copied.digest !== digest) store.quarantine(digest);
  };
  const writeLarge = async (digest: Digest, bytes: number, path: string, mode: number): Promise<FileStat> => {
    if (!store.has(digest)) missingObject(digest);
    try {
      await copy(digest, bytes, path, mode);
      await utimes(path, seconds, seconds);
      return fileStat(lstatSync(path, { bigint: true }));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  };
  return {
    seconds,
    progress,
    async write({ digest, bytes, exec }, path) {
      const mode = exec ? 0o777 : 0o666;
      try {
        return bytes <= PACKED_MOST_BYTES
          ? writeSmall(digest, bytes, path, mode)
          : await writeLarge(digest, bytes, path, mode);
      } finally {
        progress.done();
      }
    },
    finish: () => verified.flush(),
  };
}
