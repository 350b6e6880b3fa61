// What somebody needs stays readable, whatever gc takes away and wherever it is interrupted; what it takes can come back.
import { existsSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredArtifact } from '../../src/core/artifact.ts';
import type { Digest } from '../../src/core/ids.ts';
import { deleteTrash, gcSteps } from '../../src/store/gc-apply.ts';
import { Marks } from '../../src/store/gc-mark.ts';
import { type GcPlan, planGc } from '../../src/store/gc-plan.ts';
import { buildIndex } from '../../src/store/pack-index.ts';
import { runName, writeRun } from '../../src/store/runs.ts';
import { save } from '../../src/store/save.ts';
import { snapshot } from '../../src/store/snapshot.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { newGcTrash } from '../../src/store/trash.ts';
import { missingObjects, objectsOf } from '../../src/store/tree-objects.ts';
import { runEntry } from '../remote/rig.ts';
import { at, type Files, folder, rig } from './rig.ts';

const NOW = new Date('2026-11-25T12:00:00Z');
const later = (days: number): Date => new Date(NOW.getTime() + days * 86_400_000);

function plan(store: Store, needed: readonly StoredArtifact[], now = NOW): GcPlan {
  const marks = new Marks(store);
  for (const artifact of needed)
    marks.mark(
      'file' in artifact ? { digest: artifact.file, tree: false } : { digest: artifact.tree, tree: true },
      1,
    );
  return planGc(store, marks, { now, keepDays: 30 });
}

/** Stops after so many steps; returns how many there were. */
function apply(store: Store, what: GcPlan, steps = Number.POSITIVE_INFINITY): number {
  let done = 0;
  const damaged: Digest[] = [];
  for (const _ of gcSteps(store, what, newGcTrash(store.dir, NOW), damaged)) if (++done >= steps) break;
  expect(damaged).toEqual([]);
  return done;
}

function lacking(store: Store, artifacts: readonly StoredArtifact[]): Digest[] {
  return artifacts.flatMap((artifact) => missingObjects(store, artifact));
}

/** So many small files that they become a pack. */
const many = (count: number, name: string): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}/${i}.txt`, `${name} ${i}`]));

async function stored(r: ReturnType<typeof rig>, path: string, files: Files): Promise<StoredArtifact> {
  r.write(files);
  const here = (await snapshot(r.ws, at(path)))!;
  await save(r.ws, here);
  return here.artifact;
}

describe('gc', () => {
  it('keeps every object that is needed, whatever the history, and moves only what is not', async () => {
    await fc.assert(
      fc.asyncProperty(
        // Versions of a folder, each a set of file numbers, and whether anything still names it.
        fc.array(
          fc.record({
            files: fc.uniqueArray(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 500 }),
            needed: fc.boolean(),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        async (versions) => {
          const r = rig();
          const { store } = r.ws;
          const needed: StoredArtifact[] = [];
          const all: StoredArtifact[] = [];
          for (const version of versions) {
            r.remove('data');
            const files = version.files.map((n) => [`data/${n}.txt`, `file ${n}`]);
            const artifact = await stored(r, 'data', Object.fromEntries(files) as Files);
            all.push(artifact);
            if (version.needed) needed.push(artifact);
          }
          const planned = plan(store, needed);
          const before = new Set(store.list()).size;
          apply(store, planned);
          const fresh = openStore(store.dir);
          const here = new Set(fresh.list());
          for (const [digest] of planned.marks.table.entries()) expect(here).toContain(digest);
          const slack = planned.packs.reduce(
            (n, each) => n + (each.fate === 'keep' ? each.dead.objects : 0),
            0,
          );
          expect(here.size).toBeLessThanOrEqual(planned.marks.table.size + slack);
          expect(here.size).toBeLessThanOrEqual(before);
          for (const digest of here) fresh.read(digest);
          // The next one finds nothing to do.
          const again = plan(fresh, needed);
          expect(again.packs.filter(({ fate }) => fate !== 'keep')).toEqual([]);
          expect([again.loose, again.back]).toEqual([[], []]);
          // What was taken comes back by being asked for.
          expect(lacking(fresh, all)).toEqual([]);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('drops packs that nobody needs and writes anew what is left of others', async () => {
    const r = rig();
    const { store } = r.ws;
    await stored(r, 'a', many(300, 'a'));
    const b = await stored(r, 'b', many(400, 'b'));
    const c = await stored(r, 'c', many(500, 'c'));
    r.remove('c');
    const part = await stored(r, 'c', many(100, 'c'));
    const all = store.packs.list().map(({ digest }) => store.packs.readTable(digest)!);
    const old = store.packs.indexes().map(({ digest }) => digest);
    store.packs.addIndex(buildIndex(all)); // one index names packs that stay and packs that go
    for (const digest of old) store.packs.dropIndex(digest);
    const planned = plan(store, [b, part]);
    const fates = planned.packs.map(({ fate, live, dead }) => [fate, live.objects, dead.objects]);
    expect(fates.sort()).toEqual([
      ['drop', 0, 300],
      ['keep', 400, 0],
      ['rewrite', 100, 400],
    ]);
    apply(store, planned);
    const fresh = openStore(store.dir);
    expect(
      fresh.packs
        .list()
        .map(({ objects }) => objects)
        .sort(),
    ).toEqual([100, 400]);
    expect(fresh.packs.orphans()).toEqual([]);
    for (const index of fresh.packs.indexes())
      for (const { digest } of index.packs) expect(existsSync(fresh.packs.pathOf(digest))).toBe(true);
    expect(lacking(fresh, [b, part])).toEqual([]);
    expect(lacking(fresh, [c])).toEqual([]); // from the trash
  });

  it('may be interrupted after any step: nothing needed is lost, and the next one does the rest', async () => {
    const make = async () => {
      const r = rig();
      await stored(r, 'a', many(300, 'a'));
      const b = await stored(r, 'b', many(400, 'b'));
      r.remove('b');
      const part = await stored(r, 'b', many(50, 'b'));
      const single = await stored(r, 'one.txt', { 'one.txt': 'one' });
      await stored(r, 'two.txt', { 'two.txt': 'two' });
      return { store: r.ws.store, needed: [part, single], all: [b, part, single] };
    };
    const whole = await make();
    const steps = apply(whole.store, plan(whole.store, whole.needed));
    expect(steps).toBeGreaterThan(6);
    for (let step = 1; step < steps; step++) {
      const { store, needed, all } = await make();
      apply(store, plan(store, needed), step);
      const fresh = openStore(store.dir);
      for (const artifact of needed)
        for (const digest of 'file' in artifact ? [artifact.file] : [artifact.tree]) fresh.read(digest);
      expect(lacking(fresh, needed), `after step ${step}`).toEqual([]);
      apply(fresh, plan(fresh, needed));
      const end = openStore(store.dir);
      expect(plan(end, needed).packs.filter(({ fate }) => fate !== 'keep')).toEqual([]);
      expect(lacking(end, all), `all, after step ${step}`).toEqual([]);
    }
  });

  it('gives back what another process believed to be here', async () => {
    const r = rig();
    const racing = r.again();
    const artifact = await stored(r, 'a', many(300, 'a'));
    const one = await stored(r, 'one.txt', { 'one.txt': 'one' });
    expect(lacking(racing.store, [artifact, one])).toEqual([]); // "it is here": nothing to store
    apply(r.ws.store, plan(r.ws.store, []));
    expect(new Set(openStore(r.ws.store.dir).list()).size).toBe(0);
    // … and now it names them. Packs it holds open, loose files and trees all come back.
    expect(lacking(racing.store, [artifact, one])).toEqual([]);
    expect(racing.store.read((one as { file: Digest }).file).toString()).toBe('one');
    expect(readdirSync(join(r.ws.store.dir, 'trash'))).toHaveLength(1);
  });

  it('at whatever step another process looks, what it found to be here stays readable', async () => {
    const make = async () => {
      const r = rig();
      const a = await stored(r, 'a', many(300, 'a'));
      const one = await stored(r, 'one.txt', { 'one.txt': 'one' });
      return { r, all: [a, one] };
    };
    const { r: first } = await make();
    const steps = apply(first.ws.store, plan(first.ws.store, []));
    for (let step = 0; step < steps; step++) {
      const { r, all } = await make();
      const other = r.again().store;
      const running = gcSteps(r.ws.store, plan(r.ws.store, []), newGcTrash(r.ws.store.dir, NOW), []);
      for (let done = 0; done < step; done++) running.next();
      expect(lacking(other, all), `after step ${step}`).toEqual([]);
      for (const _ of running);
      expect(lacking(other, all)).toEqual([]);
      for (const digest of new Set(all.flatMap((each) => objectsOf(other, each).map((o) => o.digest))))
        other.read(digest);
    }
  });

  it('deletes from the trash only what is old and still not needed', async () => {
    const r = rig();
    const { store } = r.ws;
    const a = await stored(r, 'a', many(300, 'a'));
    const b = await stored(r, 'b', many(300, 'b'));
    apply(store, plan(store, []));
    expect(plan(store, [], later(13)).expired).toEqual([]);
    const old = plan(store, [a], later(15));
    expect(old.back.length).toBeGreaterThan(300 - 1);
    expect(old.expired).toHaveLength(1);
    apply(store, old);
    deleteTrash(old.expired);
    const fresh = openStore(store.dir);
    expect(lacking(fresh, [a])).toEqual([]);
    expect(lacking(fresh, [b]).length).toBeGreaterThan(0);
  });

  it('does not take a file for a tree, nor the other way round', async () => {
    const r = rig();
    const { store } = r.ws;
    const tree = (await stored(r, 'a', { 'a/x.txt': 'x', 'a/y.txt': 'y' })) as { tree: Digest };
    // A file that holds exactly the bytes of the tree node.
    const marks = new Marks(store);
    marks.mark({ digest: tree.tree, tree: false }, 1);
    expect(marks.table.size).toBe(1);
    marks.mark({ digest: tree.tree, tree: true }, 1);
    expect(marks.table.size).toBe(3);
  });

  it('stops at a damaged tree instead of taking what hangs below it', async () => {
    const r = rig();
    const { store } = r.ws;
    const artifact = (await stored(r, 'a', { 'a/x.txt': 'x' })) as StoredArtifact & { tree: Digest };
    const path = store.pathOf(artifact.tree);
    const bytes = readFileSync(path);
    bytes[20]! ^= 1;
    renameSync(path, `${path}.was`);
    r.write({ [path.slice(r.top.length + 1)]: bytes.toString('latin1') });
    expect(() => plan(openStore(store.dir), [artifact])).toThrow(/damaged/);
  });

  it('drops old runs of pull requests; those of main stay with their outs', async () => {
    const r = rig();
    const { store } = r.ws;
    const out = (await stored(r, 'out', { 'out/a': 'a' })) as StoredArtifact;
    const entry = runEntry({ out: out as never }, 1);
    for (const scope of ['main', 'pr-7', 'pr-8']) writeRun(store, scope, entry);
    const old = later(-31);
    for (const scope of ['main', 'pr-7']) utimesSync(join(store.dir, runName(scope, entry)), old, old);
    utimesSync(join(store.dir, runName('pr-8', entry)), NOW, NOW);
    expect(plan(store, [out]).runs.map(({ scope }) => scope)).toEqual(['pr-7']);
  });

  it('clears tmp/ of what was left there a day ago, and of nothing younger', () => {
    const store = openStore(folder());
    const [old, young] = [store.temporary(), store.temporary()];

    for (const path of [old, young]) writeFileSync(path, 'half');
    utimesSync(old, later(-2), later(-2));
    utimesSync(young, NOW, NOW);
    apply(store, plan(store, []));
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
  });
});
