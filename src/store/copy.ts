// Copies of whole files that share blocks where the file system can, and know the digest of what was really copied.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, type FileHandle, open, rm } from 'node:fs/promises';
import type { Digest } from '../core/ids.ts';
import type { FileDigest } from '../util/digest.ts';
import { isErrno, naming } from '../util/errno.ts';

/** What was learnt about reflinks between two folders. */
export interface Reflink {
  works: boolean | undefined;
}

/** Hears of every chunk that went through. */
export type Moved = (bytes: number) => void;

const CHUNK = 1 << 20;

/**
 * Makes `to` (which must not exist) a copy of `from` with `mode`. The clone comes first and is then hashed, so
 * the digest is that of the copy even when somebody writes to `from` meanwhile.
 */
export async function copyHashing(
  from: string,
  to: string,
  mode: number,
  reflink: Reflink,
  moved?: Moved,
): Promise<FileDigest> {
  try {
    if (await clone(from, to, reflink)) {
      const copied = await hashLarge(to, moved);
      await chmod(to, mode);
      return copied;
    }
    const source = await open(from, 'r');
    try {
      const target = await open(to, 'wx', mode);
      try {
        return await pump({ path: from, file: source }, { path: to, file: target }, moved);
      } finally {
        await naming(to, () => target.close());
      }
    } finally {
      await source.close();
    }
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}

/** Makes `to` share the blocks of `from`, or says that it cannot. */
export async function clone(from: string, to: string, reflink: Reflink): Promise<boolean> {
  if (reflink.works === false) return false;
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    reflink.works = true;
    return true;
  } catch (error) {
    if (!isErrno(error, 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EINVAL', 'ENOTTY')) throw error;
    // Another device says nothing about the next file.
    if (!isErrno(error, 'EXDEV')) reflink.works = false;
    await rm(to, { force: true });
    return false;
  }
}

/** sha256 of a file of any size without keeping the event loop: reads ahead while hashing. */
export async function hashLarge(path: string, moved?: Moved): Promise<FileDigest> {
  const source = await open(path, 'r');
  try {
    return await pump({ path, file: source }, undefined, moved);
  } finally {
    await source.close();
  }
}

/** Errors of the two must not be mixed up: an error of an open file does not say whose it is. */
interface Opened {
  readonly path: string;
  readonly file: FileHandle;
}

async function pump(
  source: Opened,
  target: Opened | undefined,
  moved: Moved = () => {},
): Promise<FileDigest> {
  const read = (into: Buffer) => naming(source.path, () => source.file.read(into, 0, CHUNK, null));
  const sha = createHash('sha256');
  const buffers = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)] as const;
  let turn: 0 | 1 = 0;
  let bytes = 0;
  let reading = read(buffers[turn]);
  for (;;) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return { digest: sha.digest('hex') as Digest, bytes };
    const chunk = buffers[turn].subarray(0, bytesRead);
    turn = turn === 0 ? 1 : 0;
    reading = read(buffers[turn]);
    reading.catch(() => {}); // awaited in the next round, or moot because the write failed
    const writing = target && naming(target.path, () => writeAll(target.file, chunk));
    writing?.catch(() => {});
    sha.update(chunk);
    await writing;
    bytes += bytesRead;
    moved(bytesRead);
  }
}

async function writeAll(target: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await target.write(bytes, done, bytes.length - done)).bytesWritten;
}
