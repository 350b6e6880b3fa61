// A large object from a remote into a file: several ranges at once, each written where it belongs, so that memory does not
// grow with the object. A connection that is cut costs nothing of what came: the rest of its range is asked for. The
// digest is taken in order, behind the ranges that have arrived, while later ones are still on their way.
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Digest } from '../core/ids.ts';
import { pool } from '../util/pool.ts';
import type { ByteRange, Remote } from './remote.ts';

const RANGE_BYTES = 16 * 2 ** 20;
const RANGES_AT_ONCE = 8;
/** What is gathered before it is written; also what a cut attempt must have brought to count as one that got further. */
const WRITE_BYTES = 2 ** 18;
const READ_BYTES = 2 ** 20;

/**
 * Makes the file `path` of the object `name`, which has `bytes` bytes. 'wrong' when its bytes are not `digest`: the
 * file is of no use then. `moved` hears of bytes as they arrive, and of those given up as a negative count; what it
 * throws ends the work.
 */
export async function receiveLarge(
  remote: Remote,
  name: string,
  { digest, bytes }: { readonly digest: Digest; readonly bytes: number },
  path: string,
  moved: (bytes: number) => void,
): Promise<'whole' | 'wrong' | 'absent'> {
  const file = await open(path, 'wx+', 0o444);
  try {
    const hash = hashBehind(file);
    let ended: 'wrong' | 'absent' | undefined;
    await pool(rangesOf(bytes), RANGES_AT_ONCE, async (range, index) => {
      if (ended) return;
      const got = await receiveRange(remote, name, range, file, moved);
      if (got === 'whole') hash.arrived(index, range);
      else ended = got;
    });
    if (ended) return ended;
    return (await hash.end()) === digest ? 'whole' : 'wrong';
  } finally {
    await file.close();
  }
}

function rangesOf(bytes: number): ByteRange[] {
  return Array.from({ length: Math.ceil(bytes / RANGE_BYTES) }, (_, index) => ({
    start: index * RANGE_BYTES,
    end: Math.min(bytes, (index + 1) * RANGE_BYTES),
  }));
}

/** Every request brings at least a byte, or it is the last. */
async function receiveRange(
  remote: Remote,
  name: string,
  { start, end }: ByteRange,
  file: FileHandle,
  moved: (bytes: number) => void,
): Promise<'whole' | 'wrong' | 'absent'> {
  for (let at = start; at < end; ) {
    let attempt = 0;
    const got = await remote.read(
      name,
      (body) => {
        moved(-attempt);
        attempt = 0;
        return writeWhatComes(file, body, { start: at, end }, (count) => {
          attempt += count;
          moved(count);
        });
      },
      { start: at, end },
    );
    if (got === undefined) return 'absent';
    if (got === 0 || at + got > end) return 'wrong';
    at += got;
  }
  return 'whole';
}

/** How many bytes came: less than the range where the body ends early, or is cut after enough of it. */
async function writeWhatComes(
  file: FileHandle,
  body: Readable,
  { start, end }: ByteRange,
  count: (bytes: number) => void,
): Promise<number> {
  let written = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  const flush = async (): Promise<void> => {
    await writeAll(file, held, start + written);
    written += heldBytes;
    held = [];
    heldBytes = 0;
  };
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (start + written + heldBytes + chunk.length > end) return end - start + 1;
      count(chunk.length);
      held.push(chunk);
      heldBytes += chunk.length;
      if (heldBytes >= WRITE_BYTES) await flush();
    }
  } catch (error) {
    const cut = error === body.errored;
    if (!cut || written + heldBytes < WRITE_BYTES) throw error;
  }
  await flush();
  return written;
}

/** writev(2) may take less than it was given. */
async function writeAll(file: FileHandle, chunks: readonly Buffer[], position: number): Promise<void> {
  if (chunks.length === 0) return;
  const { bytesWritten } = await file.writev(chunks, position);
  if (bytesWritten === chunks.reduce((sum, chunk) => sum + chunk.length, 0)) return;
  let rest = Buffer.concat(chunks).subarray(bytesWritten);
  for (let at = position + bytesWritten; rest.length > 0; ) {
    const { bytesWritten: more } = await file.write(rest, 0, rest.length, at);
    rest = rest.subarray(more);
    at += more;
  }
}

interface HashBehind {
  arrived(index: number, range: ByteRange): void;
  /** The digest of all ranges, which have arrived. */
  end(): Promise<string>;
}

/** Reads back what has arrived, as far as it has from the beginning: the bytes are still in the system's memory. */
function hashBehind(file: FileHandle): HashBehind {
  const sha = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const waiting = new Map<number, ByteRange>();
  let next = 0;
  const hashArrived = async (): Promise<void> => {
    for (let range = waiting.get(next); range; range = waiting.get(next)) {
      waiting.delete(next++);
      for (let at = range.start; at < range.end; ) {
        const { bytesRead } = await file.read(buffer, 0, Math.min(READ_BYTES, range.end - at), at);
        if (bytesRead === 0) return; // cut off by another program: the digest will tell
        sha.update(buffer.subarray(0, bytesRead));
        at += bytesRead;
      }
    }
  };
  let work = Promise.resolve();
  return {
    arrived: (index, range) => {
      waiting.set(index, range);
      work = work.then(hashArrived);
      work.catch(() => undefined); // told by end()
    },
    end: async () => {
      await work;
      return sha.digest('hex');
    },
  };
}
