// What the system refuses is neither the user's mistake nor ours: a full disk, a folder that may not be written.
import { type Failure, failure, MlopsError } from './failure.ts';

const WORDS: { readonly [code: string]: readonly [what: string, help: string] } = {
  ENOSPC: ['no space left on the device', 'make room there, then run the command again'],
  EDQUOT: ['the disk quota is used up', 'make room there, then run the command again'],
  EROFS: ['the file system is read-only', 'mount it writable, or work in a copy elsewhere'],
  EACCES: ['permission denied', 'check who owns it and who may write there'],
  EPERM: ['the system does not permit it', 'check who owns it and whether it is protected'],
  EISDIR: ['a directory stands where a file must be', 'move it away'],
  ENOTDIR: ['a file stands where a directory must be', 'move it away'],
  ELOOP: ['its symlinks lead in a circle', 'repair them'],
  ENAMETOOLONG: ['the name is too long for the file system', 'use a shorter path'],
  EMFILE: ['too many files are open', 'raise the limit: ulimit -n 4096'],
  ENFILE: ['too many files are open on this machine', 'end other programs, then try again'],
  ENOMEM: ['the system has no memory left', 'run fewer stages at once: -j 1'],
  EIO: ['the device failed to read or write', 'check the disk, and keep a copy of what matters'],
};

/** The failure behind an error of a system call; undefined for any other error. */
export function systemFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  // Making a folder with its parents fails so when a file stands in its place.
  const words = WORDS[code === 'EEXIST' && syscall === 'mkdir' ? 'ENOTDIR' : (code ?? '')];
  if (!words) return undefined;
  const place = path === undefined ? '' : `${path}${dest === undefined ? '' : ` → ${dest}`}: `;
  return failure('config', `${place}${words[0]} (${code})`, { help: words[1] });
}

/** Expected trouble as what it is; anything else as it came. */
export function asExpected(error: unknown): unknown {
  const trouble = error instanceof MlopsError ? undefined : systemFailure(error);
  return trouble ? new MlopsError(trouble, { cause: error }) : error;
}
