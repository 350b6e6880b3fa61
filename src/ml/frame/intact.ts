// Whether a compressed file is all there. DuckDB reads one that was cut off, or whose bytes have changed, as a shorter or
// another table, and says nothing.
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { fail } from '../../core/failure.ts';
import { isErrno } from '../../util/errno.ts';
import type { TableFile } from './files.ts';

/** gzip: length and checksum. Zstandard: every frame ends, and the last one with the file. */
export async function refuseCut(file: TableFile): Promise<void> {
  if (file.compression === 'gzip') await refuseCutGzip(file);
  if (file.compression === 'zstd' && !framesEnd(file.absolute))
    fail('config', `${file.path} is cut off, or no Zstandard file`, { help: AGAIN });
}

const AGAIN = 'get or make it again: a part of its rows would be missing';

async function refuseCutGzip({ absolute, path }: TableFile): Promise<void> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(absolute), createGunzip(), nowhere);
  } catch (error) {
    if (isErrno(error, 'Z_BUF_ERROR')) fail('config', `${path} is cut off`, { help: AGAIN }, error);
    if (isErrno(error, 'Z_DATA_ERROR'))
      fail('config', `${path} is no gzip file, or damaged`, { help: AGAIN }, error);
    throw error;
  }
}

const MAGIC = 0xfd2fb528;
/** 0x184D2A50 to 0x184D2A5F. */
const SKIPPABLE = 0x184d2a5;

/** Goes from header to header (RFC 8878, 3.1), reading nothing between. */
function framesEnd(absolute: string): boolean {
  const fd = openSync(absolute, 'r');
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(8);
    const read = (from: number): Buffer => {
      bytes.fill(0);
      readSync(fd, bytes, 0, 8, from);
      return bytes;
    };
    let at = 0;
    while (at < size) {
      const head = read(at);
      const magic = head.readUInt32LE(0);
      if (magic >>> 4 === SKIPPABLE) at += 8 + head.readUInt32LE(4);
      else if (magic === MAGIC) at = endOfFrame(read, at, size);
      else return false;
    }
    return at === size;
  } finally {
    closeSync(fd);
  }
}

/** Beyond `size` for a frame that does not end. */
function endOfFrame(read: (at: number) => Buffer, start: number, size: number): number {
  const descriptor = read(start + 4)[0]!;
  const single = (descriptor >> 5) & 1;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? single : 1 << sizeFlag;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  let at = start + 5 + (1 - single) + dictionaryBytes + sizeBytes;
  for (;;) {
    if (at + 3 > size) return size + 1;
    const header = read(at).readUIntLE(0, 3);
    const runLength = ((header >> 1) & 3) === 1;
    at += 3 + (runLength ? 1 : header >> 3);
    if (header & 1) return at + ((descriptor >> 2) & 1 ? 4 : 0);
  }
}
