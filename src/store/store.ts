// The content-addressed store: bytes found by their sha256. It does not know what a stage, a path or a tree is.
//   objects/<2>/<62>   one object a file, mode 0444
//   quarantine/        objects whose bytes no longer matched their name
//   tmp/               files on their way in; anything here may be deleted when no program runs
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../core/failure.ts';
import { type Digest, isDigest } from '../core/ids.ts';
import { syncDirectory } from '../util/atomic-write.ts';
import { digestBytes } from '../util/digest.ts';
import { isErrno, orAbsent } from '../util/errno.ts';
import { type Batch, openBatch } from './batch.ts';
import { copyHashing, type Reflink } from './copy.ts';
import { temporaryFile, writeTemporary } from './temporary.ts';

export interface Store {
  readonly dir: string;
  /** Whether copies inside this store's file system can share blocks; learnt at the first copy. */
  readonly reflink: Reflink;
  has(digest: Digest): boolean;
  /** Those of `digests` that are not here, each once, in the order given. */
  missing(digests: Iterable<Digest>): Digest[];
  /** Durable when it returns. */
  put(bytes: Uint8Array): Digest;
  /** Durable when it resolves. Rejects with `refused` when the file's bytes are not `expected` (any more). */
  putFile(path: string, expected: Digest): Promise<void>;
  /** For many objects at once: durable together, when the batch is finished. */
  batch(): Batch;
  /**
   * The object's bytes, proved by their digest. Bytes that do not match are set aside in quarantine/.
   * @throws MlopsError `missing` or `integrity`
   */
  read(digest: Digest): Buffer;
  /** Where the object lies or would lie as a file of its own. Its bytes are not proved. */
  pathOf(digest: Digest): string;
  /** Its size as the file system says; undefined when it is not here. */
  bytesOf(digest: Digest): number | undefined;
  /** A name in tmp/ for a file that is to become an object. */
  temporary(): string;
  /** Takes in a file made at `temporary()` whose bytes the caller has proved to be `digest`. Not durable by itself: use a batch for that. */
  land(temporary: string, digest: Digest): void;
  /** Every object here, in no order. */
  list(): Iterable<Digest>;
  /** Moves a bad object away and says so: never returns. */
  quarantine(digest: Digest): never;
}

/** Above so many questions at once, reading the 256 folders is cheaper than asking for each name. */
const LIST_ABOVE = 2000;

/** Makes the folders it lacks. `dir` may be shared by several worktrees and processes. */
export function openStore(dir: string): Store {
  for (const folder of ['objects', 'tmp']) mkdirSync(join(dir, folder), { recursive: true });
  const objects = join(dir, 'objects');
  const pathOf = (digest: Digest): string => join(objects, digest.slice(0, 2), digest.slice(2));
  const bytesOf = (digest: Digest): number | undefined =>
    statSync(pathOf(digest), { throwIfNoEntry: false })?.size;

  const store: Store = {
    dir,
    reflink: { works: undefined },
    pathOf,
    bytesOf,
    has: (digest) => bytesOf(digest) !== undefined,
    missing: (digests) => {
      const wanted = [...new Set(digests)];
      if (wanted.length <= LIST_ABOVE) return wanted.filter((digest) => !store.has(digest));
      const here = new Set(store.list());
      return wanted.filter((digest) => !here.has(digest));
    },
    put: (bytes) => {
      const digest = digestBytes(bytes);
      if (store.has(digest)) return digest;
      const temporary = store.temporary();
      writeTemporary(temporary, bytes, { durable: true });
      store.land(temporary, digest);
      syncDirectory(join(objects, digest.slice(0, 2)));
      return digest;
    },
    putFile: async (path, expected) => {
      if (store.has(expected)) return;
      const batch = store.batch();
      try {
        await batch.putFile(path, expected);
        await batch.finish();
      } finally {
        batch.abandon();
      }
    },
    batch: () => openBatch(store, copyHashing),
    read: (digest) => {
      const bytes = orAbsent(() => readFileSync(pathOf(digest)), undefined);
      if (bytes === undefined) missingObject(digest);
      return digestBytes(bytes) === digest ? bytes : store.quarantine(digest);
    },
    temporary: () => temporaryFile(join(dir, 'tmp')),
    land: (temporary, digest) => {
      const path = pathOf(digest);
      try {
        renameSync(temporary, path);
      } catch (error) {
        if (!isErrno(error, 'ENOENT')) throw error;
        mkdirSync(join(objects, digest.slice(0, 2)), { recursive: true });
        syncDirectory(objects);
        renameSync(temporary, path);
      }
    },
    *list() {
      for (const folder of readdirSync(objects)) {
        if (!/^[0-9a-f]{2}$/.test(folder)) continue;
        for (const rest of readdirSync(join(objects, folder))) {
          const digest = folder + rest;
          if (isDigest(digest)) yield digest;
        }
      }
    },
    quarantine: (digest) => {
      mkdirSync(join(dir, 'quarantine'), { recursive: true });
      orAbsent(() => renameSync(pathOf(digest), join(dir, 'quarantine', digest)), undefined);
      return fail('integrity', `object ${digest} in the store is damaged`, {
        help: 'it was set aside; `mlops fetch` brings a good copy from the remote, `mlops repro --force` makes it again',
      });
    },
  };
  return store;
}

export function missingObject(digest: Digest): never {
  return fail('missing', `object ${digest} is not in the store`, {
    help: '`mlops fetch` brings it from the remote, if it was pushed',
  });
}
