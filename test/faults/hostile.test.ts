// A remote and a repository made by somebody who means harm, with a writer of their own. Whatever they write, a pull makes
// no file outside what it was asked for and none with other bytes than its name says, and says what it refused.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256 } from './formats.ts';
import { type Ended, openGround, type Place } from './ground.ts';
import { type Workspace, workspaceOf } from './keeping.ts';

const ground = openGround('few');
afterAll(() => ground.remove());

/** Damage is asked for again, in case it happened on the way. */
const HURRY = { fault: { hurry: true } } as const;
const GOOD = Buffer.from('good bytes\n');
const EVIL = Buffer.from('evil bytes\n');

interface Item {
  readonly kind: 1 | 2 | 3 | 4 | 5;
  readonly name: string | Buffer;
  readonly of?: Buffer;
  readonly target?: string;
  readonly bytes?: number;
  readonly files?: number;
}

function node(items: readonly Item[], level = 0, count = items.length): Buffer {
  const head = Buffer.alloc(16);
  head.write('MLTREE1\n');
  head[8] = level;
  head.writeUInt32BE(count, 12);
  return Buffer.concat([head, ...items.map(entry)]);
}

function entry({ kind, name, of = GOOD, target = '', bytes = of.length, files = 1 }: Item): Buffer {
  const raw = Buffer.from(name as string);
  const head = Buffer.from([kind, 0, raw.length >> 8, raw.length & 255]);
  if (kind === 3)
    return Buffer.concat([
      head,
      raw,
      Buffer.from([target.length >> 8, target.length & 255]),
      Buffer.from(target),
    ]);
  const sums = Buffer.alloc(kind > 3 ? 16 : 8);
  sums.writeBigUInt64BE(BigInt(bytes));
  if (kind > 3) sums.writeBigUInt64BE(BigInt(files), 8);
  return Buffer.concat([head, raw, Buffer.from(sha256(of), 'hex'), sums]);
}

interface Said {
  /** What the table says that the object is. */
  readonly digest: string;
  readonly bytes: Buffer;
}

function pack(kind: 1 | 2, objects: readonly Said[]): Buffer {
  const head = Buffer.alloc(16);
  head.write('MLPACK1\n');
  head[8] = kind;
  const rows = objects.map(({ digest, bytes }) => {
    const row = Buffer.alloc(44);
    row.write(digest, 'hex');
    row.writeUInt32BE(bytes.length, 32);
    row.writeUInt32BE(bytes.length, 36);
    return row;
  });
  const foot = Buffer.alloc(16);
  foot.writeUInt32BE(objects.length);
  foot.write('MLPEND1\n', 8);
  return Buffer.concat([head, ...objects.map(({ bytes }) => bytes), ...rows, foot]);
}

interface Lie {
  readonly offset?: number;
  readonly stored?: number;
  readonly packBytes?: number;
  readonly codec?: number;
}

/** An index over one pack; `lie` is told of its first object. */
function index(kind: 1 | 2, of: Buffer, objects: readonly Said[], lie: Lie = {}): Buffer {
  const fan = Math.max(0, Math.floor(Math.log2(Math.max(objects.length, 1))) - 6);
  const head = Buffer.alloc(32);
  head.write('MLINDX1\n');
  head[8] = fan;
  head.writeUInt32BE(1, 12);
  head.writeBigUInt64BE(BigInt(objects.length), 16);
  head.writeUInt16BE(0xffff, 26);
  const packed = Buffer.alloc(48);
  packed.write(sha256(of), 'hex');
  packed.writeBigUInt64BE(BigInt(lie.packBytes ?? of.length), 32);
  packed.writeUInt32BE(objects.length, 40);
  packed[44] = kind;
  let at = 16;
  const rows = objects.map(({ digest, bytes }, i) => {
    const row = Buffer.alloc(48);
    row.write(digest, 'hex');
    row.writeUInt32BE((i === 0 ? lie.offset : undefined) ?? at, 32);
    const stored = (i === 0 ? lie.stored : undefined) ?? bytes.length;
    row.writeUInt32BE(stored, 36);
    row.writeUInt32BE(stored, 40);
    row[44] = lie.codec ?? 0;
    at += bytes.length;
    return row;
  });
  const count = Buffer.alloc(4);
  count.writeUInt32BE(objects.length);
  return Buffer.concat([head, packed, count, ...rows.sort(Buffer.compare)]);
}

/** A clone whose lock wants `data/raw` to be that tree, of a remote that holds nothing but what `remote` puts there. */
async function clone(root: Buffer, sums: { bytes: number; files: number }): Promise<Place> {
  const place = await ground.take('cloned');
  for (const folder of ['objects', 'packs', 'index', 'runs'])
    rmSync(join(place.remote, folder), { recursive: true, force: true });
  place.write({
    'pipeline.yaml': 'data:\n  data/raw: {}\n',
    'pipeline.lock': JSON.stringify({ data: { 'data/raw': { ...sums, tree: sha256(root) } }, version: 1 }),
  });
  for (const bytes of [GOOD, root])
    put(place, `objects/${sha256(bytes).slice(0, 2)}/${sha256(bytes).slice(2)}`, bytes);
  return place;
}

function put(place: Place, name: string, bytes: Buffer): void {
  mkdirSync(dirname(join(place.remote, name)), { recursive: true });
  writeFileSync(join(place.remote, name), bytes);
}

/** Nothing but the command's own edits is new, and nothing lies outside. */
function nothingWritten(before: Workspace, place: Place): string[] {
  const now = workspaceOf(place);
  const changed = [...now]
    .filter(([path, what]) => before.get(path) !== what && what !== 'folder')
    .map(([path]) => path);
  const outside = readdirSync(place.dir).filter((name) => !['repo', 'remote'].includes(name));
  return [...changed, ...outside, ...(existsSync(join(place.repo, '.git/hooks/evil')) ? ['a hook'] : [])];
}

function refused({ exit, said }: Ended, exits: readonly number[] = [8]): void {
  expect(exits, said).toContain(exit);
  expect(said).toMatch(/^error: /m);
  expect(said).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
}

const one = { bytes: GOOD.length, files: 1 };

type Hostile = [what: string, root: Buffer, sums?: { bytes: number; files: number }];

// biome-ignore format: a line for each
const TREES: Hostile[] = [
  ...['..', '.', '', 'a/b', '/etc/cron.d/x', 'a\0b', '.git', '.GIT', '.Git', 'git~1', 'GIT~1', '.git ', '.git.', '.git::$INDEX_ALLOCATION', '.g\u200cit', 'x'.repeat(256)].map(
    (name): Hostile => [`a file named ${JSON.stringify(name.slice(0, 30))}`, node([{ kind: 1, name }])],
  ),
  ['a name that is not UTF-8', node([{ kind: 1, name: Buffer.from([0xff, 0xfe]) }])],
  ...['/etc/passwd', '../outside', '../../outside', 'sub/../../..', '..', 'C:\\x', '\\\\server\\x'].map(
    (target): Hostile => [`a link to ${target}`, node([{ kind: 3, name: 'link', target }]), { bytes: 0, files: 1 }],
  ),
  ['two files of one name', node([{ kind: 1, name: 'a' }, { kind: 1, name: 'a' }]), { bytes: 2 * GOOD.length, files: 2 }],
  ['names out of order', node([{ kind: 1, name: 'b' }, { kind: 1, name: 'a' }]), { bytes: 2 * GOOD.length, files: 2 }],
  ['more entries than it has', node([{ kind: 1, name: 'a' }], 0, 2)],
  ['4 billion entries', node([{ kind: 1, name: 'a' }], 0, 0xffffffff)],
  ['a part at level 0', node([{ kind: 5, name: 'a', of: node([]) }])],
  ['a level without end', node([{ kind: 5, name: 'a', of: node([{ kind: 1, name: 'a' }]) }], 255)],
  ['a file that says it is smaller than it is', node([{ kind: 1, name: 'a', bytes: 3 }]), { bytes: 3, files: 1 }],
  ['a file that says it is larger than it is', node([{ kind: 1, name: 'a', bytes: 3e9 }]), { bytes: 3e9, files: 1 }],
  ['a folder of other sums than its parent says', node([{ kind: 4, name: 'd', of: node([]), bytes: 7, files: 1 }]), { bytes: 7, files: 1 }],
  ['bytes after its end', Buffer.concat([node([{ kind: 1, name: 'a' }]), Buffer.from('x')])],
  ['no tree at all', Buffer.from('#!/bin/sh\n')],
];

describe('a tree with', () => {
  it.each(TREES)('%s is refused, and nothing of it is written', async (_, root, sums = one) => {
    const place = await clone(root, sums);
    const before = workspaceOf(place);
    refused(await place.mlops(['pull'], HURRY), [5, 6, 8]);
    expect(nothingWritten(before, place)).toEqual([]);
    place.remove();
  });

  it('folders that hold themselves many times over does not fill memory or disk', async () => {
    let root = node([{ kind: 1, name: 'a' }]);
    let [bytes, files] = [GOOD.length, 1];
    const nodes = [root];
    for (let depth = 0; depth < 20; depth++) {
      const items = Array.from(
        { length: 10 },
        (__, i): Item => ({ kind: 4, name: `d${i}`, of: root, bytes, files }),
      );
      root = node(items);
      [bytes, files] = [
        Math.min(bytes * 10, Number.MAX_SAFE_INTEGER),
        Math.min(files * 10, Number.MAX_SAFE_INTEGER),
      ];
      nodes.push(root);
    }
    const place = await clone(root, { bytes, files });
    for (const each of nodes)
      put(place, `objects/${sha256(each).slice(0, 2)}/${sha256(each).slice(2)}`, each);
    const before = workspaceOf(place);
    refused(await place.mlops(['pull'], HURRY));
    expect(nothingWritten(before, place)).toEqual([]);
  });
});

describe('a path in pipeline.yaml and lock', () => {
  it.each([
    '../outside',
    '/tmp/outside',
    'data/../../outside',
    '.git/hooks/evil',
    '.GIT/hooks/evil',
    '.mlops/config.yaml',
    '.github/workflows/x.yml',
    '.gitmodules',
    'C:/x',
    'a\\b',
    'notes.txt',
    '.',
    '',
  ])('"%s" is refused, and nothing of it is written', async (path) => {
    const place = await clone(node([]), one);
    place.write({
      'pipeline.yaml': JSON.stringify({ data: { [path]: {} } }),
      'pipeline.lock': JSON.stringify({
        data: { [path]: { bytes: GOOD.length, file: sha256(GOOD) } },
        version: 1,
      }),
    });
    const before = workspaceOf(place);
    for (const command of [['pull'], ['pull', '--force'], ['checkout', '--force']])
      refused(await place.mlops(command, HURRY), [4, 7]);
    expect(nothingWritten(before, place)).toEqual([]);
    place.remove();
  });
});

describe('a pack on a remote', () => {
  const evil: Said = { digest: sha256(GOOD), bytes: EVIL };
  const good: Said = { digest: sha256(GOOD), bytes: GOOD };
  const other: Said = { digest: sha256(EVIL), bytes: EVIL };
  const cases: readonly (readonly [string, Buffer, (of: Buffer) => Buffer])[] = [
    ['holds other bytes than it says', pack(1, [evil]), (of) => index(1, of, [evil])],
    [
      'is indexed at the place of another object',
      pack(1, [other, good]),
      (of) => index(1, of, [good], { offset: 16 }),
    ],
    ['is indexed beyond its end', pack(1, [good]), (of) => index(1, of, [good], { offset: 0xfffffff0 })],
    [
      'is indexed with an object of 4 GB',
      pack(1, [good]),
      (of) => index(1, of, [good], { stored: 0xffffffff }),
    ],
    ['is indexed with another size', pack(1, [good]), (of) => index(1, of, [good], { packBytes: 1 })],
    ['is compressed by a codec from the future', pack(1, [good]), (of) => index(1, of, [good], { codec: 7 })],
    ['is no pack', EVIL, (of) => index(1, of, [good])],
    ['is not there', EVIL, () => index(1, pack(1, [good]), [good])],
    ['has an index that is no index', pack(1, [good]), () => EVIL],
  ];

  it.each(cases)('that %s makes no file of its bytes', async (_, of, indexOf) => {
    const root = node([{ kind: 1, name: 'a' }]);
    const place = await clone(root, one);
    rmSync(join(place.remote, `objects/${sha256(GOOD).slice(0, 2)}`), { recursive: true });
    put(place, `packs/${sha256(of).slice(0, 2)}/${sha256(of)}.pack`, of);
    put(place, `index/${sha256(indexOf(of))}.idx`, indexOf(of));
    const before = workspaceOf(place);
    refused(await place.mlops(['pull'], HURRY), [5, 6, 8]);
    expect(nothingWritten(before, place)).toEqual([]);
    // The right bytes beside it are found all the same.
    put(place, `objects/${sha256(GOOD).slice(0, 2)}/${sha256(GOOD).slice(2)}`, GOOD);
    expect(await place.mlops(['pull'], HURRY)).toMatchObject({ exit: 0 });
    expect(place.read('data/raw/a')).toBe(GOOD.toString());
    place.remove();
  });
});

describe('a file system that takes two names for one', () => {
  it.each([
    ['letters', 'Data.csv', 'data.csv'],
    ['accents', 'caf\u00e9', 'cafe\u0301'],
    ['both', 'CAF\u00c9', 'cafe\u0301'],
  ])('differing in %s gets neither', async (_, first, second) => {
    const names = [first, second].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const place = await clone(node(names.map((name) => ({ kind: 1, name }))), {
      bytes: 2 * GOOD.length,
      files: 2,
    });
    // How the program finds out: the folder of stat caches answers to this name too.
    mkdirSync(join(place.repo, '.git/mlops/STAT'), { recursive: true });
    const before = workspaceOf(place);
    const ended = await place.mlops(['pull'], HURRY);
    refused(ended, [7]);
    expect(ended.said).toContain('one name on this file system');
    expect(nothingWritten(before, place)).toEqual([]);
  });
});
