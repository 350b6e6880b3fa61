// The content-addressed store: bytes found by their sha256. It does not know what a stage, a path or a tree is.
//   objects/<2>/<62>   one object a file, mode 0444
//   packs/ index/      many small objects a file, see packs.ts
//   quarantine/        what no longer matched its name
//   trash/             what was cleaned away, for some days: a read that misses looks there, see trash.ts
//   tmp/               files on their way in; anything here may be deleted when no program runs
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../core/failure.ts';
import { type Digest, isDigest } from '../core/ids.ts';
import { syncDirectory } from '../util/atomic-write.ts';
import { digestBytes } from '../util/digest.ts';
import { isErrno, orAbsent } from '../util/errno.ts';
import { temporaryFile } from '../util/temporary-file.ts';
import { type Batch, openBatch, PACKED_MOST_BYTES } from './batch.ts';
import type { Reflink } from './copy.ts';
import { type FileStat, fileStat, sameStat } from './file-stat.ts';
import type { PackKind } from './pack.ts';
import { quarantinePack } from './pack-quarantine.ts';
import { Packs } from './packs.ts';
import { writeTemporary } from './temporary.ts';
import { Trash } from './trash.ts';

export interface Store {
  readonly dir: string;
  /** Whether copies inside this store's file system can share blocks; learnt at the first copy. */
  readonly reflink: Reflink;
  readonly packs: Packs;
  readonly trash: Trash;
  has(digest: Digest): boolean;
  /** Those of `digests` that are not here, each once, in the order given. */
  missing(digests: Iterable<Digest>): Digest[];
  /** Durable when it returns. */
  put(bytes: Uint8Array): Digest;
  /** Durable when it resolves. Rejects with `refused` when the file's bytes are not `expected` (any more). */
  putFile(path: string, expected: Digest): Promise<void>;
  /** For many objects at once: durable together, when the batch is finished. `kind`: what a pack of them would hold. */
  batch(kind?: PackKind): Batch;
  /**
   * The object's bytes, proved by their digest. Bytes that do not match are set aside in quarantine/.
   * @throws MlopsError `missing` or `integrity`
   */
  read(digest: Digest): Buffer;
  /** Where the object lies or would lie as a file of its own: every object above 1 MiB does. Its bytes are not proved. */
  pathOf(digest: Digest): string;
  /** Its size as the file system or an index says; undefined when it is not here. */
  bytesOf(digest: Digest): number | undefined;
  /** A name in tmp/ for a file that is to become an object or a pack. */
  temporary(): string;
  /** Takes in a file made at `temporary()` whose bytes the caller has proved to be `digest`. Not durable by itself: use a batch for that. */
  land(temporary: string, digest: Digest): void;
  /** Whether this very process took it in, proved, as a file of its own that looks now as it did then: once is enough. */
  isAsLanded(digest: Digest): boolean;
  /** Every object here, in no order. */
  list(): Iterable<Digest>;
  /** Those that are files of their own. */
  listLoose(): Iterable<Digest>;
  /** Moves a bad object away and says so: never returns. */
  quarantine(digest: Digest): never;
}

/** Above so many questions at once, reading the 256 folders is cheaper than asking for each name. */
const LIST_ABOVE = 2000;

/** Makes the folders it lacks. `dir` may be shared by several worktrees and processes. */
export function openStore(dir: string): Store {
  for (const folder of ['objects', 'tmp']) mkdirSync(join(dir, folder), { recursive: true });
  const objects = join(dir, 'objects');
  const packs = new Packs(dir);
  const pathOf = (digest: Digest): string => join(objects, digest.slice(0, 2), digest.slice(2));
  const looseBytes = (digest: Digest): number | undefined =>
    statSync(pathOf(digest), { throwIfNoEntry: false })?.size;
  const bytesOf = (digest: Digest): number | undefined => packs.find(digest)?.bytes ?? looseBytes(digest);

  const trash = new Trash({ dir, packs, pathOf });
  const landed = new Map<Digest, FileStat>();
  const looseStat = (digest: Digest): FileStat | undefined => {
    const stats = lstatSync(pathOf(digest), { bigint: true, throwIfNoEntry: false });
    return stats && fileStat(stats);
  };

  const store: Store = {
    dir,
    trash,
    reflink: { works: undefined },
    packs,
    pathOf,
    bytesOf: (digest) => bytesOf(digest) ?? (store.has(digest) ? bytesOf(digest) : undefined),
    has: (digest) => store.missing([digest]).length === 0,
    missing: (digests) => {
      const unpacked = new Set<Digest>();
      for (const digest of digests) if (!packs.find(digest)) unpacked.add(digest);
      const here = unpacked.size > LIST_ABOVE ? new Set(store.listLoose()) : undefined;
      const absent = [...unpacked].filter((digest) =>
        here ? !here.has(digest) : looseBytes(digest) === undefined,
      );
      return trash.putBack(packs.missing(absent));
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
    batch: (kind = 'bytes') => openBatch(store, kind),
    read: (digest) => {
      const bytes = readBytes(digest) ?? (store.has(digest) ? readBytes(digest) : undefined);
      if (bytes === undefined) missingObject(digest);
      if (digestBytes(bytes) === digest) return bytes;
      setAside(digest);
      // It may lie in another pack too, or as a file of its own, or in the trash.
      const other = store.has(digest) ? readBytes(digest) : undefined;
      return other && digestBytes(other) === digest ? other : damaged(digest);
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
      const now = looseStat(digest);
      if (now && now.bytes > PACKED_MOST_BYTES) landed.set(digest, now);
    },
    isAsLanded: (digest) => {
      const then = landed.get(digest);
      const now = then && looseStat(digest);
      return now !== undefined && sameStat(then!, now);
    },
    *list() {
      yield* store.listLoose();
      for (const { digest } of packs.entries()) yield digest;
    },
    *listLoose() {
      for (const folder of readdirSync(objects)) {
        if (!/^[0-9a-f]{2}$/.test(folder)) continue;
        for (const rest of readdirSync(join(objects, folder))) {
          const digest = folder + rest;
          if (isDigest(digest)) yield digest;
        }
      }
    },
    quarantine: (digest) => {
      setAside(digest);
      damaged(digest);
    },
  };

  const readBytes = (digest: Digest): Buffer | undefined => {
    const packed = packs.find(digest);
    return (packed && packs.read(packed)) ?? readLoose(pathOf(digest), digest);
  };
  const setAside = (digest: Digest): void => {
    const packed = packs.find(digest);
    if (packed) quarantinePack(store, packed.pack);
    else {
      mkdirSync(join(dir, 'quarantine'), { recursive: true });
      orAbsent(() => renameSync(pathOf(digest), join(dir, 'quarantine', digest)), undefined);
    }
  };
  return store;
}

/** Undefined when it is not there. */
function readLoose(path: string, digest: Digest): Buffer | undefined {
  try {
    return orAbsent(() => readFileSync(path), undefined);
  } catch (error) {
    if (!isErrno(error, 'ERR_FS_FILE_TOO_LARGE')) throw error;
    return fail('integrity', `object ${digest} is larger than what names it can mean`, {
      help: 'a lock or a tree is wrong: it names a large file as a directory, or as a small one',
    });
  }
}

function damaged(digest: Digest): never {
  return fail('integrity', `object ${digest} in the store is damaged`, {
    help: 'it was set aside; `mlops fetch` brings a good copy from the remote, `mlops repro --force` makes it again',
  });
}

export function missingObject(digest: Digest): never {
  return fail('missing', `object ${digest} is not in the store`, {
    help: '`mlops fetch` brings it from the remote, if it was pushed',
  });
}
