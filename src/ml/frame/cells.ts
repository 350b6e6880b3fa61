// Where the cells of columns lie: in memory while they are few, beyond that in one file of the temporary folder.
//
// The file is unlinked as soon as it is open, so that nothing is left of it however this process ends. (Where an open
// file cannot be unlinked, it is when the store closes.) A column is read back whole or in part; the columns read last
// are kept, so a loop over rows should take `values` or `codes` of its columns once, before it starts.
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { naming } from '../../util/errno.ts';

export type CellArray = Float64Array | Int32Array;

export interface CellLimits {
  /** Bytes of cells that stay in memory; what comes after goes to the file. */
  readonly resident: number;
  /** Bytes of columns kept after they were read back; the last one is kept whatever its size. */
  readonly cached: number;
}

const MIB = 1 << 20;

/** For who goes through a table column by column, or in parts. */
export const CELL_LIMITS: CellLimits = { resident: 64 * MIB, cached: 64 * MIB };

/** For who goes through it row by row. */
export const IN_MEMORY: CellLimits = { resident: Number.POSITIVE_INFINITY, cached: 0 };

/** Cells of one column, in order. An array that is handed out is not to be changed. */
export interface Cells<A extends CellArray> {
  readonly length: number;
  /** All of them are in one array in memory. */
  readonly resident: boolean;
  whole(): A;
  /** Rows `start` to `end`, an array of its own or a view. */
  part(start: number, end: number): A;
}

export interface CellWriter<A extends CellArray> {
  add(value: number): void;
  addAll(values: A): void;
  /** To be called once. `codes`, where given, replaces each cell c ≥ 0 by codes[c]. */
  finish(codes?: Int32Array): Cells<A>;
}

/** 512 KB of float64: large enough for the disk, small enough that a hundred columns can each fill one. */
const BLOCK = 1 << 16;
/** A block begins with this: a table may have thousands of columns of a few rows. */
const FIRST = 1 << 10;

/** In memory, or where in the file. */
type Block<A> = { readonly array: A } | { readonly offset: number };

export class CellStore {
  readonly #limits: CellLimits;
  #resident = 0;
  #file: Scratch | null = null;
  #fileBytes = 0;
  /** Read last comes last. */
  #kept: { readonly of: object; readonly array: CellArray }[] = [];

  constructor(limits: CellLimits) {
    this.#limits = limits;
  }

  numbers(): CellWriter<Float64Array> {
    return this.#writer((length) => new Float64Array(length));
  }

  codes(): CellWriter<Int32Array> {
    return this.#writer((length) => new Int32Array(length));
  }

  close(): void {
    this.#kept = [];
    if (!this.#file) return;
    closeSync(this.#file.fd);
    if (!this.#file.unlinked) rmSync(this.#file.path, { force: true });
    this.#file = null;
  }

  #writer<A extends CellArray>(make: (length: number) => A): CellWriter<A> {
    const blocks: Block<A>[] = [];
    let block = make(FIRST);
    let used = 0;
    const next = () => {
      if (block.length < BLOCK) {
        const larger = make(Math.min(BLOCK, 4 * block.length));
        larger.set(block as never);
        block = larger;
        return;
      }
      blocks.push(this.#put(block, used));
      block = make(BLOCK);
      used = 0;
    };
    return {
      add(value) {
        block[used++] = value;
        if (used === block.length) next();
      },
      addAll(values) {
        for (let at = 0; at < values.length; ) {
          const taken = Math.min(values.length - at, block.length - used);
          block.set(values.subarray(at, at + taken) as never, used);
          at += taken;
          used += taken;
          if (used === block.length) next();
        }
      },
      finish: (codes) => {
        const length = blocks.length * BLOCK + used;
        blocks.push(this.#put(block, used));
        return this.#cells(blocks, length, make, codes);
      },
    };
  }

  #put<A extends CellArray>(block: A, used: number): Block<A> {
    const array = block.subarray(0, used) as A;
    if (this.#resident + array.byteLength <= this.#limits.resident) {
      this.#resident += array.byteLength;
      return { array };
    }
    this.#file ??= openScratch();
    const offset = this.#fileBytes;
    writeAll(this.#file, bytesOf(array), offset);
    this.#fileBytes += array.byteLength;
    return { offset };
  }

  #cells<A extends CellArray>(
    blocks: readonly Block<A>[],
    length: number,
    make: (length: number) => A,
    codes: Int32Array | undefined,
  ): Cells<A> {
    const read = (start: number, end: number): A => {
      const array = make(end - start);
      for (let at = start; at < end; ) {
        const until = Math.min(end, at - (at % BLOCK) + BLOCK);
        this.#copy(
          blocks[Math.floor(at / BLOCK)]!,
          at % BLOCK,
          array.subarray(at - start, until - start) as A,
        );
        at = until;
      }
      if (codes) for (let i = 0; i < array.length; i++) if (array[i]! >= 0) array[i] = codes[array[i]!]!;
      return array;
    };
    if (blocks.every((each) => 'array' in each)) {
      const array = read(0, length);
      return { length, resident: true, whole: () => array, part: (a, b) => array.subarray(a, b) as A };
    }
    const cells: Cells<A> = {
      length,
      resident: false,
      whole: () => this.#keep(cells, length * make(0).BYTES_PER_ELEMENT, () => read(0, length)),
      part: read,
    };
    return cells;
  }

  #copy<A extends CellArray>(block: Block<A>, from: number, to: A): void {
    if ('array' in block) to.set(block.array.subarray(from, from + to.length) as never);
    else {
      if (!this.#file) throw new Error('BUG: cells are read after their tables were closed');
      readAll(this.#file, bytesOf(to), block.offset + from * to.BYTES_PER_ELEMENT);
    }
  }

  #keep<A extends CellArray>(of: object, bytes: number, read: () => A): A {
    const at = this.#kept.findIndex((each) => each.of === of);
    const [found] = at < 0 ? [] : this.#kept.splice(at, 1);
    // Room is made before the array is, so that both are never there together.
    if (!found) this.#makeRoom(bytes);
    const kept = found ?? { of, array: read() };
    this.#kept.push(kept);
    return kept.array as A;
  }

  /** The oldest go first. */
  #makeRoom(bytes: number): void {
    let taken = bytes + this.#kept.reduce((sum, { array }) => sum + array.byteLength, 0);
    while (this.#kept.length > 0 && taken > this.#limits.cached)
      taken -= this.#kept.shift()!.array.byteLength;
  }
}

interface Scratch {
  readonly fd: number;
  readonly path: string;
  readonly unlinked: boolean;
}

function openScratch(): Scratch {
  const path = join(tmpdir(), `mlops-cells-${randomUUID()}`);
  const fd = openSync(path, 'wx+', 0o600);
  try {
    unlinkSync(path);
    return { fd, path, unlinked: true };
  } catch {
    return { fd, path, unlinked: false };
  }
}

function bytesOf(array: CellArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function writeAll({ fd, path }: Scratch, bytes: Uint8Array, offset: number): void {
  naming(path, () => {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, offset + at);
  });
}

function readAll({ fd, path }: Scratch, bytes: Uint8Array, offset: number): void {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(fd, bytes, at, bytes.length - at, offset + at);
    if (read === 0) throw new Error(`BUG: ${path} is shorter than what was written`);
    at += read;
  }
}
