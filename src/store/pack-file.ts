// A pack on its way to disk: objects are gathered in memory and written in large pieces.
import { closeSync, fsync, fsyncSync, openSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Digest } from '../core/ids.ts';
import { writeWhole } from '../util/atomic-write.ts';
import { naming } from '../util/errno.ts';
import { type BuiltPack, PackBuilder, type PackKind } from './pack.ts';

/** A finished pack at a temporary place, flushed to disk. */
export interface PackOnDisk extends BuiltPack {
  readonly path: string;
}

/** So much is written at once; what is larger goes through without being copied. */
const PIECE = 1 << 20;
const fsyncAsync = promisify(fsync);

export class PackFile {
  readonly path: string;
  readonly #builder: PackBuilder;
  readonly #fd: number;
  readonly #piece = Buffer.allocUnsafe(PIECE);
  #filled = 0;
  #open = true;

  /** `path` must not exist. */
  constructor(path: string, kind: PackKind) {
    this.path = path;
    this.#fd = openSync(path, 'wx', 0o444);
    this.#builder = new PackBuilder(kind, (bytes) => this.#write(bytes));
  }

  get objects(): number {
    return this.#builder.objects;
  }

  bytesWith(more: number): number {
    return this.#builder.bytesWith(more);
  }

  /** `bytes` hash to `digest`; they may be used again when it returns. */
  add(digest: Digest, bytes: Uint8Array): void {
    this.#builder.add(digest, bytes);
  }

  /** For threads that may wait for the disk. Leaves nothing behind when it fails. */
  finishSync(): PackOnDisk {
    try {
      return naming(this.path, () => {
        const built = this.#end();
        fsyncSync(this.#fd);
        this.#close();
        return built;
      });
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  async finish(): Promise<PackOnDisk> {
    try {
      return await naming(this.path, async () => {
        const built = this.#end();
        await fsyncAsync(this.#fd);
        this.#close();
        return built;
      });
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Drops it. Not after it was finished. */
  abandon(): void {
    try {
      this.#close();
    } finally {
      rmSync(this.path, { force: true });
    }
  }

  /** Once, also when that fails: its number may be another file's by then. */
  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#fd);
  }

  #end(): PackOnDisk {
    const built = this.#builder.finish();
    this.#flush();
    return { ...built, path: this.path };
  }

  #write(bytes: Uint8Array): void {
    if (this.#filled + bytes.length > PIECE) this.#flush();
    if (bytes.length > PIECE) this.#put(bytes);
    else {
      this.#piece.set(bytes, this.#filled);
      this.#filled += bytes.length;
    }
  }

  #flush(): void {
    this.#put(this.#piece.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #put(bytes: Uint8Array): void {
    naming(this.path, () => writeWhole(this.#fd, bytes));
  }
}
