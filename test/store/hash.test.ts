import { existsSync, lstatSync, readdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileColumns } from '../../src/store/file-columns.ts';
import { fileStat } from '../../src/store/file-stat.ts';
import { type HashOptions, hashFiles } from '../../src/store/hash.ts';
import { openStore } from '../../src/store/store.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { builtWorker, failuresOf, folder } from './rig.ts';

const statOf = (path: string) => fileStat(lstatSync(path, { bigint: true }));

/** A folder with files 0, 1, 2 … and what the walk would say of them. */
function made(contents: readonly (string | Buffer)[]) {
  const root = folder();
  const files = new FileColumns();
  contents.forEach((bytes, i) => {
    writeFileSync(join(root, `${i}`), bytes);
    files.add(`${i}`, statOf(join(root, `${i}`)));
  });
  const rows = [...files.paths.keys()];
  return {
    root,
    files,
    path: (i: number) => join(root, `${i}`),
    hash: async (options: Partial<HashOptions> = {}, only = rows) => {
      await hashFiles(files, only, { root, worker: null, ...options });
      return only.map((row) => files.digest(row));
    },
  };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `content ${i}`);

describe('hashing', () => {
  it('agrees with the digest of the bytes, at every size around the buffers', async () => {
    const sizes = [0, 1, 1023, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (1 << 23) + 5];
    const bytes = sizes.map((size) => Buffer.alloc(size, size % 251));
    const { hash } = made(bytes);
    const want = bytes.map((each) => digestBytes(each));
    expect(await hash()).toEqual(want);
    for (const row of bytes.keys()) expect(await hash({}, [row])).toEqual([want[row]]);
    expect(await hash({}, [])).toEqual([]);
  });

  it('gives the same with threads', async () => {
    const { hash, path } = made(numbered(2500));
    writeFileSync(path(7), 'changed since');
    expect(await hash({ worker: await builtWorker('hash-worker') })).toEqual(
      numbered(2500).map((text, i) => digestBytes(i === 7 ? 'changed since' : text)),
    );
  });

  it('hashes a file again that changed since it was looked at, and reports its new times', async () => {
    const { hash, path, files } = made(['before']);
    writeFileSync(path(0), 'after!');
    expect(await hash()).toEqual([digestBytes('after!')]);
    expect(files.stat(0)).toEqual(statOf(path(0)));
  });

  it('names a file that is gone, or is no file any more', async () => {
    const { hash, path } = made(['x']);
    unlinkSync(path(0));
    const gone = [`missing: ${path(0)} disappeared while it was read`];
    expect(await failuresOf(() => hash())).toEqual(gone);
    symlinkSync('/etc/passwd', path(0));
    expect(await failuresOf(() => hash())).toEqual(gone);
  });
});

describe('hashing into the store', () => {
  async function into(contents: readonly (string | Buffer)[], worker: URL | null = null) {
    const store = openStore(folder());
    const batch = store.batch();
    const work = made(contents);
    const digests = await work.hash({ worker, into: { store, batch } });
    return { store, batch, digests, work };
  }

  it.each([
    ['the main thread', false],
    ['threads', true],
  ] as const)('keeps what %s read', async (_, threads) => {
    const contents = [...numbered(2500), Buffer.alloc(3 << 20, 'x'), 'content 0'];
    const { store, batch, digests } = await into(contents, threads ? await builtWorker('hash-worker') : null);
    expect(store.missing(digests)).toHaveLength(2501); // nothing has a name before the batch is finished
    await batch.finish();
    expect(store.missing(digests)).toEqual([]);
    for (const [i, digest] of digests.entries())
      if (i % 100 === 0 && i !== 2500) expect(store.read(digest).toString()).toBe(contents[i]);
    expect(existsSync(store.pathOf(digests[2500]!))).toBe(true); // large: a file of its own
    expect([...store.listLoose()]).toHaveLength(1);
    expect(readdirSync(join(store.dir, 'tmp'))).toEqual([]);
  });

  it.each([false, true])('begins another pack when one is full (threads: %s)', async (threads) => {
    const store = openStore(folder());
    const batch = store.batch();
    const { hash } = made([...numbered(2500), Buffer.alloc(5000, 'x')]);
    const worker = threads ? await builtWorker('hash-worker') : null;
    const digests = await hash({ worker, into: { store, batch }, packBytes: 1000 });
    await batch.finish();
    expect(store.missing(digests)).toEqual([]);
    const packs = store.packs.list();
    expect(packs.length).toBeGreaterThan(100);
    expect(packs.filter(({ bytes }) => bytes > 1100 + 5000)).toEqual([]);
    expect(readdirSync(join(store.dir, 'tmp'))).toEqual([]);
  });

  it('leaves few files, and what is there already, to whoever saves', async () => {
    const few = await into(numbered(255));
    await few.batch.finish();
    expect(few.store.missing(few.digests)).toHaveLength(255);
    const { store, batch, work } = await into(numbered(300));
    await batch.finish();
    const packs = store.packs.list();
    await work.hash({ into: { store, batch } });
    await batch.finish();
    expect(store.packs.list()).toEqual(packs);
    expect(readdirSync(join(store.dir, 'tmp'))).toEqual([]);
  });

  it('hashes only what was most likely touched and not changed', async () => {
    const store = openStore(folder());
    const batch = store.batch();
    const { hash } = made([Buffer.alloc(2 << 20, 'a'), Buffer.alloc(2 << 20, 'b')]);
    const digests = await hash({ into: { store, batch, known: (row) => row === 0 } });
    await batch.finish();
    expect(store.missing(digests)).toEqual([digests[0]]);
  });

  it('leaves nothing in tmp/ when it fails or is given up', async () => {
    const { store, batch } = await into(numbered(300));
    batch.abandon();
    expect(readdirSync(join(store.dir, 'tmp'))).toEqual([]);
    const broken = made(numbered(300));
    unlinkSync(broken.path(3));
    expect(await failuresOf(() => broken.hash({ into: { store, batch } }))).toHaveLength(1);
    batch.abandon();
    expect(readdirSync(join(store.dir, 'tmp'))).toEqual([]);
  });
});
