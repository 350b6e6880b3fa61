// What fsck finds on any remote, and what it mends from a store. `newPlace` gives an empty remote.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { bytesBody, collect, textBody } from '../../src/remote/body.ts';
import { fetchObjects } from '../../src/remote/fetch.ts';
import { checkRemote, type RemoteCheck } from '../../src/remote/fsck.ts';
import { repairRemote } from '../../src/remote/fsck-repair.ts';
import { objectName } from '../../src/remote/layout.ts';
import { push } from '../../src/remote/push.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { encodeRun, runName } from '../../src/store/runs.ts';
import type { Store } from '../../src/store/store.ts';
import { missingObjects } from '../../src/store/tree-objects.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { heldBy, namesOn, newStore, removeFolders, runEntry, spoilObject, storeMany } from '../remote/rig.ts';
import type { Place } from './remote.ts';

export function remoteFsckContract(what: string, newPlace: () => Promise<Place>): void {
  describe(`fsck of ${what}`, () => {
    afterAll(removeFolders);
    let remote: Remote;
    let here: Store;
    beforeEach(async () => {
      remote = await (await newPlace()).open();
      here = newStore();
    });

    const check = (depth: 'names' | 'bytes' = 'names', store = here): Promise<RemoteCheck> =>
      checkRemote({ remote, store }, { depth, sizes: new Map([[LARGE, LARGE_BYTES.length]]) });

    /** 300 files in packs, one large one by itself, and a run. */
    async function pushed() {
      const tree = await storeMany(
        here,
        Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`d/${i}`, `content ${i}`])),
      );
      const file = { file: here.put(LARGE_BYTES), bytes: LARGE_BYTES.length };
      const artifacts = [
        { path: 'data', artifact: tree },
        { path: 'model', artifact: file },
      ];
      const entry = runEntry({ model: file }, 1);
      await push({ remote, store: here }, { artifacts, runs: [{ scope: 'main', entry }] });
      return { artifacts, entry };
    }

    /** A clone gets everything, proved. */
    async function expectWhole(artifacts: Awaited<ReturnType<typeof pushed>>['artifacts']): Promise<void> {
      const clone = newStore();
      expect((await fetchObjects({ remote, store: clone }, artifacts)).failures).toEqual([]);
      for (const { artifact } of artifacts) expect(missingObjects(clone, artifact)).toEqual([]);
    }

    const nameOfPack = async (content: string): Promise<string> =>
      (await heldBy(remote)).get(digestBytes(content))!.name;

    it('is content with a whole one', async () => {
      await pushed();
      expect(await check('bytes')).toMatchObject({
        counts: { packs: 1, objects: 3, runs: 1 },
        damage: [],
        vanished: [],
        orphans: [],
        emptyRuns: [],
      });
    });

    it('finds a flipped byte by reading, and puts the good pack over it', async () => {
      const { artifacts } = await pushed();
      const pack = await nameOfPack('content 7');
      await spoilObject(remote, digestBytes('content 7'));
      expect((await check('names')).damage).toEqual([]);
      const found = await check('bytes');
      expect(found.damage).toMatchObject([{ kind: 'pack', name: pack }]);
      expect(await repairRemote({ remote, store: here }, found)).toEqual({
        mended: [pack],
        aside: [],
        indexed: 0,
      });
      expect((await check('bytes')).damage).toEqual([]);
      await expectWhole(artifacts);
    });

    it('saves what is good in a pack that nobody else has, and keeps the bad one aside', async () => {
      const { artifacts } = await pushed();
      const pack = await nameOfPack('content 7');
      await spoilObject(remote, digestBytes('content 7'));
      const stranger = newStore();
      const found = await check('bytes', stranger);
      const done = await repairRemote({ remote, store: stranger }, found);
      expect(done.aside).toEqual([pack]);
      expect(await namesOn(remote, 'quarantine/')).toEqual([`quarantine/${pack}`]);
      const after = await check('bytes');
      expect(after.damage).toEqual([]);
      const clone = newStore();
      const { failures } = await fetchObjects({ remote, store: clone }, artifacts);
      expect(failures).toHaveLength(1);
      // Whoever has it pushes it.
      await push({ remote, store: here }, { artifacts, runs: [] });
      await expectWhole(artifacts);
    });

    it('finds a pack that is gone or short by its name and size, and builds it again', async () => {
      const { artifacts } = await pushed();
      for (const spoil of [
        (pack: string) => remote.remove([pack]),
        (pack: string) => remote.write(pack, textBody('short')),
      ]) {
        await spoil(await nameOfPack('content 7'));
        const found = await check();
        expect(found.vanished).toHaveLength(1);
        expect((await repairRemote({ remote, store: here }, found)).mended).toHaveLength(1);
        expect(await check('bytes')).toMatchObject({ vanished: [], damage: [] });
        await expectWhole(artifacts);
      }
    });

    it('indexes packs that lost their index', async () => {
      const { artifacts } = await pushed();
      await remote.remove(await namesOn(remote, 'index/'));
      const found = await check();
      expect(found.orphans).toHaveLength(1);
      expect((await repairRemote({ remote, store: newStore() }, found)).indexed).toBe(1);
      expect(await check('bytes')).toMatchObject({ orphans: [], damage: [] });
      await expectWhole(artifacts);
    });

    it('finds a damaged index, sets it aside and makes it again', async () => {
      const { artifacts } = await pushed();
      const [index] = await namesOn(remote, 'index/');
      const bytes = Buffer.from((await remote.read(index!, collect))!);
      bytes[bytes.length - 1]! ^= 1;
      await remote.write(index!, bytesBody(bytes));
      const found = await check();
      expect(found.damage).toMatchObject([{ kind: 'index', name: index }]);
      await repairRemote({ remote, store: here }, found);
      expect(await check('bytes')).toMatchObject({ orphans: [], damage: [] });
      await expectWhole(artifacts);
    });

    it('finds a large object of a wrong size by listing, of wrong bytes by reading', async () => {
      const { artifacts } = await pushed();
      await remote.write(objectName(LARGE), textBody('short'));
      const short = await check();
      expect(short.damage).toMatchObject([{ kind: 'object', digest: LARGE }]);
      await repairRemote({ remote, store: here }, short);
      await expectWhole(artifacts);
      await spoilObject(remote, LARGE);
      const found = await check('bytes');
      expect(found.damage).toMatchObject([{ kind: 'object', digest: LARGE }]);
      expect((await repairRemote({ remote, store: newStore() }, found)).aside).toEqual([objectName(LARGE)]);
      expect((await check('bytes')).damage).toEqual([]);
    });

    it('finds runs that are none, and runs whose outs are gone', async () => {
      const { entry } = await pushed();
      await remote.remove([objectName(LARGE)]);
      const name = runName('main', entry);
      expect((await check()).emptyRuns).toEqual([name]);
      await remote.write(name, textBody(encodeRun(entry).replace('"ms":1000', '"ms":"no"')));
      const found = await check();
      expect(found.damage).toMatchObject([{ kind: 'run', name }]);
      expect((await repairRemote({ remote, store: here }, found)).aside).toEqual([name]);
    });

    it('an empty place is whole', async () => {
      expect(await check('bytes')).toMatchObject({ damage: [], bytes: 0 });
    });
  });
}

const LARGE_BYTES = Buffer.alloc(1_100_000, 'large ');
const LARGE = digestBytes(LARGE_BYTES);
