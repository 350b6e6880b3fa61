// Proving what lies in a store, the same on the main thread and in workers: all of them take the next file off one shared
// counter. A file alone holds its digest in its name; a pack is proved by its frame and by every object in it.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { MlopsError } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { digestBytes, digestOpenFile } from '../util/digest.ts';
import { packEntries, readPackTable } from './pack.ts';

/** Structured-clonable; every typed array lies on shared memory. */
export interface CheckJob {
  /** Of the store. */
  readonly dir: string;
  /** 32 bytes a file: packs first. */
  readonly names: Uint8Array;
  readonly packs: number;
  /** [0]: the next file that nobody has taken; [1]: files that are through; [2]: KiB that are through. */
  readonly counts: Int32Array;
}

export interface BadFile {
  readonly kind: 'object' | 'pack';
  readonly digest: Digest;
  /** One clause. */
  readonly problem: string;
  /** Objects of a pack whose bytes are not theirs; undefined when its frame is broken, so that it is not known. */
  readonly objects?: readonly Digest[];
}

const BUFFER = 1 << 22;

export function checkBuffer(): Buffer {
  return Buffer.allocUnsafe(BUFFER);
}

/** Takes one file; false when there was none left. */
export function checkNext(job: CheckJob, buffer: Buffer, bad: BadFile[]): boolean {
  const at = Atomics.add(job.counts, 0, 1);
  if (at * 32 >= job.names.length) return false;
  const digest = Buffer.from(job.names.buffer, 32 * at, 32).toString('hex') as Digest;
  const kind = at < job.packs ? 'pack' : 'object';
  const found = checkFile(job.dir, kind, digest, buffer);
  if ('problem' in found) bad.push({ kind, digest, ...found });
  else Atomics.add(job.counts, 2, Math.ceil(found.bytes / 1024));
  Atomics.add(job.counts, 1, 1);
  return true;
}

type Found = { readonly bytes: number } | Pick<BadFile, 'problem' | 'objects'>;

function checkFile(dir: string, kind: BadFile['kind'], digest: Digest, buffer: Buffer): Found {
  const path =
    kind === 'pack'
      ? join(dir, 'packs', digest.slice(0, 2), `${digest}.pack`)
      : join(dir, 'objects', digest.slice(0, 2), digest.slice(2));
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return kind === 'pack' ? checkPack(fd, digest, buffer) : checkObject(fd, digest, buffer);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { bytes: 0 }; // moved away meanwhile
    if (error instanceof MlopsError) return { problem: error.message.replace(/^pack \w+ /, '') };
    if (code === undefined) throw error;
    return { problem: `cannot be read (${code})` };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function checkObject(fd: number, digest: Digest, buffer: Buffer): Found {
  const found = digestOpenFile(fd, buffer);
  return found.digest === digest ? found : { problem: 'does not match its name' };
}

function checkPack(fd: number, digest: Digest, buffer: Buffer): Found {
  const { size } = fstatSync(fd);
  const read = (start: number, end: number): Buffer => readAt(fd, Buffer.allocUnsafe(end - start), start);
  const table = readPackTable(read, size, digest);
  const objects: Digest[] = [];
  let window = { start: 0, bytes: Buffer.alloc(0) as Buffer };
  for (const entry of packEntries(table)) {
    const end = entry.offset + entry.stored;
    if (end > window.start + window.bytes.length) {
      const into = entry.stored > buffer.length ? Buffer.allocUnsafe(entry.stored) : buffer;
      window = { start: entry.offset, bytes: readAt(fd, into, entry.offset) };
    }
    const bytes = window.bytes.subarray(entry.offset - window.start, end - window.start);
    if (digestBytes(bytes) !== entry.digest) objects.push(entry.digest);
  }
  return objects.length === 0
    ? { bytes: size }
    : { problem: 'holds bytes that are not what it says', objects };
}

function readAt(fd: number, into: Buffer, start: number): Buffer {
  let done = 0;
  for (let n = 1; n > 0 && done < into.length; done += n)
    n = readSync(fd, into, done, into.length - done, start + done);
  return into.subarray(0, done);
}
