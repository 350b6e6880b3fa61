// A remote in a folder: a disk, a network share. Files are written beside their name and renamed, so several people
// may write at once and a reader never sees half a file; names that start with a dot are on their way.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import {
  constants,
  copyFile,
  type FileHandle,
  link,
  open,
  readdir,
  rename,
  rm,
  stat,
  unlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { syncDirectory } from '../util/atomic-write.ts';
import { byUtf8 } from '../util/compare.ts';
import { isErrno } from '../util/errno.ts';
import { useBody } from './body.ts';
import type { Body, Entry, Remote } from './remote.ts';
import { damaged, lasting, passing, RemoteError } from './trouble.ts';

/** `root` is absolute; the first write makes it. */
export function dirRemote(url: string, root: string): Remote {
  const at = (name: string): string => join(root, name);
  return {
    url,
    async read(name, use, range) {
      const file = await orTrouble(url, () => orNothing(() => open(at(name))));
      if (!file) return undefined;
      if (!(await file.stat()).isFile()) return file.close().then(() => undefined);
      const body = file.createReadStream({
        highWaterMark: 1 << 20,
        ...(range ? { start: range.start, end: range.end - 1 } : {}), // its `end` is the last byte read
      });
      return useBody(body, use, (error) => troubleOf(error, url));
    },
    write: (name, body, only) => orTrouble(url, () => writeFile(at(name), name, body, only)),
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

async function writeFile(
  path: string,
  name: string,
  body: Body,
  only?: 'new',
): Promise<'written' | 'exists'> {
  const dir = dirname(path);
  const temp = join(dir, `.${randomBytes(6).toString('hex')}.tmp`);
  mkdirSync(dir, { recursive: true });
  try {
    const file = await open(temp, 'wx');
    try {
      if ((await copyInto(file, body.open({ start: 0, end: body.bytes }))) !== body.digest)
        throw damaged(
          `${name}: the bytes to send do not match their digest`,
          'the file changed or is damaged here; make it again',
        );
      await file.sync();
    } finally {
      await file.close();
    }
    if (only !== 'new') await rename(temp, path);
    else if (!(await linkNew(temp, path))) return 'exists';
    syncDirectory(dir);
    return 'written';
  } finally {
    await rm(temp, { force: true });
  }
}

async function copyInto(file: FileHandle, source: Readable | Uint8Array): Promise<string> {
  const sha = createHash('sha256');
  for await (const chunk of source instanceof Uint8Array ? [source] : source) {
    sha.update(chunk);
    for (let done = 0; done < chunk.length; )
      done += (await file.write(chunk, done, chunk.length - done)).bytesWritten;
  }
  return sha.digest('hex');
}

/** A second name for the file, unless `path` exists. File systems without links get a copy. */
async function linkNew(temp: string, path: string): Promise<boolean> {
  try {
    await link(temp, path);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    if (!isErrno(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error;
  }
  try {
    await copyFile(temp, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
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
      if (entry) yield { name, bytes: entry.size };
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
