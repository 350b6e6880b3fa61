// gc of any remote: what is needed stays readable at every moment, whoever pushes and wherever it is killed; what is not
// needed goes after a week. `newPlace` gives an empty remote.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredArtifact } from '../../src/core/artifact.ts';
import { textBody } from '../../src/remote/body.ts';
import { fetchObjects } from '../../src/remote/fetch.ts';
import { applyRemoteGc, planRemoteGc, type RemoteGcPlan, readRemoteRuns } from '../../src/remote/gc.ts';
import { newestEpoch } from '../../src/remote/gc-epoch.ts';
import { push } from '../../src/remote/push.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { registerRepository, usingRepositories } from '../../src/remote/repositories.ts';
import { Marks } from '../../src/store/gc-mark.ts';
import type { Store } from '../../src/store/store.ts';
import { missingObjects } from '../../src/store/tree-objects.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { namesOn, newStore, removeFolders, runEntry, spoiled, storeMany } from '../remote/rig.ts';
import { failuresOf } from '../store/rig.ts';
import type { Place } from './remote.ts';

/** The remote's own times are of today. */
const NOW = new Date();
const inDays = (days: number): Date => new Date(NOW.getTime() + days * 86_400_000);

export function remoteGcContract(what: string, newPlace: () => Promise<Place>): void {
  describe(`gc of ${what}`, () => {
    afterAll(removeFolders);
    let place: Place;
    let remote: Remote;
    let here: Store;
    beforeEach(async () => {
      place = await newPlace();
      remote = await place.open();
      here = newStore();
    });

    const files = (count: number, name: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}/${i}`, `${name} ${i}`]));
    const send = async (name: string, count = 300, store = here): Promise<StoredArtifact> => {
      const artifact = await storeMany(store, files(count, name));
      await push({ remote, store }, { artifacts: [{ path: name, artifact }], runs: [] });
      return artifact;
    };
    const plan = async (
      needed: readonly StoredArtifact[],
      now = NOW,
      over = remote,
    ): Promise<RemoteGcPlan> => {
      const times = { now, keepDays: 30, sweepDays: 7 };
      const marks = new Marks(here);
      for (const each of needed)
        marks.mark(
          'file' in each ? { digest: each.file, tree: false } : { digest: each.tree, tree: true },
          1,
        );
      const context = { remote: over, store: here };
      return planRemoteGc(context, marks, await readRemoteRuns(context, times), times);
    };
    const apply = async (
      needed: readonly StoredArtifact[],
      now = NOW,
      over = remote,
    ): Promise<RemoteGcPlan> => {
      const planned = await plan(needed, now, over);
      await applyRemoteGc({ remote: over, store: here }, planned, { now, keepDays: 30, sweepDays: 7 });
      return planned;
    };
    /** What a clone cannot get. */
    const lacking = async (artifact: StoredArtifact): Promise<number> => {
      const clone = newStore();
      await fetchObjects({ remote, store: clone }, [{ path: 'x', artifact }]);
      return missingObjects(clone, artifact).length;
    };

    it('condemns first: what nothing needs is still read, and sent again by who pushes it', async () => {
      const [a, b] = [await send('a'), await send('b')];
      const planned = await apply([a]);
      expect(planned).toMatchObject({ action: 'condemn', sweep: { packs: [], objects: [] } });
      expect(planned.condemn.packs.length).toBeGreaterThan(0);
      expect(await newestEpoch(remote)).toMatchObject({ epoch: 1, packs: planned.condemn.packs });
      expect([await lacking(a), await lacking(b)]).toEqual([0, 0]);
      const again = await push(
        { remote, store: here },
        { artifacts: [{ path: 'b', artifact: b }], runs: [] },
      );
      expect(again.objects).toBeGreaterThan(300);
      const none = await push({ remote, store: here }, { artifacts: [{ path: 'a', artifact: a }], runs: [] });
      expect(none.objects).toBe(0);
    });

    it('waits a week, then deletes what is still not needed, its index with it', async () => {
      const [a, b] = [await send('a'), await send('b')];
      const { condemn } = await apply([a]);
      expect(await plan([a], inDays(6))).toMatchObject({ action: 'wait' });
      const before = await namesOn(remote);
      await apply([a], inDays(6));
      expect(await namesOn(remote)).toEqual(before);
      const swept = await apply([a], inDays(8));
      expect(swept.sweep).toMatchObject({ packs: condemn.packs, objects: condemn.objects });
      const names = (await namesOn(remote)).join('\n');
      for (const digest of condemn.packs) expect(names).not.toContain(digest);
      expect(await lacking(a)).toBe(0);
      expect(await lacking(b)).toBeGreaterThan(0);
      expect(await newestEpoch(remote)).toMatchObject({ epoch: 2, packs: [], objects: [] });
      expect(await plan([a], inDays(9))).toMatchObject({ condemn: { packs: [], objects: [], runs: [] } });
    });

    it('waits a week by the clock of the remote too, when that of who condemned was late', async () => {
      const [a] = [await send('a'), await send('b')];
      await apply([a], inDays(-30));
      expect(await plan([a], inDays(1))).toMatchObject({ action: 'wait' });
      expect(await plan([a], inDays(8))).toMatchObject({ action: 'sweep' });
    });

    it('does not sweep on the word of an epoch that does not say when it was written', async () => {
      const [a] = [await send('a'), await send('b')];
      await apply([a]);
      const { time: _, ...rest } = (await newestEpoch(remote))!;
      await remote.write(
        'gc/00000002.json',
        textBody(JSON.stringify({ ...rest, epoch: 2, time: 'soon', v: 1 })),
      );
      await expect(plan([a], inDays(8))).rejects.toThrow('is not one that this mlops can read');
    });

    it('leaves alone what is needed again by then', async () => {
      const [a, b] = [await send('a'), await send('b')];
      await apply([a]);
      expect((await apply([a, b], inDays(8))).sweep.packs).toEqual([]);
      expect([await lacking(a), await lacking(b)]).toEqual([0, 0]);
      expect(await newestEpoch(remote)).toMatchObject({ epoch: 2, packs: [], objects: [] });
    });

    it('what was pushed again in between survives the deletion', async () => {
      const [a, b] = [await send('a'), await send('b')];
      await apply([a]);
      await send('b');
      const swept = await apply([a, b], inDays(8));
      expect(swept.sweep.packs.length).toBeGreaterThan(0); // the first copy
      expect([await lacking(a), await lacking(b)]).toEqual([0, 0]);
    });

    it('leaves what was sent again under its own name, though nothing names it yet', async () => {
      const large = { file: here.put(Buffer.alloc(1_100_000, 'large')), bytes: 1_100_000 };
      const artifacts = [{ path: 'model', artifact: large }];
      await push({ remote, store: here }, { artifacts, runs: [] });
      expect((await apply([])).condemn.objects).toEqual([large.file]);
      expect((await push({ remote, store: here }, { artifacts, runs: [] })).objects).toBe(1);
      await apply([], inDays(8));
      expect(await lacking(large)).toBe(0);
      // Named by the next epoch, and not sent again, it goes.
      await apply([], inDays(9));
      await apply([], inDays(17));
      expect(await lacking(large)).toBe(1);
    });

    it('keeps a pack of which one object is needed', async () => {
      await send('a');
      const needed = { file: digestBytes('a 7'), bytes: 3 };
      expect((await plan([needed])).condemn.packs).toEqual([]);
      expect(await lacking(needed)).toBe(0);
    });

    it('drops runs that are old and whose outs go, before their bytes', async () => {
      const out = { file: here.put(Buffer.from('out')), bytes: 3 };
      const old = runEntry({ 'out.txt': out }, 1, '2026-01-01T10:00:00.000Z');
      const young = runEntry({ 'out.txt': out }, 2, '2026-11-20T10:00:00.000Z');
      await push(
        { remote, store: here },
        {
          artifacts: [{ path: 'out.txt', artifact: out }],
          runs: [old, young].map((entry) => ({ scope: 'main', entry })),
        },
      );
      const planned = await plan([]);
      expect(planned.condemn.runs).toHaveLength(1);
      expect(planned.condemn.runs[0]).toContain(old.key);
      expect((await plan([out])).condemn.runs).toEqual([]); // it can still answer
    });

    it('drops old runs of pull requests, whose outs may stay for others', async () => {
      const out = { file: here.put(Buffer.from('out')), bytes: 3 };
      const old = runEntry({ 'out.txt': out }, 1, '2026-01-01T10:00:00.000Z');
      const young = runEntry({ 'out.txt': out }, 2, '2026-11-20T10:00:00.000Z');
      const runs = ['main', 'pr-7'].flatMap((scope) => [old, young].map((entry) => ({ scope, entry })));
      await push({ remote, store: here }, { artifacts: [{ path: 'out.txt', artifact: out }], runs });
      const { condemn } = await plan([out]);
      expect(condemn.runs).toEqual([expect.stringMatching(new RegExp(`^runs/pr-7/.*${old.key}/`))]);
      expect(condemn.objects).toEqual([]);
    });

    it('drops runs that say of themselves that they are of next century, when they are old', async () => {
      const out = { file: here.put(Buffer.from('out')), bytes: 3 };
      const entry = runEntry({ 'out.txt': out }, 1, '2126-01-01T10:00:00.000Z');
      const runs = [{ scope: 'pr-7', entry }];
      await push({ remote, store: here }, { artifacts: [{ path: 'out.txt', artifact: out }], runs });
      const now = Date.now();
      expect((await plan([], new Date(now + 29 * 86_400_000))).condemn.runs).toEqual([]);
      expect((await plan([], new Date(now + 31 * 86_400_000))).condemn.runs).toHaveLength(1);
    });

    it('is not stopped by what lies in no scope', async () => {
      const out = { file: here.put(Buffer.from('out')), bytes: 3 };
      const entry = runEntry({ 'out.txt': out }, 1, '2026-01-01T10:00:00.000Z');
      await push({ remote, store: here }, { artifacts: [{ path: 'out.txt', artifact: out }], runs: [] });
      await remote.write(
        `runs/.evil/${entry.key.slice(0, 2)}/${entry.key}/0123456789abcdef.json`,
        textBody('{}'),
      );
      await remote.write(
        `runs/PR-7/${entry.key.slice(0, 2)}/${entry.key}/0123456789abcdef.json`,
        textBody('{}'),
      );
      expect((await plan([out])).condemn.runs).toEqual([]);
    });

    it('of two at once one wins, and the other says so', async () => {
      const [a] = [await send('a'), await send('b')];
      const both = [await plan([a]), await plan([a])];
      const times = { now: NOW, keepDays: 30, sweepDays: 7 };
      await applyRemoteGc({ remote, store: here }, both[0]!, times);
      expect(await failuresOf(() => applyRemoteGc({ remote, store: here }, both[1]!, times))).toEqual([
        expect.stringMatching(/^busy: .*another gc was faster/),
      ]);
    });

    it('refuses a server that ignores conditions, and changes nothing there', async () => {
      const [a] = [await send('a'), await send('b')];
      const careless: Remote = { ...remote, write: (name, body) => remote.write(name, body) };
      const before = await namesOn(remote);
      expect(await failuresOf(() => apply([a], NOW, careless))).toEqual([expect.stringMatching(/^refused/)]);
      expect(await namesOn(remote)).toEqual(before);
    });

    it('may be killed at every call: what is needed is whole, and the next one does the rest', async () => {
      const [a, b] = [await send('a', 40), await send('b', 40)];
      await apply([a]);
      for (let at = 1; ; at++) {
        let calls = 0;
        const dying = spoiled(remote, (verb, name) => {
          const changes = (verb === 'write' || verb === 'remove') && !name.startsWith('probe/');
          if (changes && ++calls === at) throw new Error('killed');
        });
        const killed = await apply([a], inDays(8), dying).then(
          () => false,
          (error: Error) => error.message === 'killed',
        );
        expect(await lacking(a), `killed at ${at}`).toBe(0);
        if (!killed) break;
        expect(at).toBeLessThan(20);
      }
      expect(await lacking(b)).toBeGreaterThan(0);
      expect(await plan([a], inDays(20))).toMatchObject({ condemn: { packs: [], objects: [] } });
    });

    it('knows who uses it', async () => {
      expect(await usingRepositories(remote)).toEqual([]);
      await registerRepository(remote, { id: 'one', urls: ['https://example.org/a.git'] }, NOW);
      await registerRepository(remote, { id: 'two', urls: [] }, NOW);
      await registerRepository(remote, { id: 'one', urls: ['https://example.org/b.git'] }, NOW);
      expect(await usingRepositories(remote)).toEqual([
        { id: 'one', urls: ['https://example.org/b.git'] },
        { id: 'two', urls: [] },
      ]);
    });
  });
}
