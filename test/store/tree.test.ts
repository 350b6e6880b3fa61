import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Digest } from '../../src/core/ids.ts';
import { decodeNode, encodeNode, NODE_LIMIT } from '../../src/store/tree.ts';
import { buildTree, type Leaf } from '../../src/store/tree-build.ts';
import { cut } from '../../src/store/tree-cut.ts';
import { readDirectory, walkTree } from '../../src/store/tree-read.ts';
import { byUtf8 } from '../../src/util/compare.ts';
import { digestBytes } from '../../src/util/digest.ts';

const file = (path: string, text = path, exec = false): Leaf => ({
  kind: 'file',
  path,
  exec,
  digest: digestBytes(text),
  bytes: Buffer.byteLength(text),
});

function reader(nodes: ReadonlyMap<Digest, Buffer>) {
  return { read: (digest: Digest) => nodes.get(digest) ?? expect.fail(`no node ${digest}`) };
}

const hostile = (node: Buffer) => () => decodeNode(node, digestBytes(node));

describe('tree', () => {
  it('writes the bytes of the format', () => {
    const empty = buildTree([]);
    expect(empty.artifact).toEqual({
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

  it('cuts 10^6 sequential names into 3,658 parts, then 12, then one node', { timeout: 60_000 }, () => {
    const names = Array.from({ length: 1e6 }, (_, i) => `${String(i).padStart(7, '0')}.jpg`);
    let count = 0;
    const counts: number[] = [];
    for (let level = 0, entries = names; entries.length > 1; level++) {
      const sizes = entries.length <= NODE_LIMIT ? [entries.length] : cut(entries, level);
      count = 0;
      entries = sizes.map((size) => entries[(count += size) - 1]!);
      counts.push(sizes.length);
    }
    expect(counts.at(-1)).toBe(1);
    expect(counts[0]).toBeGreaterThan(3300);
    expect(counts[0]).toBeLessThan(4000);
    expect(counts).toHaveLength(3);
  });
});
