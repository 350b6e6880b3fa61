import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Digest } from '../../src/core/ids.ts';
import { Completeness } from '../../src/store/completeness.ts';
import type { Store } from '../../src/store/store.ts';
import { decodeNode, encodeNode, NODE_LIMIT, type TreeEntry } from '../../src/store/tree.ts';
import { buildTree, type Leaf } from '../../src/store/tree-build.ts';
import { cut } from '../../src/store/tree-cut.ts';
import { diffTrees } from '../../src/store/tree-list.ts';
import { artifactAt, readDirectory, walkTree } from '../../src/store/tree-read.ts';
import { byUtf8 } from '../../src/util/compare.ts';
import { digestBytes } from '../../src/util/digest.ts';

const file = (path: string, text = path, exec = false): Leaf & { kind: 'file' } => ({
  kind: 'file',
  path,
  exec,
  digest: digestBytes(text),
  bytes: Buffer.byteLength(text),
});

function reader(...nodes: ReadonlyMap<Digest, Buffer>[]) {
  const all = new Map(nodes.flatMap((each) => [...each]));
  return { read: (digest: Digest) => all.get(digest) ?? expect.fail(`no node ${digest}`) };
}

const entry = (name: string): TreeEntry => {
  const { path: _, ...rest } = file(name);
  return { ...rest, name };
};
const node = (...entries: TreeEntry[]) => encodeNode({ level: 0, entries });
const many = (n: number) => Array.from({ length: n }, (_, i) => `${String(i).padStart(6, '0')}.jpg`);

const pathName = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 8 })
  .filter((name) => !/[/\0]|\p{Surrogate}/u.test(name) && !['.', '..'].includes(name) && !/git/i.test(name));
const paths = fc.uniqueArray(
  fc.array(pathName, { minLength: 1, maxLength: 3 }).map((each) => each.join('/')),
  {
    maxLength: 30,
  },
);

describe('tree', () => {
  it('writes the bytes of the format', () => {
    expect(buildTree([]).artifact).toEqual({
      bytes: 0,
      files: 0,
      tree: '381c8038b1696d9628c44d93a3ca33756e9c5a54ddc6cf29dd2155ebf7ccf1b8',
    });
    const small = buildTree([
      file('run.sh', '#!/bin/sh\n', true),
      { kind: 'link', path: 'link', target: 'a.txt' },
      { kind: 'directory', path: 'empty' },
      file('a.txt', 'hello\n'),
    ]);
    expect(small.artifact).toEqual({
      bytes: 16,
      files: 3,
      tree: '6daa9edbd12b98af2fb21878e6d09cc6c14ef96af49a458f43f1d0aedf659d92',
    });
    expect(small.nodes.get(small.artifact.tree)).toHaveLength(187);
  });

  it('orders names by their bytes, not by UTF-16', () => {
    const built = buildTree([file('\u{1f600}'), file('\uffee')]);
    expect(readDirectory(reader(built.nodes), built.artifact.tree).map((each) => each.name)).toEqual([
      '\uffee',
      '\u{1f600}',
    ]);
  });

  it('gives back what was built, in any order of the leaves', () => {
    fc.assert(
      fc.property(paths, (all) => {
        // A path that is another's parent is a directory there, so it cannot be a file too.
        const leaves = all
          .filter((path) => !all.some((other) => other.startsWith(`${path}/`)))
          .map(
            (path, i): Leaf =>
              i % 5 === 0
                ? { kind: 'link', path, target: 'x' }
                : i % 7 === 0
                  ? { kind: 'directory', path }
                  : file(path, path, i % 3 === 0),
          );
        const built = buildTree(leaves);
        expect(buildTree([...leaves].reverse()).artifact).toEqual(built.artifact);
        const parents = new Set(
          leaves.flatMap(({ path }) => path.split('/').map((_, i, steps) => steps.slice(0, i).join('/'))),
        );
        const walked = [...walkTree(reader(built.nodes), built.artifact.tree)].filter(
          (each) => !parents.has(each.path),
        );
        const sorted = (list: readonly { path: string }[]) =>
          [...list].sort((a, b) => byUtf8(a.path, b.path));
        expect(sorted(walked.map(({ path, kind }) => ({ path, kind })))).toEqual(
          sorted(leaves.map(({ path, kind }) => ({ path, kind }))),
        );
        expect(built.artifact.files).toBe(leaves.filter((leaf) => leaf.kind !== 'directory').length);
      }),
    );
  });

  it('cuts 10^6 sequential names in three levels', { timeout: 60_000 }, () => {
    let names = Array.from({ length: 1e6 }, (_, i) => `file_${String(i).padStart(7, '0')}.jpg`);
    const counts: number[] = [];
    for (let level = 0; names.length > 1; level++) {
      let end = 0;
      const sizes = names.length <= NODE_LIMIT ? [names.length] : cut(names, level);
      const all = names;
      names = sizes.map((size) => {
        end += size;
        return all[end - 1]!;
      });
      counts.push(sizes.length);
    }
    expect(counts).toHaveLength(3);
    expect(counts[0]).toBeGreaterThan(3300);
    expect(counts[0]).toBeLessThan(4000);
  });

  it('ends parts at 16 entries or more, and at 1,024 at most', () => {
    const sizes = cut(many(50_000), 0);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(50_000);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(16);
    expect(Math.max(...cut(many(5000), 4))).toBe(1024);
  });

  it('rewrites few nodes of a large directory for one new file', () => {
    const before = buildTree(many(20_000).map((name) => file(name)));
    const after = buildTree([...many(20_000), '010000a.jpg'].map((name) => file(name)));
    expect([...after.nodes.keys()].filter((digest) => !before.nodes.has(digest)).length).toBeLessThanOrEqual(
      4,
    );
    expect(readDirectory(reader(after.nodes), after.artifact.tree)).toHaveLength(20_001);
  });

  it('finds a file and a folder inside', () => {
    const built = buildTree([file('a/b/c.txt', 'c', true), file('d')]);
    const store = reader(built.nodes);
    expect(artifactAt(store, built.artifact.tree, 'a/b/c.txt')).toEqual({
      bytes: 1,
      file: digestBytes('c'),
      exec: true,
    });
    expect(artifactAt(store, built.artifact.tree, 'a/b')).toEqual(
      buildTree([file('c.txt', 'c', true)]).artifact,
    );
    expect(artifactAt(store, built.artifact.tree, 'd/e')).toBeUndefined();
    expect(artifactAt(store, built.artifact.tree, 'a/x')).toBeUndefined();
  });
});

describe('a hostile tree', () => {
  const bad = (bytes: Buffer): string => {
    try {
      decodeNode(bytes, digestBytes(bytes));
    } catch (error) {
      return String((error as Error).message).replace(/^tree [0-9a-f]{64} /, '');
    }
    return 'accepted';
  };
  const patched = (bytes: Buffer, at: number, ...values: number[]): Buffer => {
    const copy = Buffer.from(bytes);
    copy.set(values, at);
    return copy;
  };

  it.each(['..', '.', '', 'a/b', 'a\0b', '.git', '.GIT', 'git~1', '.git.', '.g\u200cit', 'x'.repeat(256)])(
    'may not name %j',
    (name) => expect(bad(node(entry(name)))).toMatch(/has a name that/),
  );

  it('is refused when its bytes are not exactly those of the format', () => {
    const good = node(entry('a'), entry('b'));
    expect(bad(good)).toBe('accepted');
    expect(bad(Buffer.concat([good, Buffer.from([0])]))).toBe('has bytes after its end');
    expect(bad(good.subarray(0, -1))).toBe('ends too early');
    expect(bad(patched(good, 0, 0x4e))).toBe('is not a tree');
    expect(bad(patched(good, 9, 1))).toBe('has an unknown version');
    expect(bad(patched(good, 16, 9))).toBe('has an entry of unknown kind');
    expect(bad(patched(good, 16, 5))).toBe('mixes parts and entries');
    expect(bad(patched(good, 17, 1))).toBe('has an unknown flag');
    expect(bad(patched(good, 20, 0xff))).toBe('has a name that is not UTF-8');
    expect(bad(patched(good, 20 + 1 + 32, 0xff))).toBe('has a number out of range');
    expect(bad(patched(good, 12, 0, 1, 0, 0))).toBe('has too many entries');
    expect(bad(node(entry('b'), entry('a')))).toBe('has names out of order');
    expect(bad(node(entry('a'), entry('a')))).toBe('has names out of order');
    expect(bad(node({ kind: 'link', name: 'a', target: '' }))).toMatch(/broken symlink/);
  });

  it('never crashes the reader otherwise', () => {
    const good = node(entry('a'), entry('b'), { kind: 'link', name: 'c', target: 'd' });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (where, value, length) => {
        bad(patched(good, where, value).subarray(0, length));
      }),
    );
  });

  it('may not be cut elsewhere, nor add up to something else', () => {
    const names = many(1100);
    const entries = names.map(entry);
    const parts = (first: number, sums = {}) =>
      [entries.slice(0, first), entries.slice(first)].map((part) => {
        const bytes = encodeNode({ level: 0, entries: part });
        const size = part.reduce((sum, each) => sum + (each.kind === 'file' ? each.bytes : 0), 0);
        const kind = 'part' as const;
        return {
          bytes,
          entry: {
            kind,
            name: part.at(-1)!.name,
            digest: digestBytes(bytes),
            bytes: size,
            files: part.length,
            ...sums,
          },
        };
      });
    const reading = (made: ReturnType<typeof parts>) => () => {
      const root = encodeNode({ level: 1, entries: made.map((each) => each.entry) });
      const nodes = new Map(
        [root, ...made.map((each) => each.bytes)].map((bytes) => [digestBytes(bytes), bytes]),
      );
      return readDirectory(reader(nodes), digestBytes(root));
    };
    expect(reading(parts(500))).toThrow(/cut in the wrong places/);
    expect(reading(parts(500, { files: 7 }))).toThrow(/does not add up/);
    const right = buildTree(names.map((name) => file(name)));
    expect(readDirectory(reader(right.nodes), right.artifact.tree)).toHaveLength(1100);
  });

  it('may not lie about the size of a directory', () => {
    const inner = buildTree([file('a')]);
    const root = node({ kind: 'directory', name: 'd', digest: inner.artifact.tree, bytes: 99, files: 1 });
    const nodes = new Map([[digestBytes(root), root]]);
    expect(() => [...walkTree(reader(nodes, inner.nodes), digestBytes(root))]).toThrow(/does not add up/);
  });

  it('may not lie deeper than any path reaches', () => {
    const nodes = new Map<Digest, Buffer>();
    const put = (bytes: Buffer): Digest => {
      nodes.set(digestBytes(bytes), bytes);
      return digestBytes(bytes);
    };
    let tree = put(node());
    for (let i = 0; i < 20_000; i++)
      tree = put(node({ kind: 'directory', name: 'd', digest: tree, bytes: 0, files: 0 }));
    expect(() => [...walkTree(reader(nodes), tree)]).toThrow(/deeper than any path/);
    const artifact = { bytes: 0, files: 0, tree };
    expect(() => diffTrees(reader(nodes), undefined, artifact)).toThrow(/deeper than any path/);
    const store = { has: () => true, missing: () => [], ...reader(nodes) } as unknown as Store;
    expect(new Completeness(store).of(tree, true).digests).toHaveLength(1);
  });
});
