// An index read bucket by bucket answers as the whole one does.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Digest } from '../../src/core/ids.ts';
import { type BuiltPack, PackBuilder, rangesOf } from '../../src/store/pack.ts';
import { PackFile } from '../../src/store/pack-file.ts';
import { buildIndex, PackIndex } from '../../src/store/pack-index.ts';
import { mergeAll } from '../../src/store/pack-merge.ts';
import { Packs } from '../../src/store/packs.ts';
import { RangedIndex } from '../../src/store/ranged-index.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { failuresOf } from './rig.ts';

const object = (i: number): Buffer => Buffer.from(`object ${i}`);
const digestOf = (i: number): Digest => digestBytes(object(i));

function pack(from: number, count: number): BuiltPack {
  const builder = new PackBuilder('bytes', () => {});
  for (let i = from; i < from + count; i++) builder.add(digestOf(i), object(i));
  return builder.finish();
}

const indexOf = (packs: readonly BuiltPack[]): PackIndex => {
  const { bytes, digest } = buildIndex(packs);
  return new PackIndex(bytes, digest);
};

describe('an index read by ranges', () => {
  it.each([0, 1, 63, 64, 130, 5000, 20_000])('of %i objects answers as the whole one', (count) => {
    // Two packs share objects, so that which of them counts makes a difference.
    const { bytes, digest } = buildIndex([pack(0, count), pack(Math.floor(count / 2), count)]);
    const whole = new PackIndex(bytes, digest);
    const ranged = new RangedIndex(rangesOf(bytes), bytes.length, digest);
    expect({ packs: ranged.packs, size: ranged.size, range: ranged.range }).toEqual({
      packs: whole.packs,
      size: whole.size,
      range: whole.range,
    });
    for (let i = 0; i < count * 1.5 + 200; i++) {
      const asked = digestOf(i);
      expect(ranged.find(asked)).toEqual(whole.find(asked));
      const second = (number: number): boolean => number === 1;
      expect(ranged.find(asked, second)).toEqual(whole.find(asked, second));
    }
    expect([...ranged.entries()]).toEqual([...whole.entries()]);
    for (const range of [
      { lo: 0, hi: 0xffff },
      { lo: 0x1234, hi: 0x5678 },
      { lo: 0x8000, hi: 0x8000 },
    ])
      expect(ranged.within(range).equals(whole.within(range))).toBe(true);
  });

  it('reads its head and the bucket it needs, and no more', () => {
    const { bytes, digest } = buildIndex([pack(0, 50_000)]);
    let read = 0;
    const counting = (start: number, end: number): Buffer => {
      read += end - start;
      return bytes.subarray(start, end);
    };
    const ranged = new RangedIndex(counting, bytes.length, digest);
    const head = read;
    expect(head).toBeLessThan(bytes.length / 50);
    expect(ranged.find(digestOf(7))).toBeDefined();
    expect(read - head).toBeLessThan(200 * 48);
    const once = read;
    ranged.find(digestOf(7));
    expect(read).toBe(once);
  });

  it('covers its part of the digests after a split', () => {
    const whole = indexOf([pack(0, 3000), pack(2000, 3000)]);
    const parts = [...mergeAll([whole], 1000)];
    expect(parts).toHaveLength(8);
    const ranged = parts.map(({ bytes, digest }) => new RangedIndex(rangesOf(bytes), bytes.length, digest));
    expect(ranged.map(({ range }) => [range.lo, range.hi])).toEqual(
      Array.from({ length: 8 }, (_, i) => [i * 0x2000, (i + 1) * 0x2000 - 1]),
    );
    for (let i = 0; i < 5500; i++) {
      const hits = ranged.flatMap((part) => part.find(digestOf(i)) ?? []);
      expect(hits).toEqual([whole.find(digestOf(i))].filter((hit) => hit !== undefined));
    }
  });

  it('is refused where it differs from what an index holds, and is right elsewhere', async () => {
    const { bytes, digest } = buildIndex([pack(0, 600)]);
    const whole = new PackIndex(bytes, digest);
    const asked = Array.from({ length: 600 }, (_, i) => digestOf(i));
    const right = asked.map((each) => JSON.stringify(whole.find(each)));
    for (let at = 0; at < bytes.length; at += 61) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 0x41;
      const answers: unknown[] = [];
      const failures = await failuresOf(() => {
        const ranged = new RangedIndex(rangesOf(changed), changed.length, digest);
        for (const each of asked) answers.push(ranged.find(each));
      });
      // What it said before it was found out is what the whole one says, except of the changed entry itself.
      const wrong = answers.filter((hit, i) => JSON.stringify(hit) !== right[i]);
      if (failures.length > 0) expect(failures[0]).toMatch(/^integrity: index /);
      if (at >= bytes.length - 48 * whole.size) expect(wrong.length).toBeLessThanOrEqual(1);
    }
    const cut = bytes.subarray(0, bytes.length - 1);
    expect(await failuresOf(() => new RangedIndex(rangesOf(cut), cut.length, digest))).toHaveLength(1);
  });
});

describe('packs with an index above the limit', () => {
  const dir = mkdtempSync(join(tmpdir(), 'mlops-test-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('are found and read without it in memory', () => {
    const file = new PackFile(join(dir, 'made.tmp'), 'bytes');
    for (let i = 0; i < 1000; i++) file.add(digestOf(i), object(i));
    new Packs(dir).land([file.finishSync()]);
    const packs = new Packs(dir, 1);
    expect(packs.indexes()[0]).toBeInstanceOf(RangedIndex);
    for (let i = 0; i < 1000; i++) expect(packs.read(packs.find(digestOf(i))!)).toEqual(object(i));
    expect(packs.missing([digestOf(5), digestOf(1000)])).toEqual([digestOf(1000)]);
  });
});
