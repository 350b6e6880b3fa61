// Makes workspace files out of objects: small ones written from memory, large ones by sharing blocks where the file
// system can, else copied; the bytes are proved either way before the file is given its name.
import { lstatSync } from 'node:fs';
import { chmod, rm, utimes } from 'node:fs/promises';
import type { Digest } from '../core/ids.ts';
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
  finish(): void;
}

export function openObjectWriter(store: Store, clock: Clock): ObjectWriter {
  const verified = openVerified(store);
  const seconds = Number(clock.now() - clock.granularity) / 1e9 - 0.001;
  const writeLarge = async (digest: Digest, path: string, mode: number): Promise<void> => {
    if (await clone(store.pathOf(digest), path, store.reflink)) {
      await verified.prove(digest);
      await chmod(path, mode & ~process.umask()); // a clone has the object's mode
      return;
    }
    const copied = await copyHashing(store.pathOf(digest), path, mode, store.reflink);
    if (copied.digest !== digest) store.quarantine(digest);
  };
  return {
    seconds,
    async write({ digest, bytes, exec }, path) {
      const mode = exec ? 0o777 : 0o666;
      if (bytes <= PACKED_MOST_BYTES) return writeFile(path, store.read(digest), mode, seconds);
      if (!store.has(digest)) missingObject(digest);
      try {
        await writeLarge(digest, path, mode);
        await utimes(path, seconds, seconds);
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
      return fileStat(lstatSync(path, { bigint: true }));
    },
    finish: () => verified.flush(),
  };
}
