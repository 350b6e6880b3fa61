import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredArtifact } from '../../src/core/artifact.ts';
import type { Digest, RepoPath } from '../../src/core/ids.ts';
import { applyCheckout, planCheckout } from '../../src/store/checkout.ts';
import type { CheckoutOptions } from '../../src/store/checkout-plan.ts';
import { save } from '../../src/store/save.ts';
import { snapshot } from '../../src/store/snapshot.ts';
import { encodeNode, type TreeEntry } from '../../src/store/tree.ts';
import { missingObjects } from '../../src/store/tree-objects.ts';
import type { Workspace } from '../../src/store/workspace.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { at, type Content, type Files, failuresOf, folder, rig } from './rig.ts';

async function add(ws: Workspace, path: string): Promise<StoredArtifact> {
  const found = (await snapshot(ws, at(path)))!;
  await save(ws, found);
  return found.artifact;
}

const targets = (path: string, artifact: StoredArtifact): ReadonlyMap<RepoPath, StoredArtifact> =>
  new Map([[at(path), artifact]]);

async function checkout(ws: Workspace, path: string, artifact: StoredArtifact, options?: CheckoutOptions) {
  await applyCheckout(ws, await planCheckout(ws, targets(path, artifact), options));
}

async function conflicts(ws: Workspace, path: string, artifact: StoredArtifact, options?: CheckoutOptions) {
  return (await planCheckout(ws, targets(path, artifact), options)).conflicts.map(
    (each) => `${each.path} ${each.why}`,
  );
}

const content: fc.Arbitrary<Content> = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.record({ exec: fc.string({ maxLength: 3 }) }),
  fc.constant({ link: 'elsewhere' }),
  fc.constant(null),
);
const name = fc.constantFrom('a', 'b', 'ä', 'c d', '\u{1f600}');
const files: fc.Arbitrary<Files> = fc
  .dictionary(
    fc.array(name, { minLength: 1, maxLength: 3 }).map((each) => each.join('/')),
    content,
    { maxKeys: 8 },
  )
  .map((all) =>
    Object.fromEntries(
      Object.entries(all).filter(([path]) => !Object.keys(all).some((other) => other.startsWith(`${path}/`))),
    ),
  );
const below = (all: Files): Files =>
  Object.fromEntries(Object.entries(all).map(([path, each]) => [`d/${path}`, each]));

describe('checkout', () => {
  it('gives back any directory, whatever stored directory stands there now', async () => {
    await fc.assert(
      fc.asyncProperty(files, files, async (one, two) => {
        const { ws, write, remove, holds, path } = rig();
        mkdirSync(path('d'));
        write(below(one));
        const first = await add(ws, 'd');
        const held = holds('d');
        remove('d');
        await checkout(ws, 'd', first);
        expect(holds('d')).toEqual(held);

        remove('d');
        mkdirSync(path('d'));
        write(below(two));
        await add(ws, 'd');
        await checkout(ws, 'd', first);
        expect(holds('d')).toEqual(held);
        expect((await snapshot(ws, at('d')))?.artifact).toEqual(first);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves nothing for the next command to hash', async () => {
    const { ws, write, remove, again } = rig();
    write({ 'd/a': 'one', 'd/sub/b': { exec: 'two' }, f: 'three' });
    const [tree, single] = [await add(ws, 'd'), await add(ws, 'f')];
    remove('d');
    remove('f');
    await applyCheckout(
      ws,
      await planCheckout(ws, new Map([...targets('d', tree), ...targets('f', single)])),
    );
    const next = again();
    for (const leaf of (await snapshot(again(), at('d')))!.leaves)
      if (leaf.kind === 'file')
        expect(next.stat.directory(at('d')).find(leaf.path, leaf.stat!)).toBe(leaf.digest);
    const leaf = (await snapshot(again(), at('f')))!.leaves[0]!;
    expect(next.stat.file(at('f'), leaf.stat!)).toBe(digestBytes('three'));
  });

  it('does nothing where everything is right already', async () => {
    const { ws, write } = rig();
    write({ 'd/a': 'one' });
    expect(await planCheckout(ws, targets('d', await add(ws, 'd')))).toEqual({
      targets: [],
      conflicts: [],
      missing: [],
      force: false,
    });
  });

  it('keeps a modified file unless it is forced, and says which', async () => {
    const { ws, write, holds } = rig();
    write({ 'd/a': 'one', 'd/b': 'two' });
    const artifact = await add(ws, 'd');
    write({ 'd/b': 'my work' });
    expect(await failuresOf(() => checkout(ws, 'd', artifact))).toEqual([
      'refused: d/b was modified and is not stored: it would be lost',
    ]);
    expect(holds('d')).toEqual({ a: 'one', b: 'my work' });
    await checkout(ws, 'd', artifact, { force: true });
    expect(holds('d')).toEqual({ a: 'one', b: 'two' });
  });

  it('keeps a foreign file unless it is forced, and tells it from a modified one', async () => {
    const { ws, write, holds } = rig();
    write({ 'd/a': 'one' });
    const artifact = await add(ws, 'd');
    write({ 'd/a': 'changed', 'd/notes.txt': 'mine', 'd/link': { link: 'a' } });
    expect((await conflicts(ws, 'd', artifact)).sort()).toEqual([
      'd/a modified',
      'd/link foreign',
      'd/notes.txt foreign',
    ]);
    await checkout(ws, 'd', artifact, { force: true });
    expect(holds('d')).toEqual({ a: 'one' });
  });

  it('goes over what is stored, links and all', async () => {
    const { ws, write, remove, holds } = rig();
    write({ 'd/a': 'one', 'd/link': { link: 'a' } });
    const first = await add(ws, 'd');
    remove('d/link');
    write({ 'd/a': 'two', 'd/link': { link: 'b' }, 'd/b': 'new' });
    await add(ws, 'd');
    expect(await conflicts(ws, 'd', first)).toEqual([]);
    await checkout(ws, 'd', first);
    expect(holds('d')).toEqual({ a: 'one', link: { link: 'a' } });
  });

  it('goes over stored bytes, but not over a link, when the whole is not stored', async () => {
    const { ws, write } = rig();
    write({ 'd/a': 'one', 'd/b': 'two' });
    const first = await add(ws, 'd');
    write({ 'd/a': 'two', 'd/b': 'mine', 'd/link': { link: 'a' } });
    expect((await conflicts(ws, 'd', first)).sort()).toEqual(['d/b modified', 'd/link foreign']);
  });

  it('does not walk a tree whose few nodes name more than any memory holds', async () => {
    const { ws } = rig();
    const hundred = (digest: Digest): TreeEntry[] =>
      Array.from({ length: 100 }, (_, i) => ({
        kind: 'directory',
        name: String(i + 100),
        digest,
        bytes: 0,
        files: 0,
      }));
    let tree = ws.store.put(encodeNode({ level: 0, entries: [] }));
    for (let depth = 0; depth < 8; depth++)
      tree = ws.store.put(encodeNode({ level: 0, entries: hundred(tree) }));
    await expect(planCheckout(ws, targets('d', { bytes: 0, files: 0, tree }))).rejects.toThrow(
      /more than 10,000,000 entries/,
    );
  });

  it('does not take a link away that leads to where the data is', async () => {
    const { ws, write, remove } = rig();
    write({ d: 'one' });
    const first = await add(ws, 'd');
    remove('d');
    write({ 'big/d': 'two', d: { link: 'big/d' } });
    await add(ws, 'd');
    expect(await conflicts(ws, 'd', first)).toEqual(['d modified']);
  });

  it('leaves ignored files where they are', async () => {
    const { ws, write, holds } = rig();
    write({ 'd/sub/a': 'one', f: 'file' });
    const [artifact, file] = [await add(ws, 'd'), await add(ws, 'f')];
    write({ 'd/sub/__pycache__/x': 'cache', 'd/other/b': 'two' });
    await add(ws, 'd');
    await checkout(ws, 'd', artifact);
    expect(holds('d')).toEqual({ 'sub/a': 'one', 'sub/__pycache__/x': 'cache' });
    // A file cannot take the place of a directory that keeps ignored files: nothing of theirs is lost.
    await expect(checkout(ws, 'd', file)).rejects.toThrow();
    expect(holds('d')).toMatchObject({ 'sub/__pycache__/x': 'cache' });
  });

  it('does not write over a file that is ignored here', async () => {
    const { ws, write, remove } = rig();
    write({ 'd/a': 'one', 'd/b': 'two' });
    const artifact = await add(ws, 'd');
    remove('d/b');
    write({ 'd/.mlopsignore': 'b\n', 'd/b': 'mine' });
    await add(ws, 'd');
    expect(await conflicts(ws, 'd', artifact)).toEqual(['d/b foreign']);
  });

  it('changes only the exec bit where only that differs', async () => {
    const { ws, write, path } = rig();
    write({ 'd/run': { exec: 'x' } });
    const artifact = await add(ws, 'd');
    chmodSync(path('d/run'), 0o644);
    const inode = statSync(path('d/run')).ino;
    await checkout(ws, 'd', artifact);
    expect(statSync(path('d/run')).ino).toBe(inode);
    expect(statSync(path('d/run')).mode & 0o111).toBe(0o111 & ~process.umask());
  });

  it('never writes over what Git tracks, even forced', async () => {
    const { ws, write, holds } = rig();
    write({ 'd/a': 'one' });
    const artifact = await add(ws, 'd');
    write({ 'd/a': 'two' });
    const options = { force: true, tracked: (path: RepoPath) => path === 'd/a' };
    expect(await failuresOf(() => checkout(ws, 'd', artifact, options))).toEqual([
      'refused: d/a is tracked by Git, so it is not written over',
    ]);
    expect(holds('d')).toEqual({ a: 'two' });
  });

  it('notices work that was done after the plan was made', async () => {
    const { ws, write, holds } = rig();
    write({ 'd/a': 'one', 'd/b': 'two' });
    const artifact = await add(ws, 'd');
    write({ 'd/a': 'three' });
    await add(ws, 'd');
    const plan = await planCheckout(ws, targets('d', artifact));
    write({ 'd/a': 'four!' });
    expect((await failuresOf(() => applyCheckout(ws, plan)))[0]).toMatch(
      /changed while the checkout was running/,
    );
    expect(holds('d')).toEqual({ a: 'four!', b: 'two' });
  });

  it('names what must be fetched first', async () => {
    const { ws, write, remove } = rig();
    write({ 'd/a': 'one', 'd/sub/b': 'two' });
    const artifact = await add(ws, 'd');
    remove('d');
    const [a, b] = [digestBytes('one'), digestBytes('two')];
    rmSync(ws.store.pathOf(a));
    rmSync(ws.store.pathOf(b));
    expect(new Set(missingObjects(ws.store, artifact))).toEqual(new Set([a, b]));
    expect(await failuresOf(() => checkout(ws, 'd', artifact))).toEqual([
      'missing: 2 objects needed by the checkout are not in the store',
    ]);
    if ('tree' in artifact) rmSync(ws.store.pathOf(artifact.tree));
    expect(missingObjects(ws.store, artifact)).toEqual(['tree' in artifact ? artifact.tree : '']);
  });

  it.each([8, 3 << 20])('writes no damaged object of %i bytes and leaves nothing half done', async (size) => {
    const { ws, write, remove, holds } = rig();
    write({ 'd/a': 'x'.repeat(size) });
    const artifact = await add(ws, 'd');
    remove('d');
    const object = ws.store.pathOf(digestBytes('x'.repeat(size)));
    chmodSync(object, 0o644);
    appendFileSync(object, '!');
    expect((await failuresOf(() => checkout(ws, 'd', artifact)))[0]).toMatch(
      /^integrity: object .* is damaged/,
    );
    expect(holds('.')).not.toHaveProperty('d');
    expect(Object.keys(holds('.')).filter((path) => path.endsWith('.tmp'))).toEqual([]);
  });

  it('does not take a file away that stands in the place of a parent', async () => {
    const { ws, write, holds } = rig();
    write({ 'd/a': 'one', p: 'mine' });
    const artifact = await add(ws, 'd');
    expect((await failuresOf(() => checkout(ws, 'p/d', artifact, { force: true })))[0]).toMatch(
      /^refused: a file stands where .*\/p must be a directory/,
    );
    expect(holds('p')).toEqual({ '': 'mine' });
  });

  it('checks out a large file whole', async () => {
    const { ws, write, remove, path } = rig();
    const text = 'large '.repeat(1 << 19);
    write({ big: { exec: text } });
    const artifact = await add(ws, 'big');
    remove('big');
    await checkout(ws, 'big', artifact);
    expect(digestBytes(readFileSync(path('big')))).toBe(digestBytes(text));
    expect(statSync(path('big')).mode & 0o777).toBe(0o777 & ~process.umask());
  });
});

describe('a hostile target', () => {
  const put = (ws: Workspace, ...entries: TreeEntry[]): StoredArtifact => {
    const x = ws.store.put(Buffer.from('x'));
    const tree = ws.store.put(encodeNode({ level: 0, entries }));
    expect(ws.store.has(x)).toBe(true);
    return { bytes: 0, files: entries.length, tree };
  };
  const file = (called: string): TreeEntry => ({
    kind: 'file',
    name: called,
    exec: false,
    digest: digestBytes('x'),
    bytes: 1,
  });

  it('reaches neither Git nor a forge nor our configuration', async () => {
    const { ws } = rig();
    const artifact = put(ws, file('a'));
    for (const path of [
      '.github/workflows',
      '.mlops/config.yaml',
      '.gitattributes',
      'sub/.gitmodules',
      '.GITHUB/x',
    ])
      expect((await failuresOf(() => planCheckout(ws, targets(path, artifact))))[0]).toMatch(
        /^refused: .* is never checked out/,
      );
  });

  it.each(['/etc/passwd', '../x', 'sub/../../x', 'C:\\x', '..\\x'])(
    'may not hold a link to %s',
    async (target) => {
      const { ws } = rig();
      const artifact = put(ws, { kind: 'link', name: 'l', target });
      expect((await failuresOf(() => planCheckout(ws, targets('d', artifact))))[0]).toMatch(
        /^integrity: .* leads out of it/,
      );
    },
  );

  it('may not be written through a symlink', async () => {
    const outside = folder();
    const { ws, write, path, remove } = rig();
    write({ 'd/sub/a': 'one' });
    const artifact = await add(ws, 'd');
    remove('d/sub');
    symlinkSync(outside, path('d/sub'));
    expect(await conflicts(ws, 'd', artifact)).toEqual(['d/sub modified']);
    await checkout(ws, 'd', artifact, { force: true });
    expect(existsSync(`${outside}/a`)).toBe(false);
    expect(readFileSync(path('d/sub/a'), 'utf8')).toBe('one');

    remove('d');
    symlinkSync(outside, path('d'));
    expect(await conflicts(ws, 'd', artifact)).toEqual(['d modified']);
    await checkout(ws, 'd', artifact, { force: true });
    expect(existsSync(`${outside}/sub`)).toBe(false);

    symlinkSync(outside, path('parent'));
    expect((await failuresOf(() => checkout(ws, 'parent/d', artifact, { force: true })))[0]).toMatch(
      /^config: "parent\/d" leads out of the repository/,
    );
  });

  it('may not swap a directory for a symlink while it is written', async () => {
    const outside = folder();
    const { ws, write, path, remove } = rig();
    write({ 'd/sub/a': 'one', 'd/b': 'two' });
    const artifact = await add(ws, 'd');
    write({ 'd/sub/a': 'new' });
    await add(ws, 'd');
    const plan = await planCheckout(ws, targets('d', artifact));
    remove('d/sub');
    symlinkSync(outside, path('d/sub'));
    writeFileSync(`${outside}/a`, 'new');
    expect((await failuresOf(() => applyCheckout(ws, plan)))[0]).toMatch(
      /changed while the checkout was running/,
    );
    expect(readFileSync(`${outside}/a`, 'utf8')).toBe('new');
  });

  it('may not hold names that are one here', async () => {
    const { ws } = rig({ foldsNames: true });
    const artifact = put(ws, file('A'), file('a'));
    expect((await failuresOf(() => planCheckout(ws, targets('d', artifact))))[0]).toMatch(
      /holds both "A" and "a"/,
    );
  });

  it('is not taken for what it says it weighs', async () => {
    const { ws } = rig();
    const lost = digestBytes('nowhere') as Digest;
    expect(missingObjects(ws.store, { bytes: 0, files: 0, tree: lost })).toEqual([lost]);
  });
});
