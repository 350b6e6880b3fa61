// A remote in a folder: a disk, a network share. Files are written beside their name and renamed, so several people
// may write at once and a reader never sees half a file; names that start with a dot are on their way.
import { type FileHandle, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { byUtf8 } from '../util/compare.ts';
import { isErrno } from '../util/errno.ts';
import { useBody } from './body.ts';
import { writeBody } from './dir-write.ts';
import type { ByteRange, Entry, Remote } from './remote.ts';
import { lasting, passing, RemoteError } from './trouble.ts';

/** Up to here a file is read at once: a stream of its own costs more than the bytes. */
const AT_ONCE_BYTES = 2 ** 20;

/** `root` is absolute; the first write makes it. */
export function dirRemote(url: string, root: string): Remote {
  const at = (name: string): string => join(root, name);
  return {
    url,
    async read(name, use, range) {
      const body = await orTrouble(url, () => orNothing(() => openBody(at(name), range)));
      return body && useBody(body, use, (error) => troubleOf(error, url));
    },
    write: (name, body, only) => orTrouble(url, () => writeBody(at(name), name, body, only)),
    stat: (name) =>
      orTrouble(url, async () => {
        const found = await orNothing(() => stat(at(name)));
        return found?.isFile() ? { bytes: found.size } : undefined;
      }),
    async *list(prefix, after = '') {
      const cut = prefix.lastIndexOf('/') + 1;
      yield* walk(url, at(prefix.slice(0, cut)), prefix.slice(0, cut), prefix, after);
    },
    remove: (names) =>
      orTrouble(url, async () => {
        for (const name of names) await orNothing(() => unlink(at(name)));
      }),
  };
}

async function openBody(path: string, range: ByteRange | undefined): Promise<Readable | undefined> {
  const file = await open(path);
  let streaming = false;
  try {
    const found = await file.stat();
    if (!found.isFile()) return undefined;
    const { start, end } = range ?? { start: 0, end: found.size };
    if (end - start <= AT_ONCE_BYTES) return Readable.from(await readRange(file, start, end));
    streaming = true;
    // The stream's own `end` is the last byte read; it closes the file.
    return file.createReadStream({ start, end: end - 1, highWaterMark: AT_ONCE_BYTES });
  } finally {
    if (!streaming) await file.close();
  }
}

async function readRange(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  let done = 0;
  for (let read = 1; read > 0 && done < bytes.length; done += read)
    read = (await file.read(bytes, done, bytes.length - done, start + done)).bytesRead;
  return bytes.subarray(0, done);
}

/** Names below `dir` (`base` on the remote), ordered as whole names are: a folder sorts as if it ended in `/`. */
async function* walk(
  url: string,
  dir: string,
  base: string,
  prefix: string,
  after: string,
): AsyncGenerator<Entry> {
  const found = await orTrouble(
    url,
    async () => (await orNothing(() => readdir(dir, { withFileTypes: true }))) ?? [],
  );
  const names = found
    .filter((each) => !each.name.startsWith('.'))
    .map((each) => base + each.name + (each.isDirectory() ? '/' : ''))
    .sort(byUtf8);
  for (const name of names) {
    if (name.endsWith('/')) {
      const leadsThere = name.startsWith(prefix) || prefix.startsWith(name);
      const allBefore = byUtf8(name, after) < 0 && !after.startsWith(name);
      if (leadsThere && !allBefore) yield* walk(url, join(dir, name.slice(base.length)), name, prefix, after);
    } else if (name.startsWith(prefix) && byUtf8(name, after) > 0) {
      const entry = await orTrouble(url, () => orNothing(() => stat(join(dir, name.slice(base.length)))));
      if (entry) yield { name, bytes: entry.size, modified: entry.mtimeMs };
    }
  }
}

async function orNothing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

async function orTrouble<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw troubleOf(error, url);
  }
}

function troubleOf(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || error instanceof RemoteError || !('code' in error)) return error;
  if (isErrno(error, 'EACCES', 'EPERM', 'EROFS'))
    return lasting(`${url}: not allowed (${error.code})`, 'check the permissions of the folder', error);
  if (isErrno(error, 'ENOSPC', 'EDQUOT'))
    return lasting(`${url}: no space left (${error.code})`, 'make room there, then push again', error);
  if (isErrno(error, 'ENOTDIR', 'EEXIST', 'EISDIR'))
    return lasting(`${url}: not a folder (${error.code})`, 'check the URL of the remote', error);
  if (isErrno(error, 'EIO', 'ESTALE', 'ETIMEDOUT', 'EBUSY', 'EAGAIN', 'EMFILE', 'ENFILE', 'EINTR'))
    return passing(`${url}: ${error.code}`, error, 'check that the disk or share is connected');
  return error;
}
