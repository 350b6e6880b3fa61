// One object from a remote into the store. It is hashed as it arrives, and only bytes that match their digest land.
import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Batch } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import { nameFile } from '../util/errno.ts';
import { objectName } from './layout.ts';
import { receiveLarge } from './receive-large.ts';
import type { Remote } from './remote.ts';
import { damaged } from './trouble.ts';
import type { ObjectRef } from './wanted.ts';

/** Up to here a body of known size is held in memory. */
const IN_MEMORY_BYTES = 2 ** 20;
/** Of tree nodes nothing says the size: 1,024 symlinks with the longest targets that there are weigh half of this. */
const NODE_MOST_BYTES = 2 ** 23;
/** Above it, an object comes in several ranges at once. */
const LARGE_BYTES = 32 * 2 ** 20;
const WRITE_BYTES = 4 * 2 ** 20;

/**
 * The object is in `batch` when it resolves with true; false when the remote does not have it. `moved` hears of
 * bytes as they arrive, and of those given up with an attempt as a negative count.
 * @throws RemoteError `integrity` when what the remote gives is not the object
 */
export async function receive(
  remote: Remote,
  store: Store,
  batch: Batch,
  ref: ObjectRef,
  moved: (bytes: number) => void,
): Promise<boolean> {
  if ((ref.bytes ?? 0) > LARGE_BYTES) return inRanges(remote, store, batch, ref, moved);
  let attempt = 0;
  const arrived = await remote.read(objectName(ref.digest), async (body) => {
    moved(-attempt);
    attempt = 0;
    const chunks = counted(body, ref, (bytes) => {
      attempt += bytes;
      moved(bytes);
    });
    await ((ref.bytes ?? 0) > IN_MEMORY_BYTES
      ? throughFile(store, batch, ref, chunks)
      : inMemory(batch, ref, chunks));
    return true;
  });
  return arrived ?? false;
}

/** Stops a body that grows beyond what it can rightly be, before it fills memory or disk. */
async function* counted(
  body: Readable,
  ref: ObjectRef,
  count: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const most = ref.bytes ?? NODE_MOST_BYTES;
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) throw wrongBytes(ref);
    count(chunk.length);
    yield chunk;
  }
}

async function inMemory(batch: Batch, ref: ObjectRef, chunks: AsyncIterable<Buffer>): Promise<void> {
  const held: Buffer[] = [];
  const sha = createHash('sha256');
  for await (const chunk of chunks) {
    sha.update(chunk);
    held.push(chunk);
  }
  if (sha.digest('hex') !== ref.digest) throw wrongBytes(ref);
  batch.put(ref.digest, held.length === 1 ? held[0]! : Buffer.concat(held));
}

async function throughFile(
  store: Store,
  batch: Batch,
  ref: ObjectRef,
  chunks: AsyncIterable<Buffer>,
): Promise<void> {
  const temporary = store.temporary();
  const sha = createHash('sha256');
  try {
    // What gathers while one write is under way goes out with the next.
    const file = createWriteStream(temporary, { flags: 'wx', mode: 0o444, highWaterMark: WRITE_BYTES });
    file.once('error', (error) => nameFile(temporary, error));
    await pipeline(hashed(chunks, sha), file);
    if (sha.digest('hex') !== ref.digest) throw wrongBytes(ref);
    batch.land(temporary, ref.digest);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Twice at most: bytes that were spoiled under way come right the second time. */
async function inRanges(
  remote: Remote,
  store: Store,
  batch: Batch,
  ref: ObjectRef,
  moved: (bytes: number) => void,
): Promise<boolean> {
  const { digest, bytes = 0 } = ref;
  for (let attempts = 0; attempts < 2; attempts++) {
    const temporary = store.temporary();
    let attempt = 0;
    const count = (more: number): void => {
      attempt += more;
      moved(more);
    };
    let got: 'whole' | 'wrong' | 'absent' | undefined;
    try {
      got = await receiveLarge(remote, objectName(digest), { digest, bytes }, temporary, count);
      if (got === 'whole') batch.land(temporary, digest);
      if (got !== 'wrong') return got === 'whole';
    } finally {
      if (got !== 'whole') await rm(temporary, { force: true });
    }
    moved(-attempt);
  }
  throw wrongBytes(ref);
}

async function* hashed(chunks: AsyncIterable<Buffer>, sha: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    sha.update(chunk);
    yield chunk;
  }
}

function wrongBytes({ digest, path }: ObjectRef): Error {
  return damaged(
    `${path}: object ${digest} came with other bytes than its name says`,
    'it is damaged on the remote or on its way; push it again from a machine that has it',
  );
}
