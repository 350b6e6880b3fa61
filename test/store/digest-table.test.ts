import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Digest } from '../../src/core/ids.ts';
import { DigestTable } from '../../src/store/digest-table.ts';

it('is a map of digests, also of such that begin alike', () => {
  const digest = fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 50 }))
    .map(([head, tail]) => `${String(head).repeat(56)}${String(tail).padStart(8, '0')}` as Digest);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(digest, fc.integer({ min: 1, max: 2 ** 32 - 1 })), { maxLength: 300 }),
      (pairs) => {
        const table = new DigestTable();
        const map = new Map<Digest, number>();
        for (const [key, value] of pairs) {
          table.setHex(key, value);
          map.set(key, value);
        }
        expect(table.size).toBe(map.size);
        expect(new Map(table.entries())).toEqual(map);
        for (const [key, value] of map) expect(table.get(Buffer.from(`00${key}`, 'hex'), 1)).toBe(value);
        expect(table.getHex('f'.repeat(64) as Digest)).toBe(0);
      },
    ),
  );
});

it('grows', () => {
  const table = new DigestTable();
  const key = (i: number): Digest => i.toString(16).padStart(8, '0').padEnd(64, 'a') as Digest;
  for (let i = 0; i < 10_000; i++) table.setHex(key(i), i + 1);
  expect(table.size).toBe(10_000);
  for (let i = 0; i < 10_000; i++) expect(table.getHex(key(i))).toBe(i + 1);
});
