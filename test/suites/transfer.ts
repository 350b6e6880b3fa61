// Push, fetch and status over any remote. `newPlace` gives an empty one; every `open` of it shares what it holds.
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../src/core/event.ts';
import { bytesBody, textBody } from '../../src/remote/body.ts';
import { fetchObjects } from '../../src/remote/fetch.ts';
import { ensureFormat, readFormat } from '../../src/remote/format.ts';
import { knownToPusher } from '../../src/remote/known.ts';
import { objectName } from '../../src/remote/layout.ts';
import { planPush, push } from '../../src/remote/push.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { lookUpRuns } from '../../src/remote/runs.ts';
import { remoteStatus } from '../../src/remote/status.ts';
import { lasting, passing } from '../../src/remote/trouble.ts';
import { runName } from '../../src/store/runs.ts';
import type { Store } from '../../src/store/store.ts';
import { missingObjects, objectsOf } from '../../src/store/tree-objects.ts';
import {
  heldBy,
  namesOn,
  newStore,
  removeFolders,
  runEntry,
  spoiled,
  spoilObject,
  storeTree,
} from '../remote/rig.ts';
import { all, type Place } from './remote.ts';

export function transferContract(name: string, newPlace: () => Promise<Place>): void {
  describe(`transfers over ${name}`, () => {
    afterAll(removeFolders);
    afterEach(() => vi.restoreAllMocks());
    let place: Place;
    let remote: Remote;
    let here: Store;
    beforeEach(async () => {
      place = await newPlace();
      remote = await place.open();
      here = newStore();
    });

    const FILES = { 'a.txt': 'a', 'sub/b.txt': 'bb', 'sub/deep/c.txt': 'ccc', 'other/d.txt': 'dddd' };
    const tree = (store = here) => ({ path: 'data', artifact: storeTree(store, FILES) });
    const outs = () => ({ 'data/out': storeTree(here, FILES) });

    it('carries a tree, a large file and a run to another machine, and then has nothing to do', async () => {
      const large = randomBytes(3 * 2 ** 20);
      const file = { path: 'model.bin', artifact: { file: here.put(large), bytes: large.length } };
      const entry = runEntry(outs(), 1);
      const request = { artifacts: [tree(), file], runs: [{ scope: 'main', entry }] };
      // a, bb, ccc, dddd, the large file; nodes of the root, sub, deep, other
      expect(await push({ remote, store: here }, request)).toEqual({
        objects: 9,
        packs: 2,
        bytes: expect.any(Number),
        runs: 1,
        present: 0,
        failures: [],
      });
      expect(await push({ remote, store: here }, request)).toMatchObject({ objects: 0, runs: 0, present: 9 });

      const there = newStore();
      const other = await place.open();
      const wanted = [{ path: 'data', artifact: tree().artifact }, file];
      expect(await fetchObjects({ remote: other, store: there }, wanted)).toMatchObject({
        objects: 9,
        failures: [],
      });
      expect(wanted.flatMap(({ artifact }) => missingObjects(there, artifact))).toEqual([]);
      expect(there.read(file.artifact.file).equals(large)).toBe(true);
      expect(await fetchObjects({ remote: other, store: there }, wanted)).toMatchObject({
        objects: 0,
        present: 9,
      });
      expect([...(await lookUpRuns(other, ['main'], [entry.key]))]).toEqual([[entry.key, [entry]]]);
    });

    it('makes format.json once, however many push first', async () => {
      const views = await Promise.all([1, 2, 3, 4].map(() => place.open()));
      const formats = await Promise.all(views.map(ensureFormat));
      expect(new Set(formats.map(({ id }) => id)).size).toBe(1);
      expect(await readFormat(remote)).toEqual(formats[0]);
    });

    it('touches nothing on a remote that it does not understand', async () => {
      for (const text of [
        '{"format":1,"hash":"sha256","id":"x","requires":["chunks"]}',
        '{"format":2,"hash":"sha256","id":"x","requires":[]}',
        '{"format":1,"hash":"blake3","id":"x","requires":[]}',
        '[]',
        'hello',
      ]) {
        await remote.write('format.json', textBody(text));
        const tried = push({ remote, store: here }, { artifacts: [tree()], runs: [] });
        await expect(tried).rejects.toMatchObject({ failures: [{ exit: 'remote' }] });
        await expect(fetchObjects({ remote, store: newStore() }, [tree()])).rejects.toMatchObject({
          failures: [{ exit: 'remote' }],
        });
      }
      expect((await all(remote.list(''))).map((each) => each.name)).toEqual(['format.json']);
    });

    it('finds what an earlier version pushed as files of their own, and sends what is gone or cut short of it', async () => {
      const wanted = tree();
      const request = { artifacts: [wanted], runs: [] };
      await ensureFormat(remote);
      const needed = objectsOf(here, wanted.artifact);
      for (const { digest } of needed)
        await remote.write(objectName(digest), bytesBody(here.read(digest), digest));
      expect(await push({ remote, store: here }, request)).toMatchObject({ objects: 0, present: 8 });
      const there = newStore();
      expect(await fetchObjects({ remote, store: there }, [wanted])).toMatchObject({
        objects: 8,
        packs: 0,
        failures: [],
      });
      await remote.remove([objectName(needed[0]!.digest)]);
      await remote.write(objectName(needed[1]!.digest), textBody(''));
      expect(await push({ remote, store: here }, request)).toMatchObject({
        objects: 2,
        packs: 0,
        present: 6,
        failures: [],
      });
      expect((await fetchObjects({ remote, store: newStore() }, [wanted])).failures).toEqual([]);
    });

    it.each([
      ['deleted', async (each: string) => remote.remove([each])],
      ['cut short', async (each: string) => void (await remote.write(each, textBody('MLPACK1\n')))],
    ])('sends a pack again that was %s, though its index is there', async (_, harm) => {
      const wanted = tree();
      const request = { artifacts: [wanted], runs: [] };
      await push({ remote, store: here }, request);
      const before = await namesOn(remote);
      const bad = (await heldBy(remote)).get(objectsOf(here, wanted.artifact)[0]!.digest)!.name;
      await harm(bad);
      const [status] = await remoteStatus({ remote, store: here }, [wanted]);
      expect(status).toMatchObject({ missingThere: 4 });
      const written: string[] = [];
      const watched = spoiled(remote, (verb, each) => verb === 'write' && written.push(each));
      expect(await push({ remote: watched, store: here }, request)).toMatchObject({
        objects: 4,
        packs: 1,
        present: 4,
        failures: [],
      });
      expect(written).toEqual([bad]); // the index says the same as before
      expect(await namesOn(remote)).toEqual(before);
      const there = newStore();
      expect((await fetchObjects({ remote, store: there }, [wanted])).failures).toEqual([]);
      expect(missingObjects(there, wanted.artifact)).toEqual([]);
    });

    it('writes a lost or damaged index again, not the pack below it', async () => {
      const wanted = tree();
      const request = { artifacts: [wanted], runs: [] };
      await push({ remote, store: here }, request);
      const before = await namesOn(remote);
      const [lost, damaged] = await namesOn(remote, 'index/');
      await remote.remove([lost!]);
      await remote.write(damaged!, textBody('not an index'));
      const written: string[] = [];
      const warnings: RunEvent[] = [];
      const watched = spoiled(remote, (verb, each) => verb === 'write' && written.push(each));
      const report = (event: RunEvent) => event.kind === 'warning' && warnings.push(event);
      const result = await push({ remote: watched, store: here, report }, request);
      expect(result).toMatchObject({ objects: 8, bytes: expect.any(Number), failures: [] });
      expect(written.sort()).toEqual([lost, damaged].sort());
      expect(warnings).toEqual([expect.objectContaining({ text: expect.stringContaining(damaged!) })]);
      expect(await namesOn(remote)).toEqual(before);
      expect((await fetchObjects({ remote, store: newStore() }, [wanted])).failures).toEqual([]);
    });

    it('finds what exists by listing when there is much to ask for', async () => {
      const files = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`f${i}`, `content ${i}`]));
      const wanted = { path: 'many', artifact: storeTree(here, files) };
      const request = { artifacts: [wanted], runs: [] };
      await ensureFormat(remote);
      for (const { digest } of objectsOf(here, wanted.artifact))
        await remote.write(objectName(digest), bytesBody(here.read(digest), digest));
      const asked: string[] = [];
      const watched = spoiled(remote, (verb) => asked.push(verb));
      expect(await push({ remote: watched, store: here }, request)).toMatchObject({
        objects: 0,
        present: 401,
      });
      expect(asked).not.toContain('stat');
    }, 20_000);

    it('writes bytes and their index, then nodes and theirs, then runs', async () => {
      const written: string[] = [];
      const watched = spoiled(remote, (verb, each) => verb === 'write' && written.push(each));
      const entry = runEntry(outs(), 1);
      await push({ remote: watched, store: here }, { artifacts: [tree()], runs: [{ scope: 'main', entry }] });
      const held = await heldBy(remote);
      const kinds = objectsOf(here, tree().artifact);
      const packOf = (kind: string) =>
        new Set(kinds.filter((each) => each.kind === kind).map(({ digest }) => held.get(digest)?.name));
      expect(packOf('bytes')).toEqual(new Set([written[1]]));
      expect(packOf('node')).toEqual(new Set([written[3]]));
      expect(written.map((each) => each.split('/')[0])).toEqual([
        'format.json',
        'packs',
        'index',
        'packs',
        'index',
        'runs',
      ]);
      expect(written[5]).toBe(runName('main', entry));
    });

    it('cut at any write, it leaves nothing that names what is not there, and a second push sends only the rest', async () => {
      const entry = runEntry(outs(), 1);
      const request = { artifacts: [tree()], runs: [{ scope: 'main', entry }] };
      for (let allowed = 0; allowed < 6; allowed++) {
        const cut = await (await newPlace()).open();
        const written: string[] = [];
        const stopping = spoiled(cut, (verb, each) => {
          if (verb !== 'write') return;
          if (written.length >= allowed) throw lasting('the network is gone', 'wait');
          written.push(each);
        });
        const half = push({ remote: stopping, store: here }, request);
        if (allowed === 0) await expect(half).rejects.toThrow('the network is gone');
        else expect((await half).failures).toEqual([expect.objectContaining({ exit: 'remote' })]);
        expect((await namesOn(cut)).sort()).toEqual(written.sort());
        const held = await heldBy(cut);
        for (const { digest, kind } of objectsOf(here, tree().artifact)) {
          if (kind !== 'node' || !held.has(digest)) continue;
          for (const each of objectsOf(here, { tree: digest, bytes: 0, files: 0 }))
            expect(held.has(each.digest)).toBe(true);
        }
        expect(written).not.toContain(runName('main', entry));
        const rest: string[] = [];
        const watched = spoiled(cut, (verb, each) => verb === 'write' && rest.push(each));
        expect((await push({ remote: watched, store: here }, request)).failures).toEqual([]);
        expect(rest.filter((each) => written.includes(each))).toEqual([]);
        expect(rest.length + written.length).toBe(6);
        expect((await fetchObjects({ remote: cut, store: newStore() }, [tree()])).failures).toEqual([]);
        expect((await lookUpRuns(cut, ['main'], [entry.key])).size).toBe(1);
      }
    }, 60_000);

    it('serves two that push overlapping things at once', async () => {
      const other = newStore();
      const mine = storeTree(here, { ...FILES, mine: '1' });
      const theirs = storeTree(other, { ...FILES, theirs: '2' });
      const [a, b] = await Promise.all([
        push(
          { remote: await place.open(), store: here },
          { artifacts: [{ path: 'm', artifact: mine }], runs: [] },
        ),
        push(
          { remote: await place.open(), store: other },
          { artifacts: [{ path: 't', artifact: theirs }], runs: [] },
        ),
      ]);
      expect([...a.failures, ...b.failures]).toEqual([]);
      const third = newStore();
      const wanted = [
        { path: 'm', artifact: mine },
        { path: 't', artifact: theirs },
      ];
      expect((await fetchObjects({ remote, store: third }, wanted)).failures).toEqual([]);
      expect(wanted.flatMap(({ artifact }) => missingObjects(third, artifact))).toEqual([]);
    });

    it('never lets wrong bytes into the store', async () => {
      const wanted = tree();
      await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
      const bad = objectsOf(here, wanted.artifact).find(({ bytes }) => bytes === 3)!;
      await spoilObject(remote, bad.digest);
      const there = newStore();
      const result = await fetchObjects({ remote, store: there }, [wanted]);
      expect(result.failures).toEqual([
        expect.objectContaining({
          exit: 'integrity',
          message: expect.stringContaining('data/sub/deep/c.txt'),
        }),
      ]);
      expect(missingObjects(there, wanted.artifact)).toEqual([bad.digest]);
    });

    it('stops at a tree node with wrong bytes, and brings the rest', async () => {
      const wanted = tree();
      const alone = { path: 'alone', artifact: storeTree(here, { x: 'x' }) };
      await push({ remote, store: here }, { artifacts: [wanted, alone], runs: [] });
      await spoilObject(remote, wanted.artifact.tree);
      const there = newStore();
      const result = await fetchObjects({ remote, store: there }, [wanted, alone]);
      expect(result.failures).toEqual([expect.objectContaining({ exit: 'integrity' })]);
      expect(there.has(wanted.artifact.tree)).toBe(false);
      expect(missingObjects(there, alone.artifact)).toEqual([]);
    });

    it('says what is on neither side, by path, and does the rest', async () => {
      const wanted = tree();
      const lost = objectsOf(here, wanted.artifact)[0]!.digest;
      rmSync(here.pathOf(lost), { force: true });
      const entry = runEntry({ data: wanted.artifact }, 1);
      const result = await push(
        { remote, store: here },
        { artifacts: [wanted], runs: [{ scope: 'main', entry }] },
      );
      expect(result).toMatchObject({ objects: 7, runs: 0 });
      expect(result.failures).toEqual([
        expect.objectContaining({ exit: 'missing', message: expect.stringMatching(/^data\/\S+: object/) }),
      ]);
      const there = newStore();
      const fetched = await fetchObjects({ remote, store: there }, [wanted]);
      expect(fetched.failures).toEqual([expect.objectContaining({ exit: 'missing' })]);
      expect(missingObjects(there, wanted.artifact)).toEqual([lost]);
    });

    it('sends no object whose bytes are damaged here', async () => {
      const wanted = tree();
      const { digest } = objectsOf(here, wanted.artifact)[0]!;
      chmodSync(here.pathOf(digest), 0o644);
      writeFileSync(here.pathOf(digest), 'X'.repeat(here.bytesOf(digest)!));
      const result = await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
      expect(result.failures).toEqual([expect.objectContaining({ exit: 'integrity' })]);
      const held = await heldBy(remote);
      expect(held.size).toBe(3);
      for (const absent of [digest, wanted.artifact.tree]) expect(held.has(absent)).toBe(false);
    });

    it('pushes from a clone that has only a part, when the remote has the rest', async () => {
      const wanted = tree();
      await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
      const clone = newStore();
      const mine = { path: 'new', artifact: storeTree(clone, { n: 'new' }) };
      const result = await push({ remote, store: clone }, { artifacts: [wanted, mine], runs: [] });
      expect(result).toMatchObject({ objects: 2, present: 8, failures: [] });
    });

    it('fetches only the wanted paths of a tree', async () => {
      const wanted = tree();
      await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
      const there = newStore();
      const result = await fetchObjects({ remote, store: there }, [
        { ...wanted, only: ['sub/deep', 'a.txt'] },
      ]);
      // nodes of the root, sub, deep; bytes of a.txt, c.txt
      expect(result).toMatchObject({ objects: 5, failures: [] });
      expect((await fetchObjects({ remote, store: there }, [wanted])).objects).toBe(3);
      expect(missingObjects(there, wanted.artifact)).toEqual([]);
    });

    it('fetches one name of a cut directory by the one part that holds it', async () => {
      const files = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`${i}.txt`, `same ${i % 2}`]));
      const wanted = { path: 'many', artifact: storeTree(here, files) };
      await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
      const there = newStore();
      const result = await fetchObjects({ remote, store: there }, [{ ...wanted, only: ['1234.txt'] }]);
      expect(result).toMatchObject({ objects: 3, failures: [] });
    });

    it('fetches nothing from a remote that nobody pushed to, and says so', async () => {
      const result = await fetchObjects({ remote, store: newStore() }, [tree()]);
      expect(result).toMatchObject({ objects: 0, failures: [{ exit: 'missing' }] });
    });

    it('tells what is missing on which side', async () => {
      const wanted = tree();
      const file = { path: 'f', artifact: { file: here.put(Buffer.from('f')), bytes: 1 } };
      const before = await remoteStatus({ remote, store: here }, [wanted, file]);
      expect(before).toEqual([
        {
          path: 'data',
          objects: 8,
          bytes: expect.any(Number),
          missingHere: 0,
          missingThere: 8,
          missingBoth: 0,
        },
        { path: 'f', objects: 1, bytes: 1, missingHere: 0, missingThere: 1, missingBoth: 0 },
      ]);
      await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
      const after = await remoteStatus({ remote, store: newStore() }, [wanted, file]);
      expect(after).toEqual([
        {
          path: 'data',
          objects: 8,
          bytes: expect.any(Number),
          missingHere: 4,
          missingThere: 0,
          missingBoth: 0,
        },
        { path: 'f', objects: 1, bytes: 1, missingHere: 1, missingThere: 1, missingBoth: 1 },
      ]);
    });

    it('does not take a listing for there that is damaged on the remote and lacks here', async () => {
      const wanted = tree();
      await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
      await spoilObject(remote, wanted.artifact.tree);
      const [status] = await remoteStatus({ remote, store: newStore() }, [wanted]);
      expect(status).toMatchObject({ missingHere: 1, missingThere: 1, missingBoth: 1 });
      const cut = spoiled(remote, (verb, each) => {
        if (verb === 'read' && each.startsWith('packs/')) throw lasting('not allowed', 'ask', undefined);
      });
      await expect(remoteStatus({ remote: cut, store: newStore() }, [wanted])).rejects.toThrow('not allowed');
    });

    it('looks up runs of trusted scopes only, the earliest first, and passes over false ones', async () => {
      const early = runEntry(outs(), 7, '2026-11-21T09:00:00.000Z');
      const late = runEntry({ 'data/out': storeTree(here, { z: 'z' }) }, 7, '2026-11-21T11:00:00.000Z');
      const foreign = runEntry({ 'data/out': storeTree(here, { p: 'p' }) }, 7);
      const runs = [
        { scope: 'main', entry: late },
        { scope: 'main', entry: early },
        { scope: 'pr-3', entry: foreign },
      ];
      await push({ remote, store: here }, { artifacts: [], runs });
      const other = runEntry(outs(), 8);
      const stolen = runName('main', early).replace(/[^/]+$/, 'feedfacefeedface.json');
      await remote.write(stolen, textBody(JSON.stringify({ ...other, key: early.key })));
      await remote.write(stolen.replace('feed', 'beef'), textBody(JSON.stringify(early)));
      await remote.write(stolen.replace('feed', 'dead'), textBody('{'));
      const surrogate = JSON.stringify({ ...early, in: { ...early.in, shell: 'X' } }).replace(
        '"X"',
        '"\\ud800"',
      );
      await remote.write(stolen.replace('feed', 'd800'), textBody(surrogate));
      const found = await lookUpRuns(remote, ['main'], [early.key, other.key]);
      expect([...found]).toEqual([[early.key, [early, late]]]);
    });

    it('keeps the first entry of a result', async () => {
      const first = runEntry(outs(), 1, '2026-11-21T09:00:00.000Z');
      const again = { ...first, started: '2026-11-22T09:00:00.000Z' };
      await push({ remote, store: here }, { artifacts: [], runs: [{ scope: 'main', entry: first }] });
      const result = await push(
        { remote, store: here },
        { artifacts: [], runs: [{ scope: 'main', entry: again }] },
      );
      expect(result.runs).toBe(0);
      expect((await lookUpRuns(remote, ['main'], [first.key])).get(first.key)).toEqual([first]);
    });

    it('reports how far it is, every byte once, also when attempts fail', async () => {
      const events: RunEvent[] = [];
      const wanted = tree();
      let failures = 3;
      const flaky = spoiled(remote, (verb, each) => {
        if (verb === 'write' && each.startsWith('packs/') && failures-- > 0) throw passing('busy');
      });
      const { withRetry } = await import('../../src/remote/retry.ts');
      const stubborn = withRetry(flaky, { sleep: async () => {} });
      const result = await push(
        { remote: stubborn, store: here, report: (event) => events.push(event) },
        { artifacts: [wanted], runs: [] },
      );
      expect(events.at(-1)).toMatchObject({
        kind: 'progress',
        task: 'push',
        done: { items: 8, bytes: result.bytes },
        total: { items: 8, bytes: result.bytes },
        finished: true,
      });
      expect((await heldBy(remote)).has(wanted.artifact.tree)).toBe(true);
    });

    it('plans without writing', async () => {
      const context = { remote, store: here };
      const plan = await planPush(context, await knownToPusher(context), { artifacts: [tree()], runs: [] });
      expect(plan).toMatchObject({ objects: 8, present: 0, failures: [] });
      expect(await all(remote.list(''))).toEqual([]);
    });

    it('stops in the middle of a large object', async () => {
      const bytes = randomBytes(20 * 2 ** 20);
      const wanted = { path: 'large', artifact: { file: here.put(bytes), bytes: bytes.length } };
      let ms = 0;
      vi.spyOn(performance, 'now').mockImplementation(() => (ms += 1000)); // so that every chunk is worth an event
      const stopAt = (direction: string) => {
        const stop = new AbortController();
        const report = (event: RunEvent) => {
          if (event.kind === 'progress' && event.done.bytes > 0) stop.abort(new Error(`stop ${direction}`));
        };
        return { signal: stop.signal, report };
      };
      const request = { artifacts: [wanted], runs: [] };
      await expect(push({ remote, store: here, ...stopAt('push') }, request)).rejects.toThrow('stop push');
      expect(await remote.stat(objectName(wanted.artifact.file))).toBeUndefined();
      await push({ remote, store: here }, request);
      const there = newStore();
      const half = fetchObjects({ remote, store: there, ...stopAt('fetch') }, [wanted]);
      await expect(half).rejects.toThrow('stop fetch');
      expect([...there.list()]).toEqual([]);
      expect(readdirSync(join(there.dir, 'tmp'))).toEqual([]);
    });

    it('stops at the signal, keeps what came, and goes on from there', async () => {
      const wanted = tree();
      await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
      const there = newStore();
      const stop = new AbortController();
      let reads = 0;
      const stopping = spoiled(remote, (verb, each) => {
        if (verb === 'read' && each.startsWith('packs/') && ++reads === 3) stop.abort(new Error('Ctrl-C'));
      });
      const half = fetchObjects({ remote: stopping, store: there, signal: stop.signal }, [wanted]);
      await half.catch((error) => expect(error.message).toBe('Ctrl-C'));
      expect([...there.list()].length).toBeGreaterThanOrEqual(2);
      expect((await fetchObjects({ remote, store: there }, [wanted])).failures).toEqual([]);
      expect(missingObjects(there, wanted.artifact)).toEqual([]);
    });

    it('does not believe a size: a body that goes on beyond it is refused', async () => {
      const bytes = randomBytes(2 ** 21);
      const wanted = { path: 'large', artifact: { file: here.put(bytes), bytes: bytes.length } };
      await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
      await remote.write(objectName(wanted.artifact.file), bytesBody(Buffer.concat([bytes, bytes])));
      const result = await fetchObjects({ remote, store: newStore() }, [wanted]);
      expect(result.failures).toEqual([expect.objectContaining({ exit: 'integrity' })]);
    });
  });
}
