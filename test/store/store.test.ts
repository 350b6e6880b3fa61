import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Digest } from '../../src/core/ids.ts';
import { openStore } from '../../src/store/store.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { failuresOf, folder } from './rig.ts';

const bytes = Buffer.from('hello\n');
const digest = digestBytes(bytes);

describe('store', () => {
  it('does not read what no memory holds', async () => {
    const store = openStore(folder());
    const large = digestBytes('a file of 3 GiB');
    const path = store.temporary();
    writeFileSync(path, '');
    truncateSync(path, 3 * 2 ** 30); // sparse: takes no disk
    store.land(path, large);
    expect((await failuresOf(() => store.read(large)))[0]).toMatch(/is larger than what names it can mean/);
  });

  it('keeps an object read-only under its digest and gives it back', () => {
    const store = openStore(folder());
    expect(store.has(digest)).toBe(false);
    expect(store.put(bytes)).toBe(digest);
    expect(store.put(bytes)).toBe(digest);
    expect(store.pathOf(digest)).toBe(join(store.dir, 'objects', digest.slice(0, 2), digest.slice(2)));
    expect(statSync(store.pathOf(digest)).mode & 0o777).toBe(0o444);
    expect(store.read(digest)).toEqual(bytes);
    expect(store.bytesOf(digest)).toBe(6);
    expect([...store.list()]).toEqual([digest]);
    expect(readdirSync(join(store.dir, 'tmp'))).toEqual([]);
  });

  it('sets a damaged object aside, names it and takes a good copy again', async () => {
    const store = openStore(folder());
    store.put(bytes);
    chmodSync(store.pathOf(digest), 0o644);
    appendFileSync(store.pathOf(digest), '!');
    expect(await failuresOf(() => store.read(digest))).toEqual([
      `integrity: object ${digest} in the store is damaged`,
    ]);
    expect(readFileSync(join(store.dir, 'quarantine', digest), 'utf8')).toBe('hello\n!');
    expect(store.has(digest)).toBe(false);
    expect(await failuresOf(() => store.read(digest))).toEqual([
      `missing: object ${digest} is not in the store`,
    ]);
    store.put(bytes);
    expect(store.read(digest)).toEqual(bytes);
  });

  it.each([6, 3 << 20])('stores a file of %i bytes only as what it was said to be', async (size) => {
    const store = openStore(folder());
    const path = join(folder(), 'file');
    writeFileSync(path, Buffer.alloc(size, 7));
    const was = digestBytes(readFileSync(path));
    await store.putFile(path, was);
    expect(digestBytes(store.read(was))).toBe(was);
    expect(statSync(store.pathOf(was)).mode & 0o777).toBe(0o444);
    expect(await failuresOf(() => store.putFile(path, digest))).toEqual([
      `refused: ${path} changed while it was being stored`,
    ]);
    expect(store.has(digest)).toBe(false);
    expect(readdirSync(join(store.dir, 'tmp'))).toEqual([]);
  });

  it('shows nothing of a batch before it is finished, and nothing of one that is dropped', async () => {
    const store = openStore(folder());
    const batch = store.batch();
    batch.put(digest, bytes);
    batch.put(digest, bytes);
    expect(store.has(digest)).toBe(false);
    batch.abandon();
    await batch.finish();
    expect(store.has(digest)).toBe(false);
    expect(readdirSync(join(store.dir, 'tmp'))).toEqual([]);
    batch.put(digest, bytes);
    await batch.finish();
    expect(store.read(digest)).toEqual(bytes);
  });

  it('takes a lost race for a success', async () => {
    const store = openStore(folder());
    const batches = [store.batch(), store.batch()];
    for (const batch of batches) batch.put(digest, bytes);
    await Promise.all(batches.map((batch) => batch.finish()));
    expect(store.read(digest)).toEqual(bytes);
  });

  it('knows a large object that it proved itself, until anything happens to its file', () => {
    const store = openStore(folder());
    const large = Buffer.alloc((1 << 20) + 1, 'x');
    const one = store.put(large);
    expect(store.isAsLanded(one)).toBe(true);
    expect(openStore(store.dir).isAsLanded(one)).toBe(false);
    const path = store.pathOf(one);
    const { atime, mtime } = statSync(path);
    chmodSync(path, 0o644);
    large[7] = 0;
    writeFileSync(path, large);
    utimesSync(path, atime, mtime);
    expect(store.isAsLanded(one)).toBe(false);
  });

  it('survives a process that died between writing and naming', () => {
    const store = openStore(folder());
    writeFileSync(store.temporary(), bytes);
    expect([...openStore(store.dir).list()]).toEqual([]);
  });

  it('answers for many at once as for one, and takes no other file for an object', () => {
    const store = openStore(folder());
    const here = Array.from({ length: 5 }, (_, i) => store.put(Buffer.from(`${i}`)));
    mkdirSync(join(store.dir, 'objects', 'zz'));
    writeFileSync(join(store.dir, 'objects', here[0]!.slice(0, 2), 'notes.txt'), '');
    const absent = Array.from({ length: 2500 }, (_, i) => digestBytes(`absent ${i}`));
    const asked: Digest[] = [...here, ...absent, ...absent];
    expect(store.missing(asked)).toEqual(absent);
    expect(store.missing(asked.slice(0, 10))).toEqual(absent.slice(0, 5));
    expect(existsSync(store.pathOf(absent[0]!))).toBe(false);
  });
});
