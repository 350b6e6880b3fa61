// Ten thousand of each kind of file, as damage and malice make them. A reader gives back exactly what a writer could have
// written, or says in words that it is not that; it never gives back anything else, crashes, or fills memory.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MlopsError } from '../../src/core/failure.ts';
import type { Digest, StageKey } from '../../src/core/ids.ts';
import { readLock } from '../../src/lockfile/read.ts';
import { writeLock } from '../../src/lockfile/write.ts';
import { claimWork, openWork } from '../../src/run/claims.ts';
import { FileColumns } from '../../src/store/file-columns.ts';
import {
  type BuiltPack,
  PackBuilder,
  type PackKind,
  packEntries,
  rangesOf,
  readPackTable,
} from '../../src/store/pack.ts';
import { buildIndex, PackIndex, writeIndex } from '../../src/store/pack-index.ts';
import { decodeRun, encodeRun } from '../../src/store/runs.ts';
import { encodeTable, StatTable } from '../../src/store/stat-table.ts';
import { type AnyEntry, decodeNode, encodeNode } from '../../src/store/tree.ts';
import { claimFiles } from '../../src/util/claim-file.ts';
import { byUtf8 } from '../../src/util/compare.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { thisProcess } from '../../src/util/process.ts';
import { temporaryFolder } from '../child.ts';
import { runEntry } from '../remote/rig.ts';
import { type Chance, chance, LONG, SEED } from './chance.ts';
import { readIndex, readNode, readPack } from './formats.ts';

const TRIES = LONG ? 200_000 : 10_000;

describe(`fuzzed, seed ${SEED}`, () => {
  it('trees', () => {
    const luck = chance('trees');
    const samples = Array.from({ length: 40 }, () => encodeNode(anyNode(luck)));
    tryAll(
      'trees',
      (i) => (i % 4 === 0 ? hostileNode(luck) : spoilt(luck, samples)),
      (bytes) => {
        const node = refusing(['integrity'], () => decodeNode(bytes, digestBytes(bytes)));
        if (!node) return false;
        expect(encodeNode(node).equals(bytes)).toBe(true);
        expect(readNode(bytes).items.map((item) => item.name)).toEqual(
          node.entries.map((entry) => entry.name),
        );
        return true;
      },
    );
  });

  it('packs', () => {
    const luck = chance('packs');
    const samples = Array.from({ length: 20 }, () => anyPack(luck).file);
    tryAll(
      'packs',
      () => spoilt(luck, samples),
      (bytes) => {
        const table = refusing(['integrity'], () =>
          readPackTable(rangesOf(bytes), bytes.length, digestBytes(bytes)),
        );
        if (!table) return false;
        // The objects are proved when they are read; a second reader proves them at once.
        const objects = [...packEntries(table)].map((entry) =>
          bytes.subarray(entry.offset, entry.offset + entry.stored),
        );
        const whole = [...packEntries(table)].every((entry, i) => digestBytes(objects[i]!) === entry.digest);
        if (!whole) return false;
        expect(readPack(bytes).objects.map((object) => object.bytes)).toEqual(objects);
        expect(packOf(table.kind, objects).file.equals(bytes)).toBe(true);
        return true;
      },
    );
  });

  it('indexes', () => {
    const luck = chance('indexes');
    const samples = Array.from(
      { length: 20 },
      () => buildIndex(Array.from({ length: luck.below(4) }, () => anyPack(luck))).bytes,
    );
    tryAll(
      'indexes',
      () => spoilt(luck, samples),
      (bytes) => {
        // What is stored under a name that it does not have is no index; only then is anything in it looked at.
        expect(() => new PackIndex(bytes, '0'.repeat(64) as Digest)).toThrow(MlopsError);
        const index = refusing(['integrity'], () => new PackIndex(bytes, digestBytes(bytes)));
        if (!index) return false;
        expect(
          writeIndex(index.packs, bytes.subarray(bytes.length - 48 * index.size), index.range).bytes.equals(
            bytes,
          ),
        ).toBe(true);
        const second = readIndex(bytes);
        expect([...index.entries()].map(({ digest, offset }) => [digest, offset])).toEqual(
          second.entries.map(({ digest, offset }) => [digest, offset]),
        );
        for (const { digest } of second.entries) expect(index.find(digest as Digest)).toBeDefined();
        expect(index.find('ab'.repeat(32) as Digest)).toBeUndefined();
        return true;
      },
    );
  });

  it('locks', () => {
    const luck = chance('locks');
    const samples = ['root', 'features'].map((name) =>
      readFileSync(resolve(import.meta.dirname, `../lockfile/${name}.golden.lock`)),
    );
    tryAll(
      'locks',
      (i) => (i % 4 === 0 ? hostileLock(luck, samples) : spoilt(luck, samples)),
      (bytes) => {
        const read = refusing(['config'], () => readLock(bytes.toString()));
        if (!read) return false;
        const again = writeLock(read.lock);
        expect(readLock(again)).toEqual({ lock: read.lock, warnings: [] });
        return read.lock.stages.size + read.lock.data.size > 0;
      },
    );
  });

  it('run entries', () => {
    const luck = chance('runs');
    const entry = runEntry({ 'out.txt': { file: 'ab'.repeat(32) as Digest, bytes: 7 } }, 1);
    tryAll(
      'run entries',
      () => spoilt(luck, [Buffer.from(encodeRun(entry))]),
      (bytes) => {
        const read = decodeRun(bytes.toString(), entry.key as StageKey);
        if (typeof read === 'string') return false;
        expect(read.in).toEqual(entry.in);
        return true;
      },
    );
  });

  it('claims', async () => {
    const luck = chance('claims');
    const { path, remove } = temporaryFolder();
    const work = openWork(path);
    const dead = { ...thisProcess(), pid: 2 ** 22 + 1, started: '1' };
    const left = await claimWork(openWork(path), {
      name: 'stage:train',
      what: 'stage train',
      writes: ['out'],
    });
    const [file] = claimFiles(work).filter((name) => name.startsWith('stage'));
    const place = join(work.dir, file!);
    const whole = JSON.parse(readFileSync(place, 'utf8'));
    left.release();
    const samples = [whole, { ...whole, ...dead }].map((each) => Buffer.from(JSON.stringify(each)));
    let taken = 0;
    for (let i = 0; i < TRIES / 20; i++) {
      const bytes = i % 2 === 0 ? spoilt(luck, samples) : anotherValue(luck, samples);
      writeFileSync(place, bytes);
      const wish = { name: 'stage:train', what: 'stage train', reads: ['in'], writes: ['out'] };
      try {
        (await claimWork(openWork(path), wish, { waitMs: 0 })).release();
        taken++;
      } catch (error) {
        if (!(error instanceof MlopsError)) throw new Error(`claim ${bytes}`, { cause: error });
        expect(error.failures.map(({ exit }) => exit)).toEqual(['busy']);
      }
      rmSync(place, { force: true });
    }
    console.log(`claims: ${TRIES / 20} tried, ${taken} gone round`);
    expect(taken).toBeGreaterThan(0);
    remove();
  });

  it('stat caches', () => {
    const luck = chance('stat');
    const stat = { bytes: 7, mtime: 1n, ctime: 2n, inode: 3n, exec: false };
    const samples = [0, 1, 5].map((n) => {
      const files = new FileColumns();
      for (let i = 0; i < n; i++) files.add(`dir/${i}.txt`, stat, digestBytes(`${i}`));
      return encodeTable(files, [...files.paths.keys()], 'note');
    });
    tryAll(
      'stat caches',
      () => spoilt(luck, samples),
      (bytes) => {
        const table = new StatTable(bytes);
        const valid = samples.some((each) => each.equals(bytes));
        // It only saves time: damage makes it an empty one.
        if (!valid) expect(table.size).toBe(0);
        return valid && table.find('dir/0.txt', stat) === digestBytes('0');
      },
    );
  });
});

/** `attempt` says whether the reader took it: none at all would mean that nothing valid is among them. */
function tryAll(what: string, make: (i: number) => Buffer, attempt: (bytes: Buffer) => boolean): void {
  let taken = 0;
  for (let i = 0; i < TRIES; i++) {
    const bytes = make(i);
    try {
      if (attempt(bytes)) taken++;
    } catch (error) {
      throw new Error(`${what} ${i} of seed ${SEED}: ${bytes.subarray(0, 4096).toString('base64')}`, {
        cause: error,
      });
    }
  }
  console.log(`${what}: ${TRIES} tried, ${taken} taken as what they are`);
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(TRIES);
}

/** What `read` gives, or undefined when it refuses as it should. */
function refusing<T>(exits: readonly string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    for (const { exit, message, help } of error.failures) {
      expect(exits).toContain(exit);
      expect(message.length).toBeLessThan(2000);
      expect(help).toBeTruthy();
    }
    return undefined;
  }
}

/** A valid one with one to three things wrong, or now and then nothing. */
function spoilt(luck: Chance, samples: readonly Buffer[]): Buffer {
  let bytes = luck.pick(samples);
  for (let i = luck.below(4); i > 0; i--) bytes = luck.pick(DAMAGE)(Buffer.from(bytes), luck, samples);
  return bytes;
}

const NUMBERS = [0, 1, 2, 0x7f, 0xff, 0x100, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

const DAMAGE: readonly ((bytes: Buffer, luck: Chance, samples: readonly Buffer[]) => Buffer)[] = [
  (bytes, luck) => {
    if (bytes.length > 0) bytes[luck.below(bytes.length)]! ^= 1 << luck.below(8);
    return bytes;
  },
  (bytes, luck) => {
    if (bytes.length > 0)
      bytes[luck.below(bytes.length)] = luck.pick([0, 1, 0x0a, 0x22, 0x2f, 0x7b, 0x80, 0xff]);
    return bytes;
  },
  (bytes, luck) => {
    if (bytes.length >= 4) bytes.writeUInt32BE(luck.pick(NUMBERS), luck.below(bytes.length - 3));
    return bytes;
  },
  (bytes, luck) => bytes.subarray(0, luck.below(bytes.length + 1)),
  (bytes, luck) => Buffer.concat([bytes, luck.bytes(1 + luck.below(64))]),
  (bytes, luck) => {
    const [from, to] = [luck.below(bytes.length + 1), luck.below(bytes.length + 1)].sort((a, b) => a - b) as [
      number,
      number,
    ];
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, luck) => {
    const [from, to] = [luck.below(bytes.length + 1), luck.below(bytes.length + 1)].sort((a, b) => a - b) as [
      number,
      number,
    ];
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  (bytes, luck, samples) => {
    const other = luck.pick(samples);
    return Buffer.concat([
      bytes.subarray(0, luck.below(bytes.length + 1)),
      other.subarray(luck.below(other.length + 1)),
    ]);
  },
];

function anyNode(luck: Chance): { level: number; entries: AnyEntry[] } {
  const level = luck.pick([0, 0, 0, 1, 2]);
  const names = [
    ...new Set(
      Array.from({ length: luck.below(12) }, () => luck.pick(NAMES) + luck.pick(['', 'x', '.txt', '7'])),
    ),
  ];
  const entries = names.sort(byUtf8).map((name): AnyEntry => {
    const sums = { digest: digestBytes(luck.bytes(4)), bytes: luck.below(1e9), files: luck.below(1000) };
    if (level > 0) return { kind: 'part', name, ...sums };
    return luck.pick<AnyEntry>([
      { kind: 'file', name, exec: luck.next() < 0.5, digest: sums.digest, bytes: sums.bytes },
      { kind: 'link', name, target: luck.pick(['a', '../b', 'é']) },
      { kind: 'directory', name, ...sums },
    ]);
  });
  return { level, entries };
}

const NAMES = ['a', 'b', 'data', 'é', '日本', '\u{1f600}', 'Z', '-', ' ', 'x'.repeat(200)];

/** Nodes of the right form whose every field is what it should not be. */
function hostileNode(luck: Chance): Buffer {
  const names = [
    '.git',
    '.GIT',
    'git~1',
    '..',
    '.',
    '',
    'a/b',
    'a\0b',
    '.git\u200c',
    'x'.repeat(256),
    'ok',
    'z',
  ];
  const entries = Array.from({ length: luck.below(5) }, () => {
    const name = luck.next() < 0.1 ? luck.bytes(3) : Buffer.from(luck.pick(names));
    const length = luck.next() < 0.1 ? luck.pick(NUMBERS) & 0xffff : name.length;
    const rest = luck.bytes(luck.pick([0, 2, 40, 48]));
    return Buffer.concat([
      Buffer.from([luck.below(8), luck.next() < 0.1 ? 1 : 0, length >> 8, length & 0xff]),
      name,
      rest,
    ]);
  });
  const head = Buffer.alloc(16);
  head.write('MLTREE1\n');
  head[8] = luck.pick([0, 0, 1, 2, 4, 255]);
  head.writeUInt32BE(luck.next() < 0.2 ? luck.pick(NUMBERS) : entries.length, 12);
  return Buffer.concat([head, ...entries]);
}

function anyPack(luck: Chance): BuiltPack & { readonly file: Buffer } {
  return packOf(
    luck.pick<PackKind>(['bytes', 'trees']),
    Array.from({ length: luck.below(40) }, () => luck.bytes(luck.below(30))),
  );
}

function packOf(kind: PackKind, objects: readonly Buffer[]): BuiltPack & { readonly file: Buffer } {
  const pieces: Buffer[] = [];
  const builder = new PackBuilder(kind, (bytes) => pieces.push(Buffer.from(bytes)));
  for (const bytes of objects) builder.add(digestBytes(bytes), bytes);
  return { ...builder.finish(), file: Buffer.concat(pieces) };
}

/** JSON whose form is right and one of whose values is not. */
function anotherValue(luck: Chance, samples: readonly Buffer[]): Buffer {
  const value = JSON.parse(luck.pick(samples).toString());
  value[luck.pick(Object.keys(value))] = JSON.parse(luck.pick(['null', '[]', '{}', '1', '""', '[null]']));
  return Buffer.from(JSON.stringify(luck.pick([value, value, value, null, [], 1])));
}

/** JSON of a lock's shape with values that do not belong there, and the marks of a merge. */
function hostileLock(luck: Chance, samples: readonly Buffer[]): Buffer {
  const text = luck.pick(samples).toString();
  const lines = text.split('\n');
  const value = (): string => luck.pick(VALUES);
  const changes: readonly (() => string)[] = [
    () => text.replace(/: (\d+|"[^"]*")/g, (found) => (luck.next() < 0.05 ? `: ${value()}` : found)),
    () =>
      text.replace(/"([^"]+)":/g, (found) =>
        luck.next() < 0.05 ? `${value().startsWith('"') ? value() : '"__proto__"'}:` : found,
      ),
    () => lines.filter(() => luck.next() > 0.05).join('\n'),
    () => {
      const at = luck.below(lines.length);
      const to = at + luck.below(lines.length - at);
      return [
        ...lines.slice(0, at),
        '<<<<<<< ours',
        ...lines.slice(at, to),
        '=======',
        ...lines.slice(at + 1, to),
        '>>>>>>> theirs',
        ...lines.slice(to),
      ].join('\n');
    },
    () => `{"version": 1, "data": ${value()}, "stages": ${value()}}`,
    () =>
      `{"version": ${value()}, "stages": {"a": {"in": ${value()}, "key": ${value()}, "outs": {"o": ${value()}}}}}`,
  ];
  return Buffer.from(luck.pick(changes)());
}

const VALUES = [
  'null',
  '{}',
  '[]',
  '-1',
  '1e999',
  '0.1',
  '12345678901234567890',
  '""',
  '"\\ud800"',
  '"../../etc/passwd"',
  '".git/hooks/x"',
  '"constructor"',
  '"__proto__"',
  '{"__proto__": 1}',
  'true',
  `${'['.repeat(2000)}${']'.repeat(2000)}`,
  `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`,
  `"${'x'.repeat(5000)}"`,
];
