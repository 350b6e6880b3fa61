// The pure parts of transfers: what is read in one request, what travels in which pack, how folders are listed.
import { describe, expect, it } from 'vitest';
import type { Digest } from '../../src/core/ids.ts';
import { coalesce } from '../../src/remote/coalesce.ts';
import { listSpread } from '../../src/remote/list-spread.ts';
import { planSend } from '../../src/remote/pack-plan.ts';
import { isWhole, planReads } from '../../src/remote/pack-reads.ts';
import type { Entry, Remote } from '../../src/remote/remote.ts';
import { scaled } from '../../src/remote/scaled.ts';
import type { IndexedPack } from '../../src/store/index-head.ts';
import { packBytes } from '../../src/store/pack.ts';
import { byUtf8 } from '../../src/util/compare.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { folderRemote } from './rig.ts';

const span = (start: number, end: number) => ({ start, end });

describe('coalesce', () => {
  const limits = { gap: 10, most: 100 };
  it('joins what lies close together, overlaps or repeats, up to a length', () => {
    const spans = [
      span(0, 5),
      span(3, 20),
      span(30, 40),
      span(51, 60),
      span(51, 60),
      span(70, 130),
      span(131, 133),
    ];
    expect(coalesce(spans, limits).map(({ start, end, parts }) => [start, end, parts.length])).toEqual([
      [0, 40, 3],
      [51, 133, 4],
    ]);
  });

  it('takes one long span as it is', () => {
    expect(coalesce([span(0, 500), span(500, 501)], limits).map(({ start, end }) => [start, end])).toEqual([
      [0, 500],
      [500, 501],
    ]);
  });

  it('covers every span, and no byte farther than the gap from one', () => {
    let seed = 7;
    const random = (most: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % most;
    };
    for (let round = 0; round < 200; round++) {
      let at = 0;
      const spans = Array.from({ length: random(40) }, () => {
        at += random(30);
        return span(at, at + random(20));
      });
      const joined = coalesce(spans, limits);
      expect(joined.flatMap(({ parts }) => parts)).toEqual(spans);
      for (const { start, end, parts } of joined) {
        expect(start).toBe(parts[0]!.start);
        expect(end).toBe(Math.max(...parts.map((part) => part.end)));
        expect(end - start).toBeLessThanOrEqual(limits.most);
      }
    }
  });
});

describe('planReads', () => {
  const pack = (bytes: number, objects = 100): IndexedPack => ({
    digest: digestBytes(`pack of ${bytes}`),
    bytes,
    objects,
    kind: 'bytes',
  });
  const wanted = (from: IndexedPack, offset: number, stored: number) =>
    [
      { digest: digestBytes(`${offset}`), path: 'p' },
      { pack: from, offset, stored },
    ] as const;

  it('reads a pack whole when more than half of it is wanted, whatever the order', () => {
    const one = pack(16 + 100 * 1000 + 100 * 44 + 16);
    const objects = Array.from({ length: 51 }, (_, i) => wanted(one, 16 + ((i * 1000 * 7) % 100_000), 1000));
    const [read, ...more] = planReads(objects);
    expect(more).toEqual([]);
    expect(isWhole(read!)).toBe(true);
    expect(read!.parts.map(({ start }) => start)).toEqual(
      read!.parts.map(({ start }) => start).sort((a, b) => a - b),
    );
    expect(isWhole(planReads(objects.slice(0, 49))[0]!)).toBe(false);
  });

  it('reads each pack by ranges otherwise, and never a giant one whole', () => {
    const near = pack(32 << 20);
    const far = pack(2 ** 32 - 1);
    const reads = planReads([
      wanted(near, 5_000_000, 10),
      wanted(near, 16, 100),
      wanted(near, 200, 100),
      wanted(far, 16, 2 ** 32 - 100),
    ]);
    expect(reads.map(({ pack: from, start, end }) => [from, start, end])).toEqual([
      [near, 16, 300],
      [near, 5_000_000, 5_000_010],
      [far, 16, 2 ** 32 - 84],
    ]);
  });
});

describe('planSend', () => {
  const refs = (sizes: readonly number[]) =>
    sizes.map((bytes, i) => ({ digest: digestBytes(`${i}`) as Digest, path: `${i}`, bytes }));

  it('packs small objects in their order, as full as they get, and leaves large ones alone', () => {
    const all = refs([300, 2 ** 20 + 1, 300, 300, 2 ** 20, 5]);
    const { loose, packs } = planSend(all, undefined, packBytes(2, 600));
    expect(loose.map(({ path }) => path)).toEqual(['1']);
    expect(packs.map((pack) => pack.map(({ path }) => path))).toEqual([['0', '2'], ['3'], ['4'], ['5']]);
  });

  it('of the rest, after a beginning that is there, makes the same packs', () => {
    const all = refs(Array.from({ length: 500 }, (_, i) => 1 + ((i * 7919) % 900)));
    const { packs } = planSend(all, undefined, 5000);
    for (let done = 0; done < packs.length - 1; done++) {
      const rest = all.slice(packs.slice(0, done).flat().length);
      expect(planSend(rest, undefined, 5000).packs).toEqual(packs.slice(done));
    }
  });

  it('makes no pack of one or two, unless they must not lie loose', () => {
    const two = refs([10, 20]);
    expect(planSend(two)).toEqual({ loose: two, packs: [] });
    expect(planSend(two, ({ path }) => path === '1')).toEqual({ loose: [two[0]], packs: [[two[1]]] });
  });
});

describe('listSpread', () => {
  const listing = (held: readonly string[]) => {
    const asked: string[] = [];
    const remote: Remote = {
      ...folderRemote(),
      async *list(prefix, after = ''): AsyncGenerator<Entry> {
        asked.push(prefix);
        for (const name of held)
          if (name.startsWith(prefix) && byUtf8(name, after) > 0) yield { name, bytes: 1 };
      },
    };
    return { remote, asked };
  };
  const names = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `packs/${digestBytes(`${i}`)}`).sort(byUtf8);

  it.each([0, 1, 999, 1000, 1001, 5000])('gives all of %i names once', async (count) => {
    const all = names(count);
    const { remote, asked } = listing(all);
    const found = (await listSpread(remote, 'packs/')).map(({ name }) => name);
    expect(found).toEqual(all);
    expect(asked.length).toBeLessThanOrEqual(17);
    if (count < 1000) expect(asked).toEqual(['packs/']);
  });
});

it('scaled tells exactly the part, however the whole arrives, and takes it back', () => {
  for (const [part, whole] of [
    [10, 1000],
    [999, 1000],
    [0, 10],
    [0, 0],
  ] as const) {
    let told = 0;
    const moved = scaled(
      (bytes) => {
        told += bytes;
      },
      part,
      whole,
    );
    for (let i = 0; i < whole; i += 7) moved(Math.min(7, whole - i));
    expect(told).toBe(part);
    moved(-whole);
    expect(told).toBe(0);
  }
});
