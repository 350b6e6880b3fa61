// Many objects put together. Nothing has its name in the store before its bytes are on the disk. Small objects are
// gathered: many of them become one pack with an index, few become files of their own. Files are all written first, then
// flushed side by side, then renamed, then the folders that gained names are flushed.
import { closeSync, fsync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { fail } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { syncDirectory } from '../util/atomic-write.ts';
import { digestBytes, type FileDigest } from '../util/digest.ts';
import { naming } from '../util/errno.ts';
import { pool } from '../util/pool.ts';
import { copyHashing, type Moved, type Reflink } from './copy.ts';
import type { PackKind } from './pack.ts';
import { PackFile, type PackOnDisk } from './pack-file.ts';
import type { Packs } from './packs.ts';
import { writeTemporary } from './temporary.ts';

export interface Batch {
  /** Bytes whose digest the caller has just computed. They are kept until `finish` and must not change. */
  put(digest: Digest, bytes: Uint8Array): void;
  /** @throws MlopsError `refused` when the file's bytes are not `expected` */
  putFile(path: string, expected: Digest): Promise<void>;
  /** A copy of a file in tmp/, and its digest, in one pass over the bytes. It is the caller's, to `land` or to remove. */
  copyFile(path: string, moved?: Moved): Promise<FileDigest & { readonly temporary: string }>;
  /** A file made at `store.temporary()` whose bytes the caller has proved. */
  land(temporary: string, digest: Digest): void;
  /** A pack made at `store.temporary()`, flushed, whose objects the caller has proved. */
  landPack(pack: PackOnDisk): void;
  /** Everything put so far is in the store and durable when it resolves. The batch may be used on. */
  finish(): Promise<void>;
  /** Drops what was not finished; does nothing after `finish`. */
  abandon(): void;
}

/** What a batch needs of its store. */
interface Target {
  readonly reflink: Reflink;
  readonly packs: Packs;
  pathOf(digest: Digest): string;
  temporary(): string;
  land(temporary: string, digest: Digest): void;
}

/** Larger objects are files of their own, here and on remotes: block sharing and ranged reads are worth more than a pack. */
export const PACKED_MOST_BYTES = 1 << 20;
/** From so many small objects on a batch is a pack. */
export const PACK_FROM_OBJECTS = 256;
/** What one pack holds at most. Copying a pack to drop what is dead in it must not take minutes. */
export const PACK_BYTES = 1 << 30;
/** fsync calls at once: they share the file system's journal commits. */
const FLUSHES = 16;
const fsyncAsync = promisify(fsync);

export function openBatch(store: Target, kind: PackKind): Batch {
  return new StoreBatch(store, kind);
}

class StoreBatch implements Batch {
  readonly #store: Target;
  readonly #kind: PackKind;
  /** Small objects, as long as they are too few for a pack. */
  readonly #held = new Map<Digest, Uint8Array>();
  readonly #packed = new Set<Digest>();
  readonly #loose = new Map<Digest, string>();
  readonly #done: PackOnDisk[] = [];
  #pack: PackFile | undefined;

  constructor(store: Target, kind: PackKind) {
    this.#store = store;
    this.#kind = kind;
  }

  put(digest: Digest, bytes: Uint8Array): void {
    if (this.#has(digest)) return;
    if (bytes.length > PACKED_MOST_BYTES) this.#writeLoose(digest, bytes);
    else if (this.#pack) this.#append(digest, bytes);
    else {
      this.#held.set(digest, bytes);
      if (this.#held.size >= PACK_FROM_OBJECTS) this.#startPack();
    }
  }

  async putFile(path: string, expected: Digest): Promise<void> {
    if (this.#has(expected)) return;
    if (statSync(path).size <= PACKED_MOST_BYTES) {
      const bytes = readFileSync(path);
      if (digestBytes(bytes) !== expected) changed(path);
      this.put(expected, bytes);
      return;
    }
    const { digest, temporary } = await this.copyFile(path);
    if (digest === expected) this.land(temporary, digest);
    else {
      rmSync(temporary, { force: true });
      changed(path);
    }
  }

  async copyFile(path: string, moved?: Moved): Promise<FileDigest & { readonly temporary: string }> {
    const temporary = this.#store.temporary();
    return { ...(await copyHashing(path, temporary, 0o444, this.#store.reflink, moved)), temporary };
  }

  land(temporary: string, digest: Digest): void {
    if (this.#has(digest)) rmSync(temporary, { force: true });
    else this.#loose.set(digest, temporary);
  }

  landPack(pack: PackOnDisk): void {
    this.#done.push(pack);
  }

  async finish(): Promise<void> {
    if (this.#pack) await this.#endPack();
    for (const [digest, bytes] of this.#held) this.#writeLoose(digest, bytes);
    this.#held.clear();
    await this.#landLoose();
    // Given up in the middle, `abandon` still knows which files they are.
    this.#store.packs.land(this.#done);
    this.#done.length = 0;
    this.#packed.clear();
  }

  abandon(): void {
    this.#pack?.abandon();
    this.#pack = undefined;
    for (const path of [...this.#loose.values(), ...this.#done.map((pack) => pack.path)])
      rmSync(path, { force: true });
    for (const each of [this.#held, this.#loose, this.#packed]) each.clear();
    this.#done.length = 0;
  }

  #has(digest: Digest): boolean {
    return this.#held.has(digest) || this.#packed.has(digest) || this.#loose.has(digest);
  }

  #writeLoose(digest: Digest, bytes: Uint8Array): void {
    const temporary = this.#store.temporary();
    writeTemporary(temporary, bytes, { durable: false });
    this.#loose.set(digest, temporary);
  }

  #startPack(): void {
    this.#pack = new PackFile(this.#store.temporary(), this.#kind);
    for (const [digest, bytes] of this.#held) this.#append(digest, bytes);
    this.#held.clear();
  }

  #append(digest: Digest, bytes: Uint8Array): void {
    this.#pack!.add(digest, bytes);
    this.#packed.add(digest);
    if (this.#pack!.bytesWith(0) >= PACK_BYTES) {
      this.#done.push(this.#pack!.finishSync());
      this.#pack = new PackFile(this.#store.temporary(), this.#kind);
    }
  }

  async #endPack(): Promise<void> {
    const pack = this.#pack!;
    this.#pack = undefined;
    if (pack.objects === 0) pack.abandon();
    else this.#done.push(await pack.finish());
  }

  async #landLoose(): Promise<void> {
    const landing = [...this.#loose];
    await pool(landing, FLUSHES, ([, temporary]) => flush(temporary));
    const folders = new Set<string>();
    for (const [digest, temporary] of landing) {
      this.#store.land(temporary, digest);
      this.#loose.delete(digest);
      folders.add(dirname(this.#store.pathOf(digest)));
    }
    for (const folder of folders) syncDirectory(folder);
  }
}

async function flush(path: string): Promise<void> {
  const fd = openSync(path, 'r');
  try {
    await naming(path, () => fsyncAsync(fd));
  } finally {
    closeSync(fd);
  }
}

function changed(path: string): never {
  return fail('refused', `${path} changed while it was being stored`, {
    help: 'run the command again when nothing writes to it',
  });
}
