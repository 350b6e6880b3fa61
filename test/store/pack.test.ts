import { describe, expect, it } from 'vitest';
import type { Digest } from '../../src/core/ids.ts';
import {
  type BuiltPack,
  PACK_ROW,
  PackBuilder,
  type PackKind,
  packEntries,
  rangesOf,
  readPackTable,
} from '../../src/store/pack.ts';
import { buildIndex, indexedPack, PackIndex, writeIndex } from '../../src/store/pack-index.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { failuresOf } from './rig.ts';

function pack(kind: PackKind, objects: readonly Buffer[]): BuiltPack & { readonly file: Buffer } {
  const pieces: Buffer[] = [];
  const builder = new PackBuilder(kind, (bytes) => pieces.push(Buffer.from(bytes)));
  for (const bytes of objects) builder.add(digestBytes(bytes), bytes);
  const built = builder.finish();
  return { ...built, file: Buffer.concat(pieces) };
}

const VECTOR = [Buffer.from('hello\n'), Buffer.from('#!/bin/sh\n')];
const numbered = (count: number, from = 0): Buffer[] =>
  Array.from({ length: count }, (_, i) => Buffer.from(`object ${from + i}`));

describe('a pack', () => {
  it('has the bytes of the published vector', () => {
    const { digest, bytes, file } = pack('bytes', VECTOR);
    expect(digest).toBe('1b068a6e2b2512a673b37cb4c22952ffb1c0bdcd7a619e1f58e7cfb0a3b79710');
    expect([bytes, file.length]).toEqual([136, 136]);
    expect(digestBytes(file)).toBe(digest);
  });

  it('reads back what it holds, from its end', () => {
    const { digest, file, table } = pack('trees', numbered(300));
    expect(readPackTable(rangesOf(file), file.length, digest)).toEqual(table);
    for (const { digest: object, offset, stored } of packEntries(table))
      expect(digestBytes(file.subarray(offset, offset + stored))).toBe(object);
  });

  it('may be empty', () => {
    const { digest, file } = pack('bytes', []);
    expect(readPackTable(rangesOf(file), file.length, digest).objects).toBe(0);
  });

  it('is refused for every byte of its frame that changes, and wherever it is cut', async () => {
    const { digest, file, table } = pack('bytes', VECTOR);
    const last = [...packEntries(table)].at(-1)!;
    const frame = [...file.keys()].filter((at) => at < 16 || at >= last.offset + last.stored);
    const read = (bytes: Buffer) => () => readPackTable(rangesOf(bytes), bytes.length, digest);
    for (const at of frame) {
      const changed = Buffer.from(file);
      changed[at]! ^= 0x41;
      // A digest in the table is proved when its object is read.
      if (
        at >= last.offset + last.stored &&
        at < file.length - 16 &&
        (at - last.offset - last.stored) % PACK_ROW < 32
      )
        continue;
      expect(await failuresOf(read(changed)), `byte ${at}`).toEqual([
        expect.stringMatching(/^integrity: pack /),
      ]);
    }
    for (let length = 0; length < file.length; length++)
      expect(await failuresOf(read(file.subarray(0, length))), `cut at ${length}`).toHaveLength(1);
  });
});

describe('an index', () => {
  it('has the bytes of the published vector', () => {
    const { digest, bytes } = buildIndex([pack('bytes', VECTOR)]);
    expect(digest).toBe('e5054c0ad3498c5b1fc9a82731fb0747348a586762d14bc8188b0b807e38049c');
    expect(bytes.length).toBe(180);
  });

  it('finds everything in its packs, and nothing else', () => {
    const packs = [pack('bytes', numbered(5000)), pack('trees', numbered(700, 4900))];
    const { digest, bytes } = buildIndex(packs);
    const index = new PackIndex(bytes, digest);
    expect(index.size).toBe(5700);
    for (const [number, { table, file }] of packs.entries())
      for (const entry of packEntries(table)) {
        const hit = index.find(entry.digest)!;
        const bytesThere = packs[hit.pack]!.file.subarray(hit.offset, hit.offset + hit.stored);
        expect(digestBytes(bytesThere)).toBe(entry.digest);
        if (number === 0) expect(hit.pack).toBe(0); // the first pack that has it
        expect(file.length).toBe(index.packs[number]!.bytes);
      }
    expect(index.find(digestBytes('nothing'))).toBeUndefined();
  });

  it('tells digests apart that begin alike', () => {
    const alike = (end: string) => `${'a'.repeat(56)}${end.padStart(8, '0')}` as Digest;
    const builder = new PackBuilder('bytes', () => {});
    for (const end of ['3', '1', '2']) builder.add(alike(end), Buffer.from(end));
    const { digest, bytes } = buildIndex([builder.finish()]);
    const index = new PackIndex(bytes, digest);
    expect([...index.entries()].map((entry) => entry.digest)).toEqual(['1', '2', '3'].map(alike));
    expect(['3', '1', '2'].map((end) => index.find(alike(end))!.offset)).toEqual([16, 17, 18]);
    expect(index.find(alike('4'))).toBeUndefined();
  });

  it('is the same whether made at once or merged', () => {
    const packs = [pack('bytes', numbered(300)), pack('bytes', numbered(300, 200))];
    const whole = buildIndex(packs);
    const entries = new PackIndex(whole.bytes, whole.digest).within({ lo: 0, hi: 0xffff });
    expect(writeIndex(packs.map(indexedPack), Buffer.from(entries), { lo: 0, hi: 0xffff })).toEqual(whole);
  });

  it('is refused when any byte changes, also by somebody who renames it', async () => {
    const { digest, bytes } = buildIndex([pack('bytes', VECTOR)]);
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 0x41;
      expect(await failuresOf(() => new PackIndex(changed, digest))).toHaveLength(1);
      // What a digest, a size or an offset should be is known only to the pack; everything else is proved here.
      const [renamed] = await failuresOf(() => new PackIndex(changed, digestBytes(changed)));
      if (renamed !== undefined) expect(renamed).toMatch(/^integrity: index /);
    }
  });
});
