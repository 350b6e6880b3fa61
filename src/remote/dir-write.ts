// One file put into a folder: written beside its name, flushed, renamed, and the name flushed. Everything waits without
// blocking, because on a network share every one of these steps is a round trip.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { constants, copyFile, type FileHandle, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { isErrno } from '../util/errno.ts';
import type { Body } from './remote.ts';
import { damaged, lasting } from './trouble.ts';

/** The contract of `Remote.write`, for one path. `name` is for messages. */
export async function writeBody(
  path: string,
  name: string,
  body: Body,
  only?: 'new',
): Promise<'written' | 'exists'> {
  const dir = dirname(path);
  const temp = join(dir, `.${randomBytes(6).toString('hex')}.tmp`);
  const file = await openNew(temp);
  try {
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
    if (only === 'new') {
      const taken = !(await linkNew(temp, path));
      await rm(temp);
      if (taken) return 'exists';
    } else await rename(temp, path);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
  await flushFolder(dir);
  return 'written';
}

/** Makes the folders it lacks, durably. */
async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
  await makeFolder(dirname(path));
  return open(path, 'wx');
}

/**
 * One level at a time: Node's recursive mkdir never ends where a parent answers ENOENT for ever (/proc), and cannot
 * say that a read-only mount is one.
 */
async function makeFolder(dir: string): Promise<void> {
  const parent = dirname(dir);
  if (!existsSync(parent) && parent !== dir) await makeFolder(parent);
  try {
    await mkdir(dir);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return;
    // The parent is there and still has no place for a name.
    if (isErrno(error, 'ENOENT'))
      throw lasting(`${parent} takes no new folder`, 'name a folder that can be written');
    throw error;
  }
  await flushFolder(parent);
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

/** A second name for the file; false when `path` exists. File systems without links get a copy. */
async function linkNew(temp: string, path: string): Promise<boolean> {
  try {
    await link(temp, path).catch((error: unknown) => {
      if (!isErrno(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error;
      return copyFile(temp, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Windows cannot open folders; its renames are journalled. */
async function flushFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
