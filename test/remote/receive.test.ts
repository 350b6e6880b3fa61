import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import { bytesBody } from '../../src/remote/body.ts';
import { fetchObjects } from '../../src/remote/fetch.ts';
import { ensureFormat } from '../../src/remote/format.ts';
import { indexName, objectName, packName } from '../../src/remote/layout.ts';
import { receive } from '../../src/remote/receive.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { PackBuilder } from '../../src/store/pack.ts';
import { buildIndex } from '../../src/store/pack-index.ts';
import { buildTree, type Leaf } from '../../src/store/tree-build.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { folderRemote, newStore, removeFolders } from './rig.ts';

afterAll(removeFolders);

it.each([undefined, 100, 3 * 2 ** 20])(
  'stops a body without end (%s bytes were announced)',
  async (bytes) => {
    const store = newStore();
    const endless: Remote = {
      ...folderRemote(),
      read: (_, use) =>
        use(
          Readable.from(
            (function* () {
              for (;;) yield Buffer.alloc(65_536);
            })(),
          ),
        ),
    };
    const ref = { digest: digestBytes('x'), path: 'x', ...(bytes === undefined ? {} : { bytes }) };
    const batch = store.batch();
    await expect(receive(endless, store, batch, ref, () => {})).rejects.toMatchObject({
      failures: [{ exit: 'integrity' }],
    });
    await batch.finish();
    expect([...store.list()]).toEqual([]);
  },
);

it('brings the node of a folder full of symlinks with the longest targets', async () => {
  const leaves = Array.from({ length: 1024 }, (_, i): Leaf => {
    const target = 'a/../'.repeat(818); // 4,090 bytes: the system's limit is 4,095
    return { kind: 'link', path: `l${String(i).padStart(4, '0')}`, target };
  });
  const remote = folderRemote();
  const store = newStore();
  const batch = store.batch('trees');
  for (const [digest, node] of buildTree(leaves).nodes) {
    await remote.write(objectName(digest), bytesBody(node, digest));
    expect(await receive(remote, store, batch, { digest, path: 'links' }, () => {})).toBe(true);
    await batch.finish();
    expect(store.missing([digest])).toEqual([]);
  }
});

it('makes a file of its own of a large object that somebody put into a pack', async () => {
  const contents = Array.from({ length: 300 }, (_, i) =>
    i === 5 ? Buffer.alloc(2 << 20, 'large') : Buffer.from(`content ${i}`),
  );
  const remote = folderRemote();
  await ensureFormat(remote);
  const pieces: Buffer[] = [];
  const builder = new PackBuilder('bytes', (piece) => pieces.push(Buffer.from(piece)));
  for (const bytes of contents) builder.add(digestBytes(bytes), bytes);
  const pack = builder.finish();
  const index = buildIndex([pack]);
  await remote.write(packName(pack.digest), bytesBody(Buffer.concat(pieces), pack.digest));
  await remote.write(indexName(index.digest), bytesBody(index.bytes, index.digest));
  const store = newStore();
  const artifacts = contents.map((bytes, i) => ({
    path: `f${i}`,
    artifact: { file: digestBytes(bytes), bytes: bytes.length },
  }));
  expect((await fetchObjects({ remote, store }, artifacts)).failures).toEqual([]);
  expect(store.missing(artifacts.map(({ artifact }) => artifact.file))).toEqual([]);
  expect(existsSync(store.pathOf(artifacts[5]!.artifact.file))).toBe(true);
});
