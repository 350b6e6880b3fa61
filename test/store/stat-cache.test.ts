import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Digest } from '../../src/core/ids.ts';
import { fileSystemClock } from '../../src/store/clock.ts';
import { FileColumns } from '../../src/store/file-columns.ts';
import type { FileStat } from '../../src/store/file-stat.ts';
import { StatCache } from '../../src/store/stat-cache.ts';
import { encodeTable, StatTable } from '../../src/store/stat-table.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { at, folder } from './rig.ts';

const digest = digestBytes('x');
const stat = (mtime: bigint, more: Partial<FileStat> = {}): FileStat => ({
  bytes: 5,
  mtime,
  ctime: mtime,
  inode: 7n,
  exec: false,
  ...more,
});

interface Row {
  readonly path: string;
  readonly stat: FileStat;
  readonly digest: Digest;
}

function tableOf(rows: readonly Row[]): Buffer {
  const files = new FileColumns();
  for (const row of rows) files.add(row.path, row.stat, row.digest);
  return encodeTable(files, [...rows.keys()]);
}

/** A file system whose times have steps of `granularity`, and a program that hashes while others write. */
function simulate(
  granularity: bigint,
  steps: readonly Step[],
  claimed = granularity,
): { missed: number; hits: number } {
  let time = 10n * granularity;
  const coarse = (): bigint => time - (time % granularity);
  const clock = { granularity: claimed, now: coarse };
  const cache = new StatCache(folder(), clock);
  let content = 0;
  let written = coarse();
  const outcome = { missed: 0, hits: 0 };
  const write = (): void => {
    content++; // the same size: only times tell
    written = coarse();
  };
  for (const step of steps) {
    time += BigInt(step.pause);
    if (step.kind === 'write') write();
    else if (step.kind === 'hash') {
      const from = clock.now();
      const [before, hashed] = [stat(written), digestBytes(`${content}`)];
      time += BigInt(step.takes);
      if (step.writeDuring) write();
      // Equal times before and after; on a coarse clock that proves nothing.
      if (before.mtime === written) cache.setFile(at('f'), before, hashed, from);
      time += BigInt(step.takes);
    } else {
      const known = cache.file(at('f'), stat(written));
      if (known) outcome.hits++;
      if (known && known !== digestBytes(`${content}`)) outcome.missed++;
    }
  }
  return outcome;
}

type Step =
  | { kind: 'write' | 'look'; pause: number }
  | { kind: 'hash'; pause: number; takes: number; writeDuring: boolean };

const pause = fc.nat(40);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('write' as const, 'look' as const), pause }),
  fc.record({ kind: fc.constant('hash' as const), pause, takes: pause, writeDuring: fc.boolean() }),
);

describe('stat cache', () => {
  it('never misses an edit, however coarse the clock of the file system', () => {
    let hits = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(1n, 7n, 20n, 100n),
        fc.array(step, { maxLength: 40 }),
        (granularity, steps) => {
          const outcome = simulate(granularity, steps);
          hits += outcome.hits;
          expect(outcome.missed).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
    expect(hits).toBeGreaterThan(0); // it does save work
  });

  it('would miss one if it believed the clock to be finer than it is', () => {
    const steps: Step[] = [
      { kind: 'write', pause: 110 },
      { kind: 'hash', pause: 30, takes: 1, writeDuring: false },
      { kind: 'write', pause: 10 },
      { kind: 'look', pause: 0 },
    ];
    expect(simulate(100n, steps, -1n).missed).toBe(1);
    expect(simulate(100n, steps).missed).toBe(0);
  });

  it('forgets a file whose size, times or inode moved', () => {
    const table = new StatTable(tableOf([{ path: 'a', stat: stat(5n), digest }]));
    expect(table.find('a', stat(5n))).toBe(digest);
    expect(table.find('a', stat(5n, { exec: true }))).toBe(digest);
    for (const moved of [{ bytes: 6 }, { mtime: 6n }, { ctime: 6n }, { inode: 8n }])
      expect(table.find('a', stat(5n, moved))).toBeUndefined();
    expect(table.find('b', stat(5n))).toBeUndefined();
  });

  it('keeps rows through its bytes, asked in any order', () => {
    const rows = fc.uniqueArray(
      fc.record({
        path: fc.string({ minLength: 1 }).filter((path) => !path.includes('\0')),
        stat: fc.record({
          bytes: fc.maxSafeNat(),
          mtime: fc.bigInt({ min: 0n, max: 2n ** 62n }),
          ctime: fc.bigInt({ min: 0n, max: 2n ** 62n }),
          inode: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
          exec: fc.constant(false),
        }),
        digest: fc.string().map((text) => digestBytes(text)),
      }),
      { selector: (row) => row.path },
    );
    fc.assert(
      fc.property(rows, (all) => {
        const table = new StatTable(tableOf(all));
        const read = table.all();
        expect(
          all.map((_, i) => ({ path: read.paths[i], stat: read.stat(i), digest: read.digest(i) })),
        ).toEqual(all);
        expect(read.length).toBe(all.length);
        const again = new FileColumns();
        for (const row of all) again.add(row.path, row.stat);
        expect(table.fill(again)).toEqual([]);
        expect(all.map((_, i) => again.digest(i))).toEqual(all.map((row) => row.digest));
        for (const row of [...all].reverse()) expect(table.find(row.path, row.stat)).toBe(row.digest);
      }),
    );
  });

  it('takes a damaged table for an empty one', () => {
    const good = tableOf([{ path: 'a', stat: stat(5n), digest }]);
    for (let i = 0; i < good.length; i++) {
      const flipped = Buffer.from(new Uint8Array(good).buffer);
      flipped[i]! ^= 1;
      expect(new StatTable(flipped).size).toBe(0);
    }
    expect(new StatTable(Buffer.alloc(0)).size).toBe(0);
  });

  it('writes all single files into one table, once', () => {
    const dir = folder();
    const clock = { granularity: 0n, now: () => 1000n };
    const cache = new StatCache(dir, clock);
    for (let i = 0; i < 100; i++) cache.setFile(at(`outs/${i}`), stat(5n), digest, 1000n);
    expect(readdirSync(dir)).toEqual([]);
    cache.flush();
    expect(readdirSync(dir)).toEqual(['files']);
    expect(new StatCache(dir, clock).file(at('outs/7'), stat(5n))).toBe(digest);
    writeFileSync(join(dir, 'files'), 'garbage');
    expect(new StatCache(dir, clock).file(at('outs/7'), stat(5n))).toBeUndefined();
  });

  it('reads the time from the file system, not from the program', () => {
    const dir = folder();
    const clock = fileSystemClock(dir);
    const before = clock.now();
    utimesSync(join(dir, '.clock'), 1, 1);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    expect(readFileSync(join(dir, '.clock'), 'utf8')).toBe('.');
  });
});
