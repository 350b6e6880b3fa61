// The byte formats of the store, read a second time: written from their description in docs/design.md, sharing no line
// with src/, so that a writer and a reader that are wrong in the same way do not agree here as well.
// Every function throws a plain Error that says what is wrong with the bytes.
import { createHash } from 'node:crypto';

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export interface TreeItem {
  readonly kind: 'file' | 'executable' | 'link' | 'directory' | 'part';
  readonly name: string;
  /** Of a file's bytes, or of a node. */
  readonly digest?: string;
  readonly bytes: number;
  readonly files: number;
  readonly target?: string;
}

export interface TreeNode {
  readonly level: number;
  readonly items: readonly TreeItem[];
}

const TREE_KINDS = [undefined, 'file', 'executable', 'link', 'directory', 'part'] as const;

export function readNode(bytes: Buffer): TreeNode {
  const from = new Reader(bytes);
  from.expect(Buffer.from('MLTREE1\n'), 'magic');
  const level = from.u8();
  from.zeros(3);
  const count = from.u32();
  if (count > 1024) throw new Error(`a node of ${count} entries`);
  const items: TreeItem[] = [];
  let before: Buffer | undefined;
  for (let i = 0; i < count; i++) {
    const kind = TREE_KINDS[from.u8()];
    from.zeros(1);
    const raw = from.take(from.u16());
    const name = new TextDecoder('utf-8', { fatal: true }).decode(raw);
    if (raw.length < 1 || raw.length > 255 || /[/\0]/.test(name) || name === '.' || name === '..')
      throw new Error(`a name that may not be: ${JSON.stringify(name)}`);
    if (name.toLowerCase() === '.git') throw new Error('a name that means .git');
    if (before && Buffer.compare(before, raw) >= 0)
      throw new Error(`${JSON.stringify(name)} is out of order`);
    before = raw;
    if (kind === undefined || (kind === 'part') !== level > 0)
      throw new Error(`kind ${kind} at level ${level}`);
    if (kind === 'link') {
      const target = new TextDecoder('utf-8', { fatal: true }).decode(from.take(from.u16()));
      items.push({ kind, name, target, bytes: 0, files: 1 });
      continue;
    }
    const digest = from.take(32).toString('hex');
    const size = from.u64();
    const isFile = kind === 'file' || kind === 'executable';
    items.push({ kind, name, digest, bytes: size, files: isFile ? 1 : from.u64() });
  }
  from.end();
  return { level, items };
}

/** Where names are cut into parts of one level: the sizes, in order. */
export function cutSizes(names: readonly string[], level: number): number[] {
  const sizes: number[] = [];
  let size = 0;
  for (const name of names) {
    size++;
    const head = createHash('sha256').update(name).digest().readUInt32BE(0);
    const ends = size >= 16 && level <= 3 && ((head >>> (8 * level)) & 255) === 0;
    if (ends || size === 1024) {
      sizes.push(size);
      size = 0;
    }
  }
  return size === 0 ? sizes : [...sizes, size];
}

export interface PackedObject {
  readonly digest: string;
  readonly bytes: Buffer;
  readonly offset: number;
}

export interface Pack {
  readonly kind: 'bytes' | 'trees';
  readonly objects: readonly PackedObject[];
}

/** Every object in it is proved by its digest. */
export function readPack(pack: Buffer): Pack {
  const head = new Reader(pack);
  head.expect(Buffer.from('MLPACK1\n'), 'magic');
  const kind = ([undefined, 'bytes', 'trees'] as const)[head.u8()];
  if (!kind) throw new Error('a pack of no known kind');
  head.zeros(7);
  if (pack.length < 32) throw new Error('a pack without an end');
  const foot = new Reader(pack.subarray(-16));
  const count = foot.u32();
  foot.zeros(4);
  foot.expect(Buffer.from('MLPEND1\n'), 'end');
  const tableAt = pack.length - 16 - 44 * count;
  if (tableAt < 16) throw new Error(`a table of ${count} entries does not fit`);
  const table = new Reader(pack.subarray(tableAt, -16));
  const objects: PackedObject[] = [];
  let offset = 16;
  for (let i = 0; i < count; i++) {
    const digest = table.take(32).toString('hex');
    const stored = table.u32();
    const raw = table.u32();
    table.zeros(4); // codec 0
    const bytes = pack.subarray(offset, offset + stored);
    if (stored !== raw || offset + stored > tableAt) throw new Error(`object ${digest} leaves its pack`);
    if (sha256(bytes) !== digest) throw new Error(`object ${digest} in a pack has other bytes`);
    objects.push({ digest, bytes, offset });
    offset += stored;
  }
  if (offset !== tableAt) throw new Error('bytes between the last object and the table');
  return { kind, objects };
}

export interface IndexEntry {
  readonly digest: string;
  readonly offset: number;
  readonly stored: number;
  readonly pack: string;
}

export interface Index {
  readonly packs: readonly { readonly digest: string; readonly bytes: number; readonly objects: number }[];
  readonly entries: readonly IndexEntry[];
}

export function readIndex(bytes: Buffer): Index {
  const from = new Reader(bytes);
  from.expect(Buffer.from('MLINDX1\n'), 'magic');
  const fan = from.u8();
  from.zeros(3);
  const packCount = from.u32();
  const count = from.u64();
  const [lo, hi] = [from.u16(), from.u16()];
  from.zeros(4);
  const right = Math.min(16, Math.max(0, Math.floor(Math.log2(Math.max(count, 1))) - 6));
  if (fan !== right) throw new Error(`counts of 2^${fan} slots where ${count} entries have 2^${right}`);
  const packs: { digest: string; bytes: number; objects: number }[] = [];
  for (let i = 0; i < packCount; i++) {
    packs.push({ digest: from.take(32).toString('hex'), bytes: from.u64(), objects: from.u32() });
    if (![1, 2].includes(from.u8())) throw new Error('a pack of no known kind');
    from.zeros(3);
  }
  const counts = Array.from({ length: 2 ** fan }, () => from.u32());
  const entries: IndexEntry[] = [];
  const slots = counts.map(() => 0);
  let before: readonly [digest: string, pack: number] = ['', -1];
  for (let i = 0; i < count; i++) {
    const digest = from.take(32).toString('hex');
    const [offset, stored, raw] = [from.u32(), from.u32(), from.u32()];
    const last = from.u32(); // codec and the pack's number
    if (last >>> 24 !== 0 || stored !== raw) throw new Error(`object ${digest} has a codec`);
    const pack = packs[last];
    if (!pack || offset < 16 || offset + stored > pack.bytes)
      throw new Error(`object ${digest} leaves its pack`);
    if (digest < before[0] || (digest === before[0] && last <= before[1])) throw new Error('out of order');
    before = [digest, last];
    const head = Number.parseInt(digest.slice(0, 4), 16);
    if (head < lo || head > hi) throw new Error(`object ${digest} is out of range`);
    slots[Number.parseInt(digest.slice(0, 4), 16) >>> (16 - fan)]!++;
    entries.push({ digest, offset, stored, pack: pack.digest });
  }
  from.end();
  let sum = 0;
  slots.forEach((slot, i) => {
    sum += slot;
    if (counts[i] !== sum) throw new Error(`slot ${i} counts ${counts[i]} instead of ${sum}`);
  });
  return { packs, entries };
}

/** RFC 8785 for what locks and run entries hold. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

/** Reads big-endian numbers off the front, and knows the end. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new Error(`cut short at ${this.#bytes.length} bytes`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  u8(): number {
    return this.take(1)[0]!;
  }

  u16(): number {
    return this.take(2).readUInt16BE();
  }

  u32(): number {
    return this.take(4).readUInt32BE();
  }

  u64(): number {
    const value = Number(this.take(8).readBigUInt64BE());
    if (!Number.isSafeInteger(value)) throw new Error('a number beyond 2^53');
    return value;
  }

  zeros(length: number): void {
    if (this.take(length).some((byte) => byte !== 0)) throw new Error('padding that is not zero');
  }

  expect(bytes: Buffer, what: string): void {
    if (!this.take(bytes.length).equals(bytes)) throw new Error(`another ${what}`);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new Error('bytes after the end');
  }
}
