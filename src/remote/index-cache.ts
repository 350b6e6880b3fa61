// Index files of one remote, kept by name: they never change. One that was damaged here is found out by its digest and
// fetched again, so nothing is flushed to disk.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../util/atomic-write.ts';
import { isErrno, orAbsent } from '../util/errno.ts';

export interface IndexCache {
  read(name: string): Buffer | undefined;
  write(name: string, bytes: Uint8Array): void;
  /** Drops all others: they were merged or cleaned away. */
  keepOnly(names: ReadonlySet<string>): void;
}

/** Without a folder nothing is kept. */
export function openIndexCache(dir: string | undefined): IndexCache {
  if (dir === undefined) return { read: () => undefined, write: () => {}, keepOnly: () => {} };
  return {
    read: (name) => orAbsent(() => readFileSync(join(dir, name)), undefined),
    write: (name, bytes) =>
      ifPossible(() => {
        mkdirSync(dir, { recursive: true });
        writeAtomic(join(dir, name), bytes, { durable: false });
      }),
    keepOnly: (names) =>
      ifPossible(() => {
        for (const name of orAbsent(() => readdirSync(dir), []))
          if (!names.has(name) && !name.startsWith('.')) rmSync(join(dir, name), { force: true });
      }),
  };
}

/** A full or read-only disk costs a download, not the transfer. */
function ifPossible(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!isErrno(error, 'ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'ENOENT')) throw error;
  }
}
