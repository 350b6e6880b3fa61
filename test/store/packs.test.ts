import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Digest } from '../../src/core/ids.ts';
import { PackBuilder } from '../../src/store/pack.ts';
import { buildIndex, PackIndex } from '../../src/store/pack-index.ts';
import { mergeAll, mergedIndexes } from '../../src/store/pack-merge.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { failuresOf, folder } from './rig.ts';

const numbered = (count: number, from = 0): Buffer[] =>
  Array.from({ length: count }, (_, i) => Buffer.from(`object ${from + i}`));

async function putAll(store: Store, objects: readonly Buffer[], kind?: 'bytes' | 'trees'): Promise<Digest[]> {
  const batch = store.batch(kind);
  const digests = objects.map((bytes) => digestBytes(bytes));
  for (const [i, bytes] of objects.entries()) batch.put(digests[i]!, bytes);
  await batch.finish();
  return digests;
}

const files = (store: Store, dir: string): string[] =>
  (readdirSync(join(store.dir, dir), { recursive: true }) as string[]).filter((name) => name.includes('.'));

async function packedStore() {
  const store = openStore(folder());
  const digests = await putAll(store, numbered(300));
  const [pack] = store.packs.list();
  return { store, digests, pack: pack!.digest, path: store.packs.pathOf(pack!.digest) };
}

describe('a store with packs', () => {
  it('keeps few small objects as files, many as one pack with one index', async () => {
    const store = openStore(folder());
    await putAll(store, numbered(255));
    expect([...store.listLoose()]).toHaveLength(255);
    expect([files(store, 'packs'), files(store, 'index')]).toEqual([[], []]);
    const digests = await putAll(store, numbered(256, 1000));
    expect([...store.listLoose()]).toHaveLength(255);
    expect([files(store, 'packs').length, files(store, 'index').length]).toEqual([1, 1]);
    for (const [i, digest] of digests.entries()) expect(store.read(digest)).toEqual(numbered(1, 1000 + i)[0]);
    expect(new Set(store.list()).size).toBe(511);
    expect(store.bytesOf(digests[0]!)).toBe(11);
  });

  it('never packs an object above 1 MiB', async () => {
    const store = openStore(folder());
    const large = Buffer.alloc((1 << 20) + 1);
    const [digest] = await putAll(store, [large, ...numbered(300)]);
    expect(existsSync(store.pathOf(digest!))).toBe(true);
    expect([...store.listLoose()]).toEqual([digest]);
  });

  it('names every file by its digest, and tells trees from bytes', async () => {
    const store = openStore(folder());
    await putAll(store, numbered(300), 'trees');
    expect(store.packs.list().map(({ kind, objects }) => [kind, objects])).toEqual([['trees', 300]]);
    for (const dir of ['packs', 'index'])
      for (const name of files(store, dir))
        expect(name).toContain(digestBytes(readFileSync(join(store.dir, dir, name))));
  });

  it('sees what another process packed meanwhile', async () => {
    const dir = folder();
    const mine = openStore(dir);
    await putAll(mine, numbered(300));
    const theirs = await putAll(openStore(dir), numbered(300, 1000));
    expect(mine.missing(theirs)).toEqual([]);
    expect(mine.read(theirs[7]!).toString()).toBe('object 1007');
  });

  it('goes on when a pack is replaced by another while it is open', async () => {
    const { store, digests, path } = await packedStore();
    store.read(digests[0]!);
    const other = openStore(store.dir);
    for (const digest of digests) other.put(store.read(digest)); // nothing new: all is there
    await putAll(other, numbered(400));
    rmSync(path);
    for (const digest of digests) expect(digestBytes(openStore(store.dir).read(digest))).toBe(digest);
    expect(store.missing(digests)).toEqual([]);
  });

  it('does not believe an index whose pack is absent or short', async () => {
    const { store, digests, path } = await packedStore();
    truncateSync(path, 1000);
    expect(openStore(store.dir).missing(digests)).toHaveLength(300);
    rmSync(path);
    expect(openStore(store.dir).missing(digests)).toHaveLength(300);
    expect(await failuresOf(() => openStore(store.dir).read(digests[0]!))).toEqual([
      `missing: object ${digests[0]} is not in the store`,
    ]);
  });

  it.each(['absent', 'damaged'])('makes an index again that is %s', async (how) => {
    const { store, digests } = await packedStore();
    const [name] = files(store, 'index');
    const index = join(store.dir, 'index', name!);
    if (how === 'absent') rmSync(index);
    else {
      const bytes = readFileSync(index);
      bytes[60]! ^= 1;
      rmSync(index);
      writeFileSync(index, bytes);
    }
    const again = openStore(store.dir);
    expect(again.missing(digests)).toEqual([]);
    expect(again.read(digests[9]!).toString()).toBe('object 9');
    expect(files(again, 'index')).toEqual([name]);
  });

  it('sets a damaged pack aside, keeps what is good in it, and names what is lost', async () => {
    const { store, digests, pack, path } = await packedStore();
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('object 123')]! ^= 1;
    rmSync(path);
    writeFileSync(path, bytes);
    const again = openStore(store.dir);
    expect(again.read(digests[122]!).toString()).toBe('object 122');
    expect(await failuresOf(() => again.read(digests[123]!))).toEqual([
      `integrity: object ${digests[123]} in the store is damaged`,
    ]);
    expect(again.missing(digests)).toEqual([digests[123]]);
    expect(readdirSync(join(store.dir, 'quarantine'))).toEqual([`${pack}.pack`]);
    for (const digest of digests)
      if (digest !== digests[123]) expect(digestBytes(again.read(digest))).toBe(digest);
  });

  it('reads on when another copy of a damaged object is good', async () => {
    const { store, digests, path } = await packedStore();
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('object 123')]! ^= 1;
    rmSync(path);
    writeFileSync(path, bytes);
    const again = openStore(store.dir);
    const temporary = again.temporary();
    writeFileSync(temporary, 'object 123');
    again.land(temporary, digests[123]!);
    expect(again.read(digests[123]!).toString()).toBe('object 123');
  });

  it('takes a good copy out of the trash when the one here is damaged', () => {
    const store = openStore(folder());
    const digest = store.put(Buffer.from('good'));
    const inTrash = join(store.dir, 'trash', '2026-11-25-gc-00000000', 'objects', digest.slice(0, 2));
    mkdirSync(inTrash, { recursive: true });
    writeFileSync(join(inTrash, digest.slice(2)), 'good');
    rmSync(store.pathOf(digest));
    writeFileSync(store.pathOf(digest), 'bad!');
    expect(store.read(digest).toString()).toBe('good');
    expect(readdirSync(join(store.dir, 'quarantine'))).toEqual([digest]);
  });

  it('finishes what a process left between pack and index', async () => {
    const { store, digests } = await packedStore();
    const [name] = files(store, 'index');
    renameSync(join(store.dir, 'index', name!), join(store.dir, 'tmp', 'killed-before'));
    const next = openStore(store.dir);
    expect(next.missing(digests)).toEqual([]);
    expect(next.packs.orphans()).toEqual([]);
  });

  it('keeps indexes few', async () => {
    const store = openStore(folder());
    const all: Digest[] = [];
    for (let i = 0; i < 64; i++) all.push(...(await putAll(store, numbered(256, 256 * i))));
    expect(files(store, 'index')).toHaveLength(1);
    expect(files(store, 'packs')).toHaveLength(64);
    for (const each of [store, openStore(store.dir)]) expect(each.missing(all)).toEqual([]);
  });
});

describe('merging indexes', () => {
  function indexOf(from: number, count = 100): PackIndex {
    const builder = new PackBuilder('bytes', () => {});
    for (const bytes of numbered(count, from)) builder.add(digestBytes(bytes), bytes);
    const { digest, bytes } = buildIndex([builder.finish()]);
    return new PackIndex(bytes, digest);
  }
  const read = (built: Iterable<{ digest: Digest; bytes: Buffer }>) =>
    [...built].map(({ bytes, digest }) => new PackIndex(bytes, digest));
  const all = (count: number): Digest[] => numbered(count).map((bytes) => digestBytes(bytes));

  it('finds everything afterwards, and takes a pack once that two of them name', () => {
    const parts = [indexOf(0), indexOf(100), indexOf(200), indexOf(100)];
    const [merged, ...more] = read(mergeAll(parts));
    expect(more).toEqual([]);
    expect([merged!.size, merged!.packs.length]).toEqual([300, 3]);
    for (const digest of all(300)) {
      const hit = merged!.find(digest)!;
      const before = parts.find((part) => part.find(digest))!;
      expect(merged!.packs[hit.pack]).toEqual(before.packs[0]);
      expect(hit.offset).toBe(before.find(digest)!.offset);
    }
  });

  it('splits by digest range what would be too large', () => {
    const parts = read(mergeAll([indexOf(0), indexOf(100)], 60));
    expect(parts.map((part) => part.range)).toEqual([
      { lo: 0, hi: 0x3fff },
      { lo: 0x4000, hi: 0x7fff },
      { lo: 0x8000, hi: 0xbfff },
      { lo: 0xc000, hi: 0xffff },
    ]);
    for (const digest of all(200))
      expect(parts.filter((part) => part.find(digest)).map(({ range }) => range.lo >> 14)).toEqual([
        Number.parseInt(digest[0]!, 16) >> 2,
      ]);
  });

  it('waits until enough of one level are there', () => {
    const level0 = Array.from({ length: 7 }, (_, i) => indexOf(100 * i));
    expect(mergedIndexes(level0, 8)).toEqual([]);
    const level1 = read(mergeAll(Array.from({ length: 8 }, (_, i) => indexOf(1000 + 100 * i))));
    expect(mergedIndexes([...level0, ...level1], 8)).toEqual([]);
    expect(
      mergedIndexes([...level0, ...level1, indexOf(9000)], 8).map(({ replaces }) => replaces.length),
    ).toEqual([8]);
  });
});
