// A path as a whole, whatever stands there: file, directory with everything below it, or symlink.
import { randomUUID } from 'node:crypto';
import { constants, cpSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { isErrno, orAbsent } from './errno.ts';

export function stands(path: string): boolean {
  return orAbsent(() => lstatSync(path, { throwIfNoEntry: false }) !== undefined, false);
}

export function removeWhole(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}

/** Nothing may stand at `to`; its folders are made. `to` appears whole or not at all. */
export function moveWhole(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    renameSync(from, to);
  } catch (error) {
    if (!isErrno(error, 'EXDEV')) throw error;
    copyWhole(from, to);
    removeWhole(from);
  }
}

/** Times are kept; blocks are shared where the file system can. `to` appears whole or not at all. */
export function copyWhole(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const part = `${to}.${randomUUID().slice(0, 8)}.part`;
  try {
    cpSync(from, part, {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    renameSync(part, to);
  } catch (error) {
    removeWhole(part);
    throw error;
  }
}
