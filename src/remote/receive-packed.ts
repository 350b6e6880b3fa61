// Objects out of one pack on a remote into the store. Each is proved by its digest; those that match land, whatever else
// is wrong with the pack.
import { open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Failure } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { type Batch, PACK_FROM_OBJECTS, PACKED_MOST_BYTES } from '../store/batch.ts';
import { type PackTable, packEntries, rangesOf, readPackTable } from '../store/pack.ts';
import type { Store } from '../store/store.ts';
import { digestBytes } from '../util/digest.ts';
import { naming } from '../util/errno.ts';
import { packName } from './layout.ts';
import { isWhole, type PackedRef, type PackRead } from './pack-reads.ts';
import type { Remote } from './remote.ts';
import { scaled } from './scaled.ts';
import { damaged, RemoteError } from './trouble.ts';
import type { ObjectRef } from './wanted.ts';

export interface ReceivedPart {
  readonly objects: number;
  /** What did not come, and why not; nothing where the pack is gone. */
  readonly lost: readonly ObjectRef[];
  readonly failure?: Failure;
}

/** What came of a read, sorted by whether it is what it should be. */
interface Proved {
  readonly bytes: Buffer;
  readonly good: readonly PackedRef[];
  readonly bad: readonly PackedRef[];
}

/** Proved objects are in `batch` when it resolves. @throws RemoteError for trouble that is not the pack's */
export async function receivePacked(
  remote: Remote,
  store: Store,
  batch: Batch,
  read: PackRead,
  moved: (bytes: number) => void,
): Promise<ReceivedPart> {
  const { pack, parts } = read;
  let best: Proved | undefined;
  let counted = 0;
  const count = (more: number): void => {
    counted += more;
    moved(more);
  };
  /** As a retry calls it again, the best of its attempts is kept. */
  const attempt = async (body: Readable): Promise<true> => {
    count(-counted);
    const come = prove(read, await collectRange(body, read, count));
    if (!best || come.good.length >= best.good.length) best = come;
    if (best.bad.length > 0) throw wrongBytes(read, best.bad[0]!);
    return true;
  };
  let broken: Failure | undefined;
  try {
    const range = isWhole(read) ? undefined : { start: read.start, end: read.end };
    if (!(await remote.read(packName(pack.digest), attempt, range)))
      return { objects: 0, lost: parts.map(({ ref }) => ref) };
  } catch (error) {
    if (!best || !isIntegrity(error)) throw error;
    broken = error.failures[0]!;
  }
  const { bytes, good, bad } = best!;
  if (!(isWhole(read) && (await landWhole(store, batch, read, bytes))))
    for (const part of good) batch.put(part.ref.digest, bytesOf(bytes, read, part));
  return { objects: good.length, lost: bad.map(({ ref }) => ref), ...(broken ? { failure: broken } : {}) };
}

function isIntegrity(error: unknown): error is RemoteError {
  return error instanceof RemoteError && error.failures[0]!.exit === 'integrity';
}

function prove(read: PackRead, bytes: Buffer): Proved {
  const [good, bad]: [PackedRef[], PackedRef[]] = [[], []];
  for (const part of read.parts)
    (digestBytes(bytesOf(bytes, read, part)) === part.ref.digest ? good : bad).push(part);
  return { bytes, good, bad };
}

/**
 * No more than was asked for; less where the pack ends too early. `moved` hears of the wanted bytes among it.
 */
async function collectRange(
  body: Readable,
  { start, end, parts }: PackRead,
  moved: (bytes: number) => void,
): Promise<Buffer> {
  const wanted = parts.reduce((sum, part) => sum + part.end - part.start, 0);
  const come = scaled(moved, wanted, end - start);
  const bytes = Buffer.allocUnsafe(end - start);
  let at = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const room = chunk.subarray(0, bytes.length - at);
    room.copy(bytes, at);
    at += room.length;
    come(room.length);
    if (room.length < chunk.length) break; // a server that ignores ranges
  }
  return bytes.subarray(0, at);
}

function bytesOf(bytes: Buffer, read: PackRead, { start, end }: PackedRef): Buffer {
  return bytes.subarray(start - read.start, end - read.start);
}

/**
 * Where all of a pack was wanted and came, it becomes a pack here, as it is. False when it is too small for one here,
 * holds what must be a file of its own here, or does not say of itself what its index says of it: then its objects are
 * taken one by one.
 */
async function landWhole(store: Store, batch: Batch, read: PackRead, bytes: Buffer): Promise<boolean> {
  const { pack, parts } = read;
  if (parts.length !== pack.objects || parts.length < PACK_FROM_OBJECTS) return false;
  if (parts.some(({ start, end }) => end - start > PACKED_MOST_BYTES)) return false;
  if (bytes.length !== pack.bytes || digestBytes(bytes) !== pack.digest) return false;
  const table = tableOf(bytes, pack.digest);
  if (!table || table.kind !== pack.kind || !agrees(table, parts)) return false;
  const path = store.temporary();
  try {
    await writeFlushed(path, bytes);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  batch.landPack({ path, digest: pack.digest, bytes: pack.bytes, table });
  return true;
}

function tableOf(bytes: Buffer, digest: Digest): PackTable | undefined {
  try {
    return readPackTable(rangesOf(bytes), bytes.length, digest);
  } catch {
    return undefined;
  }
}

function agrees(table: PackTable, parts: readonly PackedRef[]): boolean {
  let i = 0;
  for (const { digest, offset, stored } of packEntries(table)) {
    const part = parts[i++];
    if (part?.ref.digest !== digest || part.start !== offset || part.end !== offset + stored) return false;
  }
  return i === parts.length;
}

async function writeFlushed(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o444);
  await naming(path, async () => {
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

function wrongBytes({ pack }: PackRead, { ref, start }: PackedRef): Error {
  return damaged(
    `${ref.path}: object ${ref.digest} is not what lies at ${start} in ${packName(pack.digest)}`,
    'it is damaged on the remote or on its way; `mlops fsck --remote --read --repair` takes the pack apart, a push from a machine that has the object sends it again',
  );
}
