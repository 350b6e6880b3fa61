// Many objects put together. Nothing has its name in the store before its bytes are on the disk: all files are
// written first, then flushed side by side, then renamed, then the folders that gained names are flushed.
import { closeSync, fsync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { fail } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { syncDirectory } from '../util/atomic-write.ts';
import { digestBytes } from '../util/digest.ts';
import { pool } from '../util/pool.ts';
import type { copyHashing, Reflink } from './copy.ts';
import { writeTemporary } from './temporary.ts';

export interface Batch {
  /** Bytes whose digest the caller has just computed. */
  put(digest: Digest, bytes: Uint8Array): void;
  /** @throws MlopsError `refused` when the file's bytes are not `expected` */
  putFile(path: string, expected: Digest): Promise<void>;
  /** A file made at `store.temporary()` whose bytes the caller has proved. */
  land(temporary: string, digest: Digest): void;
  /** Everything put so far is in the store and durable when it resolves. The batch may be used on. */
  finish(): Promise<void>;
  /** Drops what was not finished; does nothing after `finish`. */
  abandon(): void;
}

/** What a batch needs of its store. */
interface Target {
  readonly reflink: Reflink;
  pathOf(digest: Digest): string;
  temporary(): string;
  land(temporary: string, digest: Digest): void;
}

/** Up to here a file is read whole and hashed in memory; above it is cloned, or copied in chunks. */
const SMALL = 1 << 20;
/** fsync calls at once: they share the file system's journal commits. */
const FLUSHES = 16;
const fsyncAsync = promisify(fsync);

export function openBatch(store: Target, copy: typeof copyHashing): Batch {
  const waiting = new Map<Digest, string>();
  return {
    put(digest, bytes) {
      if (waiting.has(digest)) return;
      const temporary = store.temporary();
      writeTemporary(temporary, bytes, { durable: false });
      waiting.set(digest, temporary);
    },
    async putFile(path, expected) {
      if (waiting.has(expected)) return;
      if (statSync(path).size <= SMALL) {
        const bytes = readFileSync(path);
        if (digestBytes(bytes) !== expected) changed(path);
        this.put(expected, bytes);
        return;
      }
      const temporary = store.temporary();
      const copied = await copy(path, temporary, 0o444, store.reflink);
      if (copied.digest !== expected) {
        rmSync(temporary, { force: true });
        changed(path);
      }
      waiting.set(expected, temporary);
    },
    land(temporary, digest) {
      if (waiting.has(digest)) rmSync(temporary, { force: true });
      else waiting.set(digest, temporary);
    },
    async finish() {
      const landing = [...waiting];
      await pool(landing, FLUSHES, ([, temporary]) => flush(temporary));
      const folders = new Set<string>();
      for (const [digest, temporary] of landing) {
        store.land(temporary, digest);
        waiting.delete(digest);
        folders.add(dirname(store.pathOf(digest)));
      }
      for (const folder of folders) syncDirectory(folder);
    },
    abandon() {
      for (const temporary of waiting.values()) rmSync(temporary, { force: true });
      waiting.clear();
    },
  };
}

async function flush(path: string): Promise<void> {
  const fd = openSync(path, 'r');
  try {
    await fsyncAsync(fd);
  } finally {
    closeSync(fd);
  }
}

function changed(path: string): never {
  return fail('refused', `${path} changed while it was being stored`, {
    help: 'run the command again when nothing writes to it',
  });
}
