// Packs on any remote: what they cost, what happens when they are damaged, condemned or merged. `newPlace` gives an empty
// remote; every `open` of it shares what it holds.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '../../src/core/ids.ts';
import { bytesBody, collect, textBody } from '../../src/remote/body.ts';
import { fetchObjects } from '../../src/remote/fetch.ts';
import { ensureFormat } from '../../src/remote/format.ts';
import { newestEpoch, writeEpoch } from '../../src/remote/gc-epoch.ts';
import { openIndexCache } from '../../src/remote/index-cache.ts';
import { knownToPusher } from '../../src/remote/known.ts';
import { indexName, indexOf, objectName, packName, packOf } from '../../src/remote/layout.ts';
import { mergeRemoteIndexes } from '../../src/remote/merge.ts';
import { planSend } from '../../src/remote/pack-plan.ts';
import { RemotePacks } from '../../src/remote/packs.ts';
import { push } from '../../src/remote/push.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { lookUpRuns } from '../../src/remote/runs.ts';
import { sendStep } from '../../src/remote/send.ts';
import { lasting } from '../../src/remote/trouble.ts';
import { PackBuilder } from '../../src/store/pack.ts';
import { buildIndex, PackIndex, writeIndex } from '../../src/store/pack-index.ts';
import { runName } from '../../src/store/runs.ts';
import type { Store } from '../../src/store/store.ts';
import { missingObjects, objectsOf } from '../../src/store/tree-objects.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { startProgress } from '../../src/util/progress.ts';
import {
  heldBy,
  namesOn,
  newState,
  newStore,
  removeFolders,
  runEntry,
  spoiled,
  spoilObject,
  storeMany,
  storeTree,
  tally,
  watched,
} from '../remote/rig.ts';
import type { Place } from './remote.ts';

export function remotePacksContract(name: string, newPlace: () => Promise<Place>): void {
  describe(`packs over ${name}`, () => {
    afterAll(removeFolders);
    let place: Place;
    let remote: Remote;
    let here: Store;
    beforeEach(async () => {
      place = await newPlace();
      remote = await place.open();
      here = newStore();
    });

    const numbered = (count: number, from = 0): { [path: string]: string } =>
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
          `d/${String(from + i).padStart(6, '0')}`,
          `content ${from + i}`,
        ]),
      );
    /** One object more, and three nodes: the root and its two folders. */
    const many = async (count: number, more: { readonly [path: string]: string } = {}, store = here) => ({
      path: 'data',
      artifact: await storeMany(store, { ...numbered(count), 'e/alone': 'alone', ...more }),
    });
    const digestOf = (content: string): Digest => digestBytes(content);
    const packOn = async (digest: Digest): Promise<Digest> =>
      packOf((await heldBy(remote)).get(digest)!.name)!;
    const condemn = async (what: {
      readonly packs?: readonly Digest[];
      readonly objects?: readonly Digest[];
      readonly runs?: readonly string[];
    }): Promise<void> => {
      const epoch = ((await newestEpoch(remote))?.epoch ?? 0) + 1;
      const time = '2026-11-21T10:00:00.000Z';
      expect(await writeEpoch(remote, { epoch, time, packs: [], objects: [], runs: [], ...what })).toBe(
        'written',
      );
    };

    describe('cost', () => {
      it('a push into nothing: two packs with their indexes', async () => {
        const asking = watched(remote);
        await push({ remote: asking, store: here }, { artifacts: [await many(400)], runs: [] });
        expect(tally(asking.asked.calls)).toEqual({
          'read format.json': 3, // is there one; still not; mine or another's
          'write format.json': 1,
          'write packs': 2,
          'write index': 2,
          'list gc': 1,
        });
      });

      it('a push of nothing: the format and three listings', async () => {
        const context = { store: here, state: newState() };
        const request = { artifacts: [await many(400)], runs: [] };
        await push({ remote, ...context }, request);
        const asking = watched(remote);
        expect(await push({ remote: asking, ...context }, request)).toMatchObject({
          objects: 0,
          present: 404,
        });
        expect(tally(asking.asked.calls)).toEqual({
          'read format.json': 1,
          'list index': 1,
          'list packs': 1,
          'list gc': 1,
        });
        expect(asking.asked.bytesDown).toBeLessThan(200);
      });

      it('one file added to 3,000: itself, three nodes, one index', async () => {
        const context = { store: here, state: newState() };
        await push({ remote, ...context }, { artifacts: [await many(3000)], runs: [] });
        const asking = watched(remote);
        const request = { artifacts: [await many(3000, { 'd/001500x': 'one more' })], runs: [] };
        expect(await push({ remote: asking, ...context }, request)).toMatchObject({
          objects: 4,
          packs: 1,
          failures: [],
        });
        expect(tally(asking.asked.calls)).toEqual({
          'read format.json': 1,
          'list index': 1,
          'list packs': 1,
          'list gc': 2,
          'stat objects': 4,
          'write objects': 1,
          'write packs': 1,
          'write index': 1,
        });
        expect(asking.asked.bytesUp).toBeLessThan(40_000);
      }, 30_000);

      it('a fetch of everything: each index and each pack once, one request a level of the tree', async () => {
        const wanted = await many(400);
        await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
        const asking = watched(await place.open());
        const there = newStore();
        expect(await fetchObjects({ remote: asking, store: there }, [wanted])).toMatchObject({
          objects: 404,
          packs: 2,
          failures: [],
        });
        expect(tally(asking.asked.calls)).toEqual({
          'read format.json': 1,
          'list index': 1,
          'list packs': 1,
          'read index': 2,
          'read packs': 3, // the root, its two folders, the bytes
        });
        expect(missingObjects(there, wanted.artifact)).toEqual([]);
        // What came as a pack is the same pack here.
        const pack = await packOn(digestOf('content 7'));
        expect(there.packs.list().map(({ digest }) => digest)).toEqual([pack]);
        expect(await fetchObjects({ remote: asking, store: there }, [wanted])).toMatchObject({ objects: 0 });
      });

      it('a fetch of one file: what it needs and little more', async () => {
        const wanted = await many(3000);
        const state = newState();
        await push({ remote, store: here, state }, { artifacts: [wanted], runs: [] });
        const asking = watched(remote);
        const there = newStore();
        const one = { ...wanted, only: ['d/001234'] };
        const result = await fetchObjects({ remote: asking, store: there, state }, [one]);
        expect(result).toMatchObject({ objects: 4, failures: [] });
        expect(tally(asking.asked.calls)).toEqual({
          'read format.json': 1,
          'list index': 1,
          'list packs': 1,
          'read packs': 4, // three nodes, each known from the one before; the file
        });
        const needed = [...there.list()].reduce((sum, digest) => sum + there.bytesOf(digest)!, 0);
        expect(asking.asked.bytesDown).toBeLessThan(needed + 200);
      }, 30_000);

      it('a fetch of a scattered tenth: near ones in one range, far ones in ranges of their own', async () => {
        const far = Object.fromEntries(
          Array.from({ length: 40 }, (_, i) => [`big/${i}`, String(i % 10).repeat(90_000 + i)]),
        );
        const wanted = { path: 'data', artifact: await storeMany(here, { ...numbered(300), ...far }) };
        await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
        const asking = watched(remote);
        const only = ['d/000010', 'd/000012', 'd/000014', 'big/3', 'big/7'];
        const result = await fetchObjects({ remote: asking, store: newStore() }, [{ ...wanted, only }]);
        expect(result).toMatchObject({ objects: 8, failures: [] });
        const held = await heldBy(remote);
        const pack = held.get(digestOf('content 10'))!.name;
        expect(asking.asked.calls.filter((call) => call.startsWith(`read ${pack}`))).toHaveLength(3);
      });

      it('remembers index files by name, and finds out a damaged one', async () => {
        const wanted = await many(400);
        const state = newState();
        await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
        const reads = async (): Promise<number> => {
          const asking = watched(remote);
          expect(
            (await fetchObjects({ remote: asking, store: newStore(), state }, [wanted])).failures,
          ).toEqual([]);
          return tally(asking.asked.calls)['read index'] ?? 0;
        };
        expect(await reads()).toBe(2);
        expect(await reads()).toBe(0);
        const [id] = readdirSync(state);
        const folder = join(state, id!, 'index');
        const kept = readdirSync(folder);
        writeFileSync(join(folder, kept[0]!), 'MLINDX1\n');
        writeFileSync(join(folder, `${'0'.repeat(64)}.idx`), 'merged away');
        expect(await reads()).toBe(1);
        expect(readdirSync(folder).sort()).toEqual(kept.sort());
      });
    });

    describe('several packs', () => {
      it('cut at any write, are indexed in order, and made again for the rest', async () => {
        const refs = Object.values(numbered(60)).map((content) => ({
          digest: here.put(Buffer.from(content)),
          path: 'x',
          bytes: content.length,
        }));
        const progress = startProgress(undefined, 'push');
        for (let allowed = 0; allowed < 12; allowed++) {
          const cut = await (await newPlace()).open();
          await ensureFormat(cut);
          const written: string[] = [];
          const stopping = spoiled(cut, (verb, each) => {
            if (verb !== 'write') return;
            if (written.length >= allowed) throw lasting('the network is gone', 'wait');
            written.push(each);
          });
          const half = { remote: stopping, store: here };
          const plan = planSend(refs, undefined, 600);
          expect(plan.packs.length).toBe(6);
          const sent = await sendStep(half, await knownToPusher(half), 'bytes', plan, progress);
          expect(sent.failures).toEqual([expect.objectContaining({ exit: 'remote' })]);
          // What is indexed is the beginning of the plan.
          const held = await heldBy(cut);
          const first = refs.findIndex(({ digest }) => !held.has(digest));
          expect(refs.slice(first).every(({ digest }) => !held.has(digest))).toBe(true);

          const asking = watched(cut);
          const whole = { remote: asking, store: here };
          const rest = planSend(refs.slice(first), undefined, 600);
          const then = await sendStep(whole, await knownToPusher(whole), 'bytes', rest, progress);
          expect(then.failures).toEqual([]);
          const again = asking.asked.calls.flatMap((call) => call.match(/^write (.*)/)?.[1] ?? []);
          expect(again.filter((each) => written.includes(each))).toEqual([]);
          expect(new Set([...again, ...written]).size).toBe(12);
          expect((await heldBy(cut)).size).toBe(60);
        }
      }, 60_000);

      it('pushed by two clones at once, are the same packs', async () => {
        const wanted = await many(500);
        const other = newStore();
        await many(500, {}, other);
        const request = { artifacts: [wanted], runs: [] };
        const results = await Promise.all([
          push({ remote: await place.open(), store: here }, request),
          push({ remote: await place.open(), store: other }, request),
        ]);
        expect(results.flatMap(({ failures }) => failures)).toEqual([]);
        expect(await namesOn(remote, 'packs/')).toHaveLength(2);
        expect(await namesOn(remote, 'index/')).toHaveLength(2);
        expect((await fetchObjects({ remote, store: newStore() }, [wanted])).failures).toEqual([]);
      });
    });

    describe('damage', () => {
      it('of one object in a pack costs that object, and says which file is damaged', async () => {
        const wanted = await many(400);
        await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
        const bad = digestOf('content 123');
        const pack = await packOn(bad);
        await spoilObject(remote, bad);
        const there = newStore();
        const result = await fetchObjects({ remote, store: there }, [wanted]);
        expect(result.objects).toBe(403);
        expect(result.failures.filter(({ exit }) => exit === 'integrity')).toEqual([
          expect.objectContaining({
            exit: 'integrity',
            message: expect.stringMatching(new RegExp(`^data/d/000123: object ${bad} .* ${packName(pack)}$`)),
            help: expect.stringContaining('fsck'),
          }),
        ]);
        expect(missingObjects(there, wanted.artifact)).toEqual([bad]);
        // The damaged pack did not become one here.
        expect(there.packs.list().map(({ digest }) => digest)).not.toContain(pack);
      });

      it('of an object that also lies elsewhere costs nothing', async () => {
        const wanted = await many(400);
        await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
        for (const content of ['content 3', 'content 4']) await spoilObject(remote, digestOf(content));
        await remote.write(objectName(digestOf('content 3')), textBody('content 3'));
        const pieces: Buffer[] = [];
        const other = new PackBuilder('bytes', (bytes) => pieces.push(Buffer.from(bytes)));
        other.add(digestOf('content 4'), Buffer.from('content 4'));
        const built = other.finish();
        await remote.write(packName(built.digest), bytesBody(Buffer.concat(pieces)));
        const index = buildIndex([built]);
        await remote.write(indexName(index.digest), bytesBody(index.bytes));
        const there = newStore();
        expect((await fetchObjects({ remote, store: there }, [wanted])).failures).toEqual([]);
        expect(missingObjects(there, wanted.artifact)).toEqual([]);
      });

      it('of the table of a pack does not keep its objects from coming', async () => {
        const wanted = await many(400);
        await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
        const pack = await packOn(digestOf('content 0'));
        const bytes = (await remote.read(packName(pack), collect))!;
        bytes[bytes.length - 40]! ^= 1;
        await remote.write(packName(pack), bytesBody(bytes));
        const there = newStore();
        expect((await fetchObjects({ remote, store: there }, [wanted])).failures).toEqual([]);
        expect(missingObjects(there, wanted.artifact)).toEqual([]);
        for (const { digest } of there.packs.list())
          expect(digestBytes(readFileSync(there.packs.pathOf(digest)))).toBe(digest);
      });

      it('of an index is told of where something is missing for it; the rest comes', async () => {
        const lost = await many(400);
        await push({ remote, store: here }, { artifacts: [lost], runs: [] });
        const whole = await namesOn(remote, 'index/');
        const kept = { path: 'kept', artifact: storeTree(here, numbered(5, 1000)) };
        await push({ remote, store: here }, { artifacts: [kept], runs: [] });
        for (const each of whole) await remote.write(each, textBody('MLINDX1\n'));
        const there = newStore();
        const result = await fetchObjects({ remote, store: there }, [lost, kept]);
        expect(missingObjects(there, kept.artifact)).toEqual([]);
        expect(result.failures.map(({ exit }) => exit)).toEqual(['missing', 'integrity', 'integrity']);
        for (const each of whole)
          expect(result.failures).toContainEqual(
            expect.objectContaining({ message: expect.stringContaining(each) }),
          );
        const fine = await fetchObjects({ remote, store: newStore() }, [kept]);
        expect(fine.failures).toEqual([]);
      });

      it('by somebody who writes false indexes is found out', async () => {
        const wanted = await many(300);
        await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
        const held = await heldBy(remote);
        const pack = await packOn(digestOf('content 0'));
        for (const each of await namesOn(remote, 'index/')) {
          const index = new PackIndex((await remote.read(each, collect))!, indexOf(each)!);
          if (index.packs[0]!.digest !== pack) continue;
          // All digests stay, all places are those of the first object: overlapping, and of the wrong bytes.
          const entries = Buffer.from(index.within(index.range));
          const first = held.get(digestOf('content 0'))!;
          for (let at = 0; at < entries.length; at += 48) {
            entries.writeUInt32BE(first.offset, at + 32);
            entries.writeUInt32BE(first.bytes, at + 36);
            entries.writeUInt32BE(first.bytes, at + 40);
          }
          const lie = writeIndex(index.packs, entries, index.range);
          await remote.remove([each]);
          await remote.write(indexName(lie.digest), bytesBody(lie.bytes));
        }
        const there = newStore();
        const result = await fetchObjects({ remote, store: there }, [wanted]);
        // Sizes that are not those of the tree do not count; of those that are, one is what it says.
        const right = Object.values(numbered(300)).filter(
          (each) => each.length === 'content 0'.length,
        ).length;
        expect(result.objects).toBe(3 + 1);
        expect(result.failures.filter(({ exit }) => exit === 'integrity')).toEqual([
          expect.objectContaining({
            exit: 'integrity',
            message: expect.stringContaining(`, and ${right - 2} more of its objects`),
          }),
        ]);
        expect(there.has(digestOf('content 0'))).toBe(true);
      });

      it('as an index with giant counts reads nothing giant', async () => {
        const wanted = await many(300);
        await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
        const giant = Buffer.alloc(4096);
        giant.write('MLINDX1\n');
        giant[8] = 16;
        giant.writeUInt32BE(0xffffff, 12);
        giant.writeBigUInt64BE(2n ** 31n, 16);
        giant.writeUInt16BE(0xffff, 26);
        await remote.write(indexName(digestBytes(giant)), bytesBody(giant));
        const packs = await RemotePacks.open({ remote, cache: openIndexCache(undefined), wholeBytes: 4000 });
        expect(packs.failures).toEqual([
          expect.objectContaining({ message: expect.stringContaining(indexName(digestBytes(giant))) }),
        ]);
        expect((await fetchObjects({ remote, store: newStore() }, [wanted])).failures).toEqual([]);
      });
    });

    describe('gc', () => {
      it('condemned objects are sent again by who pushes, under other names, and still read', async () => {
        const wanted = await many(400);
        const large = {
          path: 'large',
          artifact: { file: here.put(Buffer.alloc(2 ** 20 + 1)), bytes: 2 ** 20 + 1 },
        };
        const small = { path: 'small', artifact: { file: here.put(Buffer.from('loose')), bytes: 5 } };
        const entry = runEntry({ data: wanted.artifact }, 1);
        const request = { artifacts: [wanted, large], runs: [{ scope: 'main', entry }] };
        await push({ remote, store: here }, request);
        await push({ remote, store: here }, { artifacts: [small], runs: [] });
        const before = await namesOn(remote, 'packs/');
        await condemn({
          packs: before.map((each) => packOf(each)!),
          objects: [large.artifact.file, small.artifact.file],
          runs: [runName('main', entry)],
        });
        const there = newStore();
        expect((await fetchObjects({ remote, store: there }, [wanted, large, small])).failures).toEqual([]);
        expect((await lookUpRuns(remote, ['main'], [entry.key])).size).toBe(1);

        const all = { ...request, artifacts: [...request.artifacts, small] };
        expect(await push({ remote, store: here }, all)).toMatchObject({
          objects: 406,
          packs: 2,
          runs: 1,
          present: 0,
          failures: [],
        });
        const after = (await namesOn(remote, 'packs/')).filter((each) => !before.includes(each));
        expect(after).toHaveLength(2);
        // What is condemned may go now; only the large object has no other name it could have.
        await remote.remove([...before, objectName(small.artifact.file)]);
        expect(await push({ remote, store: here }, all)).toMatchObject({ objects: 1, present: 405 });
        const third = newStore();
        expect((await fetchObjects({ remote, store: third }, [wanted, large, small])).failures).toEqual([]);
      });

      it('that condemns during a push what it relies on, is noticed at its end', async () => {
        const old = await many(400);
        await push({ remote, store: here }, { artifacts: [old], runs: [] });
        const condemned = (await namesOn(remote, 'packs/')).map((each) => packOf(each)!);
        const mine = { path: 'mine', artifact: storeTree(here, { a: '1', b: '2', c: '3' }) };
        let raced = false;
        const racing = {
          ...remote,
          write: async (...args: Parameters<Remote['write']>) => {
            const answer = await remote.write(...args);
            if (!raced && args[0].startsWith('packs/')) {
              raced = true;
              await condemn({ packs: condemned });
            }
            return answer;
          },
        };
        const result = await push({ remote: racing, store: here }, { artifacts: [old, mine], runs: [] });
        expect(result).toMatchObject({ objects: 4 + 404, failures: [] });
        await remote.remove(condemned.map(packName));
        const there = newStore();
        expect((await fetchObjects({ remote, store: there }, [old, mine])).failures).toEqual([]);
      });

      it('writes each epoch once, and the newest one counts', async () => {
        await ensureFormat(remote);
        expect(await newestEpoch(remote)).toBeUndefined();
        const epoch = {
          epoch: 1,
          time: '2026-11-21T10:00:00.000Z',
          packs: [],
          objects: [],
          runs: ['runs/x'],
        };
        expect(await writeEpoch(remote, epoch)).toBe('written');
        expect(await writeEpoch(remote, { ...epoch, runs: [] })).toBe('exists');
        expect(String(await remote.read('gc/00000001.json', collect))).toBe(
          '{"epoch":1,"objects":[],"packs":[],"runs":["runs/x"],"time":"2026-11-21T10:00:00.000Z","v":1}\n',
        );
        await writeEpoch(remote, { ...epoch, epoch: 2, packs: [digestOf('p')] });
        expect(await newestEpoch(remote)).toEqual({ ...epoch, epoch: 2, packs: [digestOf('p')] });
      });

      it.each([
        '{',
        '[]',
        '{"v":2,"epoch":1}',
        '{"v":1,"epoch":1,"time":"t","packs":["x"],"objects":[],"runs":[]}',
      ])('of a newer program (%s) stops who pushes, not who reads', async (text) => {
        const wanted = await many(10);
        await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
        await remote.write('gc/00000001.json', textBody(text));
        const tried = push({ remote, store: here }, { artifacts: [wanted], runs: [] });
        await expect(tried).rejects.toMatchObject({
          failures: [{ exit: 'remote', message: expect.stringContaining('gc/00000001.json') }],
        });
        expect((await fetchObjects({ remote, store: newStore() }, [wanted])).failures).toEqual([]);
      });
    });

    describe('many indexes', () => {
      /** So many pushes of three files each, without a merge. */
      const pushes = async (count: number, from = 0) => {
        const artifacts = Array.from({ length: count }, (_, i) => ({
          path: `p${from + i}`,
          artifact: storeTree(here, numbered(3, 3 * (from + i))),
        }));
        for (const each of artifacts) await push({ remote, store: here }, { artifacts: [each], runs: [] });
        return artifacts;
      };

      /** So many packs of three files each, with an index each, as so many pushes leave them. */
      const indexes = async (count: number) => {
        const files = numbered(3 * count, 1000);
        const artifact = await storeMany(here, files);
        const wanted = { path: 'data', artifact };
        const bytes = objectsOf(here, artifact).filter(({ kind }) => kind === 'bytes');
        const refs = bytes.map(({ digest }) => ({
          digest,
          path: 'data',
          bytes: here.bytesOf(digest)!,
        }));
        await ensureFormat(remote);
        const context = { remote, store: here };
        const plan = planSend(refs, undefined, 16 + 16 + 3 * (44 + 12));
        await sendStep(
          context,
          await knownToPusher(context),
          'bytes',
          plan,
          startProgress(undefined, 'push'),
        );
        return wanted;
      };

      it('are merged by whoever makes the 64th, whether or not the old ones may be removed', async () => {
        const wanted = await indexes(63);
        expect(await namesOn(remote, 'index/')).toHaveLength(63);
        const forbidden = { ...remote, remove: () => Promise.reject(lasting('not allowed', 'ask')) };
        const more = { path: 'more', artifact: storeTree(here, numbered(3, 900)) };
        const request = { artifacts: [wanted, more], runs: [] };
        expect((await push({ remote: forbidden, store: here }, request)).failures).toEqual([]);
        const beside = (await namesOn(remote, 'index/')).length;
        expect(beside).toBeGreaterThan(64);
        expect(await push({ remote, store: here }, request)).toMatchObject({ objects: 0 });

        const last = { path: 'last', artifact: storeTree(here, numbered(3, 990)) };
        const all = { artifacts: [wanted, more, last], runs: [] };
        expect((await push({ remote, store: here }, all)).failures).toEqual([]);
        expect((await namesOn(remote, 'index/')).length).toBeLessThanOrEqual(2);
        expect(await push({ remote, store: here }, all)).toMatchObject({ objects: 0 });
        const there = newStore();
        expect((await fetchObjects({ remote, store: there }, all.artifacts)).failures).toEqual([]);
        expect(all.artifacts.flatMap(({ artifact }) => missingObjects(there, artifact))).toEqual([]);
      }, 60_000);

      it('are merged into parts by digest, read by ranges or not, when they are large', async () => {
        const wanted = await indexes(64);
        const before = await heldBy(remote);
        const old = await namesOn(remote, 'index/');
        // Room for half of them: the others are read by ranges.
        const options = { remote, cache: openIndexCache(undefined) };
        const packs = await RemotePacks.open({ ...options, wholeBytes: 10_000 });
        await mergeRemoteIndexes(remote, packs, 50);
        const parts = await namesOn(remote, 'index/');
        expect(parts.filter((each) => old.includes(each))).toEqual([]);
        expect(parts).toHaveLength(4);
        expect(await heldBy(remote)).toEqual(before);
        const merged = await RemotePacks.open({ ...options, wholeBytes: 20_000 });
        const digests = objectsOf(here, wanted.artifact).map(({ digest }) => digest);
        await merged.look(digests);
        for (const digest of digests) {
          const at = merged.find(digest);
          const was = before.get(digest);
          expect(at && [packName(at.pack.digest), at.offset]).toEqual(was && [was.name, was.offset]);
        }
        expect(merged.failures).toEqual([]);
        // Parts are merged no further.
        await mergeRemoteIndexes(remote, merged, 50);
        expect(await namesOn(remote, 'index/')).toEqual(parts);
      }, 60_000);

      it('merged away between the listing and the reading are looked for again', async () => {
        const artifacts = await pushes(3);
        const [gone] = await namesOn(remote, 'index/');
        const bytes = (await remote.read(gone!, collect))!;
        let asked = 0;
        const racing = {
          ...remote,
          read: async (...args: Parameters<Remote['read']>) => {
            if (args[0] === gone && asked++ === 0) {
              await remote.remove([gone!]);
              const answer = await remote.read(...args);
              await remote.write(gone!, bytesBody(bytes));
              return answer;
            }
            return remote.read(...args);
          },
        } as Remote;
        expect((await fetchObjects({ remote: racing, store: newStore() }, artifacts)).failures).toEqual([]);
        expect(asked).toBe(2);
      });

      it('read by ranges say what whole ones say, in few bytes', async () => {
        const wanted = await many(3000);
        await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
        await pushes(3, 500);
        const asking = watched(remote);
        const cache = openIndexCache(join(newState(), 'index'));
        const whole = await RemotePacks.open({ remote, cache: openIndexCache(undefined) });
        const ranged = await RemotePacks.open({ remote: asking, cache, wholeBytes: 1000 });
        const digests = [
          ...objectsOf(here, wanted.artifact).map(({ digest }) => digest),
          ...Array.from({ length: 500 }, (_, i) => digestOf(`absent ${i}`)),
        ];
        const before = asking.asked.bytesDown;
        await ranged.look(digests.slice(0, 1));
        expect(asking.asked.bytesDown - before).toBeLessThan(5 * 130 * 48);
        await ranged.look(digests);
        await whole.look(digests);
        for (const each of digests) expect(ranged.find(each)).toEqual(whole.find(each));
        expect([...ranged.failures, ...whole.failures]).toEqual([]);
        const again = watched(remote);
        const known = await RemotePacks.open({ remote: again, cache, wholeBytes: 1000 });
        await known.look(digests.slice(0, 1));
        expect(known.find(digests[0]!)).toEqual(whole.find(digests[0]!));
        expect(again.asked.calls.filter((call) => call.startsWith('read index'))).toHaveLength(1); // its bucket
      }, 30_000);

      it('that are large and not known here are read by ranges until most of one is asked for', async () => {
        const wanted = await many(3000);
        const state = join(newState(), 'index');
        await push({ remote, store: here }, { artifacts: [wanted], runs: [] });
        const digests = objectsOf(here, wanted.artifact).map(({ digest }) => digest);
        const open = async () => {
          const asking = watched(remote);
          const packs = await RemotePacks.open({
            remote: asking,
            cache: openIndexCache(state),
            smallBytes: 10_000,
          });
          return { packs, calls: () => asking.asked.calls.filter((call) => call.startsWith('read index')) };
        };
        const few = await open();
        await few.packs.look(digests.slice(0, 2));
        expect(few.packs.find(digests[1]!)).toBeDefined();
        const parts = few.calls().filter((call) => / \d+-\d+$/.test(call));
        expect(parts.length).toBeGreaterThanOrEqual(2); // its head and a bucket
        expect(few.calls().length - parts.length).toBe(1); // the small one of tree nodes
        const most = await open();
        await most.packs.look(digests);
        expect(digests.every((digest) => most.packs.find(digest))).toBe(true);
        expect(most.calls()).toEqual([expect.stringMatching(/^read index\/[0-9a-f]{64}\.idx$/)]); // its head is kept
        const known = await open();
        await known.packs.look(digests);
        expect(known.calls()).toEqual([]);
      }, 30_000);
    });
  });
}
