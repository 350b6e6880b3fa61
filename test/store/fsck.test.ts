// A byte that is not what it was is found in every kind of file of a store, and repair saves everything else.
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Digest } from '../../src/core/ids.ts';
import { checkStore, type StoreCheck } from '../../src/store/fsck.ts';
import { repairStore } from '../../src/store/fsck-repair.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { folder } from './rig.ts';

const QUIET = new AbortController().signal;
const check = (dir: string): Promise<StoreCheck> => checkStore(openStore(dir), undefined, QUIET);

/** A store with loose objects, two packs and their indexes. */
async function filled(): Promise<{ store: Store; objects: Digest[] }> {
  const store = openStore(folder());
  const objects: Digest[] = [];
  for (const name of ['a', 'b']) {
    const batch = store.batch();
    for (let i = 0; i < 300; i++) {
      const bytes = Buffer.from(`${name} ${i}`);
      objects.push(digestBytes(bytes));
      batch.put(digestBytes(bytes), bytes);
    }
    await batch.finish();
  }
  objects.push(store.put(Buffer.from('alone')), store.put(Buffer.from('')));
  return { store: openStore(store.dir), objects };
}

function filesIn(dir: string, ...folders: readonly string[]): string[] {
  return folders.flatMap((name) =>
    readdirSync(join(dir, name), { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name)),
  );
}

function change(path: string, edit: (bytes: Buffer) => Buffer): void {
  const bytes = readFileSync(path);
  chmodSync(path, 0o644);
  writeFileSync(path, edit(bytes));
}

const flip =
  (at: number) =>
  (bytes: Buffer): Buffer => {
    const changed = Buffer.from(bytes);
    changed[at < 0 ? bytes.length + at : at]! ^= 0x41;
    return changed;
  };

/** After repair: clean, and everything that was not damaged is readable. */
async function mended(dir: string, objects: readonly Digest[], lost: readonly Digest[]): Promise<void> {
  const store = openStore(dir);
  const found = await checkStore(store, undefined, QUIET);
  expect([...found.lost].sort()).toEqual([...lost].sort());
  repairStore(store, found);
  const after = await check(dir);
  expect(after.damage).toEqual([]);
  expect([after.orphans, after.vanished, [...after.lost]]).toEqual([[], [], []]);
  const fresh = openStore(dir);
  expect(fresh.missing(objects).sort()).toEqual([...lost].sort());
  for (const digest of objects) if (!lost.includes(digest)) fresh.read(digest);
}

describe('fsck', () => {
  it('is content with a whole store', async () => {
    const { store } = await filled();
    expect(await check(store.dir)).toMatchObject({
      counts: { packs: 2, loose: 2, indexes: 2 },
      damage: [],
      orphans: [],
      vanished: [],
    });
  });

  it('finds a flipped byte anywhere in a pack, saves what is good, and names what is lost', async () => {
    const { store, objects } = await filled();
    const [pack] = filesIn(store.dir, 'packs');
    const whole = readFileSync(pack!);
    const table = whole.length - 16 - 300 * 44;
    // Kind, first and last object, digest and size in the table, count, end.
    const places = [
      3,
      8,
      12,
      16,
      table - 1,
      table,
      table + 32,
      table + 43,
      whole.length - 16,
      whole.length - 1,
    ];
    for (const place of places) {
      const copy = folder();
      await copyOf(store.dir, copy);
      change(join(copy, pack!.slice(store.dir.length)), flip(place));
      const found = await check(copy);
      expect(found.damage.length, `byte ${place}`).toBeGreaterThan(0);
      const inBytes = place >= 16 && place < table;
      expect(found.lost.size, `byte ${place}`).toBe(inBytes ? 1 : 0);
      await mended(copy, objects, [...found.lost]);
    }
  });

  it('names what is lost where an empty object begins at the same place', async () => {
    const store = openStore(folder());
    const batch = store.batch();
    const objects = Array.from({ length: 300 }, (_, i) => Buffer.from(i === 0 ? '' : `content ${i}`));
    for (const bytes of objects) batch.put(digestBytes(bytes), bytes);
    await batch.finish();
    change(filesIn(store.dir, 'packs')[0]!, flip(16));
    const lost = digestBytes(objects[1]!);
    expect([...(await check(store.dir)).lost]).toEqual([lost]);
    await mended(
      store.dir,
      objects.map((bytes) => digestBytes(bytes)),
      [lost],
    );
  });

  it('finds a flipped byte in every kind of other file', async () => {
    for (const kind of ['objects', 'index']) {
      const { store } = await filled();
      const file = filesIn(store.dir, kind).find((path) => readFileSync(path).length > 0)!;
      change(file, flip(-1));
      const found = await check(store.dir);
      expect(found.damage.map(({ file: name }) => name)).toEqual([file.slice(store.dir.length + 1)]);
    }
    const { store, objects } = await filled();
    change(filesIn(store.dir, 'index')[0]!, flip(40));
    await mended(store.dir, objects, []);
  });

  it('saves what is left of a pack that was cut short', async () => {
    const { store, objects } = await filled();
    const [pack] = filesIn(store.dir, 'packs');
    chmodSync(pack!, 0o644);
    truncateSync(pack!, 500);
    const found = await check(store.dir);
    expect(found.damage).toMatchObject([{ kind: 'pack', problem: expect.stringContaining('cut short') }]);
    expect(found.lost.size).toBeGreaterThan(100);
    expect(found.lost.size).toBeLessThan(300);
    await mended(store.dir, objects, [...found.lost]);
  });

  it('indexes a pack that lost its index, and forgets one that is gone', async () => {
    const { store, objects } = await filled();
    for (const index of filesIn(store.dir, 'index')) rmSync(index);
    expect(await check(store.dir)).toMatchObject({
      damage: [],
      orphans: [expect.any(String), expect.any(String)],
    });
    await mended(store.dir, objects, []);
    const [pack] = filesIn(store.dir, 'packs');
    rmSync(pack!);
    const found = await check(store.dir);
    expect(found).toMatchObject({ damage: [], vanished: [expect.any(String)] });
    repairStore(openStore(store.dir), found);
    expect(await check(store.dir)).toMatchObject({ vanished: [], orphans: [] });
    expect(openStore(store.dir).missing(objects)).toHaveLength(300);
  });

  it('says that an object with a second, good copy is not lost', async () => {
    const { store, objects } = await filled();
    const bytes = Buffer.from('a 7');
    const loose = store.pathOf(digestBytes(bytes));
    const temporary = store.temporary();
    writeFileSync(temporary, 'not a 7');
    store.land(temporary, digestBytes(bytes));
    expect(existsSync(loose)).toBe(true);
    await mended(store.dir, objects, []);
  });

  it('finds an index that is whole and tells lies', async () => {
    const { store, objects } = await filled();
    const { packs } = store;
    const [first, second] = packs.list();
    const tables = [packs.readTable(first!.digest)!, packs.readTable(second!.digest)!];
    const { buildIndex } = await import('../../src/store/pack-index.ts');
    for (const index of filesIn(store.dir, 'index')) rmSync(index);
    const swapped = { ...tables[0]!, table: tables[1]!.table };
    const lying = buildIndex([{ ...swapped, digest: tables[0]!.digest, bytes: tables[0]!.bytes }]);
    writeFileSync(packs.indexPath(lying.digest), lying.bytes);
    const found = await check(store.dir);
    expect(found.damage).toMatchObject([{ kind: 'index', problem: expect.stringContaining('disagrees') }]);
    await mended(store.dir, objects, []);
  });

  it('never deletes: everything that it takes away is in quarantine', async () => {
    const { store } = await filled();
    const files = filesIn(store.dir, 'packs', 'index', 'objects').filter(
      (path) => readFileSync(path).length > 0,
    );
    for (const path of files) change(path, flip(-1));
    repairStore(openStore(store.dir), await check(store.dir));
    expect(filesIn(store.dir, 'quarantine')).toHaveLength(files.length);
  });
});

async function copyOf(from: string, to: string): Promise<void> {
  const { cpSync } = await import('node:fs');
  cpSync(from, to, { recursive: true });
}
