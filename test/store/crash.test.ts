// The program may die between any two steps. Each test breaks one step after the n-th, for every n, and looks at what is left.
import { readdirSync, unlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyCheckout, planCheckout } from '../../src/store/checkout.ts';
import { save } from '../../src/store/save.ts';
import { snapshot } from '../../src/store/snapshot.ts';
import type { Store } from '../../src/store/store.ts';
import { missingObjects } from '../../src/store/tree-objects.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { at, failuresOf, rig, take } from './rig.ts';

const FILES = { 'd/a': 'one', 'd/b': 'two', 'd/sub/c': 'three', 'd/sub/deep/e': 'four' };

/** `store`, whose `step` fails after it was done `n` times. */
function dying(store: Store, step: 'land' | 'read', n: number): Store {
  let left = n;
  const real = store[step] as (...args: unknown[]) => unknown;
  return Object.assign(store, {
    [step]: (...args: unknown[]) => {
      if (left-- === 0) throw new Error('died');
      return real(...args);
    },
  });
}

describe('a program that dies', () => {
  it('while saving leaves no tree whose bytes are not there, and the next one finishes', async () => {
    for (let n = 0; n < 7; n++) {
      const { ws, write, again } = rig();
      write(FILES);
      const found = (await snapshot(ws, at('d')))!;
      dying(ws.store, 'land', n);
      await expect(save(ws, found)).rejects.toThrow('died');
      const next = again();
      for (const tree of found.nodes.keys())
        if (next.store.has(tree))
          expect(missingObjects(next.store, { bytes: 0, files: 0, tree })).toEqual([]);
      await save(next, found);
      expect(missingObjects(next.store, found.artifact)).toEqual([]);
    }
  });

  it('while checking out over files leaves every one old or new, never half, and the next one finishes', async () => {
    for (let n = 0; n < 4; n++) {
      const { ws, write, holds, again } = rig();
      write(FILES);
      const artifact = (await take(ws, at('d')))!.artifact;
      const target = new Map([[at('d'), artifact]]);
      const changed = { 'd/a': 'ONE', 'd/b': 'TWO', 'd/sub/c': 'THREE', 'd/sub/deep/e': 'FOUR' };
      write(changed);
      await take(ws, at('d'));
      const plan = await planCheckout(ws, target);
      dying(ws.store, 'read', n);
      await expect(applyCheckout(ws, plan)).rejects.toThrow('died');
      for (const [path, text] of Object.entries(holds('d')))
        expect([FILES, changed].map((all) => all[`d/${path}` as keyof typeof FILES])).toContain(text);
      const next = again();
      await applyCheckout(next, await planCheckout(next, target));
      expect((await snapshot(next, at('d')))?.artifact).toEqual(artifact);
    }
  });

  it('of a lost object while it makes a whole directory leaves nothing, and the next one finishes', async () => {
    for (const text of Object.values(FILES)) {
      const { ws, write, remove, holds, again, top } = rig();
      write(FILES);
      const artifact = (await take(ws, at('d')))!.artifact;
      remove('d');
      const target = new Map([[at('d'), artifact]]);
      const plan = await planCheckout(ws, target);
      unlinkSync(ws.store.pathOf(digestBytes(text)));
      expect(await failuresOf(() => applyCheckout(ws, plan))).toEqual([
        expect.stringMatching(/^missing: object .* is not in the store$/),
      ]);
      expect(holds('d')).toEqual({});
      expect(readdirSync(top)).toEqual(['.git']);
      ws.store.put(Buffer.from(text));
      const next = again();
      await applyCheckout(next, await planCheckout(next, target));
      expect((await snapshot(next, at('d')))?.artifact).toEqual(artifact);
    }
  });
});
