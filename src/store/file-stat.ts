import type { BigIntStats } from 'node:fs';
import type { Digest } from '../core/ids.ts';

/** What a file system says about a regular file; equal before and after means: nobody wrote to it. Times in nanoseconds. */
export interface FileStat {
  readonly bytes: number;
  readonly mtime: bigint;
  /** 0 for a file with several links: linking and unlinking another name moves it. */
  readonly ctime: bigint;
  readonly inode: bigint;
  readonly exec: boolean;
}

export function fileStat(stats: BigIntStats): FileStat {
  return {
    bytes: Number(stats.size),
    mtime: stats.mtimeNs,
    ctime: stats.nlink > 1n ? 0n : stats.ctimeNs,
    inode: stats.ino,
    exec: process.platform !== 'win32' && (stats.mode & 0o100n) !== 0n,
  };
}

/** The exec bit may differ: changing it moves ctime, and bytes are the same. */
export function sameStat(a: FileStat, b: FileStat): boolean {
  return a.bytes === b.bytes && a.mtime === b.mtime && a.ctime === b.ctime && a.inode === b.inode;
}

/** A file as it was both before and after it was hashed. */
export interface HashedFile {
  readonly digest: Digest;
  readonly stat: FileStat;
}
