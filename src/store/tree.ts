// One node of a tree, as bytes (integers big-endian; a node is named by the sha256 of all its bytes):
//   "MLTREE1\n" | u8 level | 3×0 | u32 n | n entries, names strictly ascending by UTF-8 bytes
//   entry = u8 kind | 0 | u16 length | name
//     level 0:  1 file, 2 executable → digest[32] u64 bytes
//               3 symlink            → u16 length, target
//               4 directory          → digest[32] u64 bytes u64 files    (sums over everything below)
//     level >0: 5 part               → digest[32] u64 bytes u64 files    name = last name inside the part
// Symlinks count as files of 0 bytes. Every node read is hostile until `decodeNode` returns.
import { fail } from '../core/failure.ts';
import { type Digest, isGitName } from '../core/ids.ts';
import { byUtf8 } from '../util/compare.ts';

export interface FileEntry {
  readonly kind: 'file';
  readonly name: string;
  readonly exec: boolean;
  readonly digest: Digest;
  readonly bytes: number;
}
export interface LinkEntry {
  readonly kind: 'link';
  readonly name: string;
  readonly target: string;
}
/** A directory, or one part of a directory that was cut. */
export interface NodeEntry {
  readonly kind: 'directory' | 'part';
  readonly name: string;
  readonly digest: Digest;
  readonly bytes: number;
  readonly files: number;
}
export type TreeEntry = FileEntry | LinkEntry | (NodeEntry & { readonly kind: 'directory' });
export type AnyEntry = FileEntry | LinkEntry | NodeEntry;

export interface Node {
  readonly level: number;
  readonly entries: readonly AnyEntry[];
}

/** The most entries one node holds. */
export const NODE_LIMIT = 1024;
const MAGIC = Buffer.from('MLTREE1\n');
const KIND = { file: 1, executable: 2, link: 3, directory: 4, part: 5 } as const;
const HEAD = 4;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Entries must be sorted by `byUtf8`, and of kind `part` exactly when `level` > 0. */
export function encodeNode({ level, entries }: Node): Buffer {
  let size = 16;
  for (const entry of entries) size += entrySize(entry);
  const node = Buffer.alloc(size);
  MAGIC.copy(node);
  node[8] = level;
  node.writeUInt32BE(entries.length, 12);
  let at = 16;
  for (const entry of entries) at = encodeEntry(node, at, entry);
  return node;
}

function entrySize(entry: AnyEntry): number {
  const head = HEAD + Buffer.byteLength(entry.name);
  if (entry.kind === 'link') return head + 2 + Buffer.byteLength(entry.target);
  return head + (entry.kind === 'file' ? 40 : 48);
}

/** Where the next entry begins. */
function encodeEntry(node: Buffer, start: number, entry: AnyEntry): number {
  node[start] = kindOf(entry);
  const length = node.write(entry.name, start + HEAD);
  node.writeUInt16BE(length, start + 2);
  const at = start + HEAD + length;
  if (entry.kind === 'link') {
    const target = node.write(entry.target, at + 2);
    node.writeUInt16BE(target, at);
    return at + 2 + target;
  }
  node.write(entry.digest, at, 'hex');
  writeU64(node, at + 32, entry.bytes);
  if (entry.kind === 'file') return at + 40;
  writeU64(node, at + 40, entry.files);
  return at + 48;
}

function kindOf(entry: AnyEntry): number {
  return entry.kind === 'file' && entry.exec ? KIND.executable : KIND[entry.kind];
}

/** @throws MlopsError `integrity`, naming the node, unless `bytes` are exactly what `encodeNode` would write */
export function decodeNode(bytes: Uint8Array, digest: Digest): Node {
  const node = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bad = (why: string): never => badTree(digest, why);
  if (node.length < 16 || !node.subarray(0, 8).equals(MAGIC)) bad('is not a tree');
  if (node[9] || node[10] || node[11]) bad('has an unknown version');
  const level = node[8]!;
  const count = node.readUInt32BE(12);
  if (count > NODE_LIMIT) bad('has too many entries');
  const entries: AnyEntry[] = [];
  let at = 16;
  const take = (length: number): number => {
    if (at + length > node.length) bad('ends too early');
    at += length;
    return at - length;
  };
  const text = (length: number): string => {
    const start = take(length);
    try {
      return utf8.decode(node.subarray(start, start + length));
    } catch {
      return bad('has a name that is not UTF-8');
    }
  };
  const u64 = (): number => {
    const value = node.readBigUInt64BE(take(8));
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : bad('has a number out of range');
  };
  const hex = (): Digest => {
    const start = take(32);
    return node.toString('hex', start, start + 32) as Digest;
  };
  for (let i = 0; i < count; i++) {
    const start = take(HEAD);
    const kind = node[start]!;
    if (node[start + 1] !== 0) bad('has an unknown flag');
    const name = text(node.readUInt16BE(start + 2));
    const problem = nameProblem(name);
    if (problem) bad(`has a name that ${problem}: ${JSON.stringify(name)}`);
    const last = entries.at(-1);
    if (last && byUtf8(last.name, name) >= 0) bad('has names out of order');
    if (kind === KIND.part ? level === 0 : level > 0) bad('mixes parts and entries');
    if (kind === KIND.file || kind === KIND.executable)
      entries.push({ kind: 'file', name, exec: kind === KIND.executable, digest: hex(), bytes: u64() });
    else if (kind === KIND.link) {
      const target = text(node.readUInt16BE(take(2)));
      if (target === '' || target.includes('\0')) bad(`has a broken symlink: ${JSON.stringify(name)}`);
      entries.push({ kind: 'link', name, target });
    } else if (kind === KIND.directory)
      entries.push({ kind: 'directory', name, digest: hex(), bytes: u64(), files: u64() });
    else if (kind === KIND.part)
      entries.push({ kind: 'part', name, digest: hex(), bytes: u64(), files: u64() });
    else bad('has an entry of unknown kind');
  }
  if (at !== node.length) bad('has bytes after its end');
  return { level, entries };
}

/** Why a name may not stand in a tree, or null. */
export function nameProblem(name: string): string | null {
  if (name === '' || name === '.' || name === '..') return 'is no name';
  if (name.includes('/') || name.includes('\0')) return 'contains "/" or NUL';
  if (isGitName(name)) return 'means .git';
  if (Buffer.byteLength(name) > 255) return 'is longer than 255 bytes';
  return null;
}

export function badTree(digest: Digest, why: string): never {
  return fail('integrity', `tree ${digest} ${why}`, {
    help: 'it was not written by mlops: do not trust where it came from',
  });
}

/** Bytes and files below an entry, as its parent sums them. */
export function sumsOf(entries: readonly AnyEntry[]): { readonly bytes: number; readonly files: number } {
  let bytes = 0;
  let files = 0;
  for (const entry of entries) {
    bytes += entry.kind === 'link' ? 0 : entry.bytes;
    files += entry.kind === 'file' || entry.kind === 'link' ? 1 : entry.files;
  }
  return { bytes, files };
}

function writeU64(node: Buffer, at: number, value: number): void {
  node.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  node.writeUInt32BE(value % 2 ** 32, at + 4);
}
