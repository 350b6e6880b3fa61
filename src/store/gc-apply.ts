// Does what a plan of gc says, as steps in the order of a deletion: run entries, then indexes, then bytes. No object is
// deleted: it is renamed into the trash, where a read that misses finds it. A process killed between any two steps leaves
// a store that lacks nothing; the next gc does the rest.
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Digest } from '../core/ids.ts';
import { digestBytes } from '../util/digest.ts';
import { orAbsent } from '../util/errno.ts';
import { removeWhole } from '../util/whole-path.ts';
import { HOME_SHIFT } from './gc-mark.ts';
import { type GcPlan, type PackFate, runPath } from './gc-plan.ts';
import { type BuiltPack, packEntries } from './pack.ts';
import { PackFile } from './pack-file.ts';
import { buildIndex } from './pack-index.ts';
import type { Store } from './store.ts';
import { indexInTrash } from './trash.ts';

/**
 * Runs to the next step each time it is asked; the names of steps are for tests and messages. `trash` is where things go
 * (see `newGcTrash`). Packs that turn out to be damaged while they are rewritten stay, and are named in `damaged`.
 */
export function* gcSteps(store: Store, plan: GcPlan, trash: string, damaged: Digest[]): Generator<string> {
  if (plan.back.length > 0) {
    store.trash.putBack(plan.back);
    yield 'put back';
  }
  const going = plan.packs.filter(({ fate }) => fate === 'drop').map(({ digest }) => digest);
  for (const pack of plan.packs) {
    if (pack.fate !== 'rewrite') continue;
    if (rewrite(store, plan, pack)) going.push(pack.digest);
    else damaged.push(pack.digest);
    yield `rewrite ${pack.digest}`;
  }
  for (const path of [...plan.runs.map(runPath), ...plan.attempts]) move(store, trash, path);
  yield 'runs';
  yield* dropPacks(store, trash, going);
  for (const digest of plan.loose) move(store, trash, `objects/${digest.slice(0, 2)}/${digest.slice(2)}`);
  yield 'loose';
  for (const path of plan.leftovers) rmSync(join(store.dir, path), { recursive: true, force: true });
  yield 'leftovers';
}

/** Deletes for good what an earlier gc moved there. Not before `put back`: some of it may be needed again. */
export function deleteTrash(folders: readonly string[]): void {
  for (const folder of folders) removeWhole(folder);
}

/** Its needed objects in a pack of their own, durable with its index. False when one of them is damaged. */
function rewrite(store: Store, plan: GcPlan, { digest }: PackFate): boolean {
  const { packs } = store;
  const table = packs.readTable(digest)?.table;
  if (!table) return false;
  const home = plan.packs.findIndex((each) => each.digest === digest) + 2;
  const file = new PackFile(store.temporary(), table.kind);
  let whole = true;
  for (const entry of packEntries(table)) {
    if (plan.marks.table.getHex(entry.digest) >>> HOME_SHIFT !== home) continue;
    const bytes = packs.read({ pack: digest, offset: entry.offset, bytes: entry.stored });
    whole &&= bytes !== undefined && digestBytes(bytes) === entry.digest;
    if (!whole) break;
    file.add(entry.digest, bytes!);
  }
  if (whole) packs.land([file.finishSync()]);
  else file.abandon();
  return whole;
}

function* dropPacks(store: Store, trash: string, going: readonly Digest[]): Generator<string> {
  if (going.length === 0) return;
  const { packs } = store;
  const gone = new Set(going);
  const tables = (digests: Iterable<Digest>): BuiltPack[] =>
    [...digests].flatMap((digest) => packs.readTable(digest) ?? []);
  const trashed = indexInTrash(trash, tables(going));
  yield 'index in the trash';
  const stale = packs.indexes().filter((index) => index.packs.some(({ digest }) => gone.has(digest)));
  const staying = new Set(
    stale.flatMap((index) => index.packs.map(({ digest }) => digest)).filter((digest) => !gone.has(digest)),
  );
  const left = tables(staying);
  if (left.length > 0) packs.addIndex(buildIndex(left));
  yield 'index';
  for (const { digest } of stale) packs.dropIndex(digest);
  yield 'old indexes';
  for (const digest of going) {
    const to = trashed.pathOf(digest);
    mkdirSync(dirname(to), { recursive: true });
    orAbsent(() => renameSync(packs.pathOf(digest), to), undefined);
    yield `pack ${digest}`;
  }
  packs.forget(going);
}

/** A file of the store to the same place in the trash; one that is gone already is no error. */
function move(store: Store, trash: string, path: string): void {
  const from = join(store.dir, path);
  if (!statSync(from, { throwIfNoEntry: false })) return;
  const to = join(trash, path);
  mkdirSync(dirname(to), { recursive: true });
  orAbsent(() => renameSync(from, to), undefined);
}
