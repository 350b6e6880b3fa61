import { describe, expect, it } from 'vitest';
import type { StoredArtifact } from '../../src/core/artifact.ts';
import { save } from '../../src/store/save.ts';
import { snapshot } from '../../src/store/snapshot.ts';
import { diffTrees, listTree } from '../../src/store/tree-list.ts';
import { objectsOf } from '../../src/store/tree-objects.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { at, type Files, type Rig, rig } from './rig.ts';

async function add({ ws, write, remove }: Rig, files: Files): Promise<StoredArtifact> {
  remove('d');
  write(Object.fromEntries(Object.entries(files).map(([path, each]) => [`d/${path}`, each])));
  const found = (await snapshot(ws, at('d')))!;
  await save(ws, found);
  return found.artifact;
}

describe('trees as people read them', () => {
  it('lists files and links in name order', async () => {
    const here = rig();
    const artifact = await add(here, { b: { exec: 'two' }, 'a/x': 'one', l: { link: 'b' }, e: null });
    expect(listTree(here.ws.store, artifact)).toEqual([
      { path: 'a/x', bytes: 3, digest: digestBytes('one'), exec: false },
      { path: 'b', bytes: 3, digest: digestBytes('two'), exec: true },
      { path: 'l', bytes: 0, exec: false, link: 'b' },
    ]);
    const file: StoredArtifact = { bytes: 3, file: digestBytes('one') };
    expect(listTree(here.ws.store, file)).toEqual([
      { path: '', bytes: 3, digest: digestBytes('one'), exec: false },
    ]);
  });

  it('says what differs: content, exec bit, link, a file in the place of a folder', async () => {
    const here = rig();
    const before = await add(here, {
      same: '1',
      'sub/same': '1',
      'sub/edit': 'a',
      bit: 'x',
      l: { link: 'a' },
      gone: 'g',
      turned: 'file',
      e: null,
    });
    const after = await add(here, {
      same: '1',
      'sub/same': '1',
      'sub/edit': 'b',
      bit: { exec: 'x' },
      l: { link: 'b' },
      'turned/x': 'inside',
      'turned/y': 'inside',
      new: 'n',
    });
    const diff = diffTrees(here.ws.store, before, after).map((each) => `${each.kind} ${each.path}`);
    expect(diff.sort()).toEqual([
      'added new',
      'added turned/x',
      'added turned/y',
      'changed bit',
      'changed l',
      'changed sub/edit',
      'removed e',
      'removed gone',
      'removed turned',
    ]);
    expect(diffTrees(here.ws.store, before, before)).toEqual([]);
    expect(diffTrees(here.ws.store, undefined, { bytes: 1, file: digestBytes('1') })).toEqual([
      { path: '', kind: 'added' },
    ]);
    expect(diffTrees(here.ws.store, after, undefined).every((each) => each.kind === 'removed')).toBe(true);
  });

  it('names bytes before the nodes that name them, children before parents', async () => {
    const here = rig();
    const artifact = await add(here, { 'a/x': 'one', 'a/b/y': 'one' });
    const objects = objectsOf(here.ws.store, artifact);
    expect(objects.map((each) => each.kind)).toEqual(['bytes', 'node', 'node', 'node']);
    expect(objects.at(-1)?.digest).toBe('tree' in artifact && artifact.tree);
    expect(new Set(objects.map((each) => each.digest))).toEqual(new Set(here.ws.store.list()));
  });
});
