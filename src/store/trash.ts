// What would otherwise be lost for good is kept for two weeks:
//   trash/<day>-<id>/<path>            what stood in the workspace and was stored nowhere
//   trash/<day>-gc-<id>/{objects,packs,index,runs,attempts}/…    what gc found unneeded, laid out as in the store
// A digest that the store misses is looked for in the latter and put back: who judged "it is here" just before gc moved it
// away loses nothing. Only gc deletes those, after it looked once more whether anything names them.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Digest, RepoPath } from '../core/ids.ts';
import { syncDirectory } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';
import { moveWhole, removeWhole } from '../util/whole-path.ts';
import { buildIndex } from './pack-index.ts';
import { Packs } from './packs.ts';

export const TRASH_DAYS = 14;
const DAY_MS = 86_400_000;
const GC_FOLDER = /^\d{4}-\d{2}-\d{2}-gc-/;

/** Moves what stands at `from`; returns where it is now. `path` is what it was in the workspace. */
export function moveToTrash(storeDir: string, from: string, path: RepoPath, now = new Date()): string {
  const to = join(storeDir, 'trash', `${dayOf(now)}-${randomUUID().slice(0, 8)}`, path);
  moveWhole(from, to);
  emptyTrash(storeDir, now);
  return to;
}

/** Removes what was moved there from the workspace more than 14 days ago. */
export function emptyTrash(storeDir: string, now = new Date()): void {
  for (const name of trashFolders(storeDir))
    if (!GC_FOLDER.test(name) && isExpired(name, now)) removeWhole(join(storeDir, 'trash', name));
}

/** A new place for what a gc takes away; absolute. Nothing is made yet. */
export function newGcTrash(storeDir: string, now: Date): string {
  return join(storeDir, 'trash', `${dayOf(now)}-gc-${randomUUID().slice(0, 8)}`);
}

/** Folders that a gc of so long ago, or any gc, made; absolute. */
export function gcTrash(storeDir: string, expiredAt?: Date): string[] {
  return trashFolders(storeDir)
    .filter((name) => GC_FOLDER.test(name) && (!expiredAt || isExpired(name, expiredAt)))
    .map((name) => join(storeDir, 'trash', name));
}

/** Every folder of it, of workspaces and of gc; absolute. */
export function allTrash(storeDir: string): string[] {
  return trashFolders(storeDir).map((name) => join(storeDir, 'trash', name));
}

function trashFolders(storeDir: string): string[] {
  return orAbsent(() => readdirSync(join(storeDir, 'trash')), []);
}

function isExpired(folder: string, now: Date): boolean {
  const day = /^\d{4}-\d{2}-\d{2}(?=-)/.exec(folder)?.[0];
  return day !== undefined && day < dayOf(new Date(now.getTime() - TRASH_DAYS * DAY_MS));
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** What it needs of its store. */
interface Target {
  readonly dir: string;
  readonly packs: Packs;
  pathOf(digest: Digest): string;
}

/** The trash of gc as the store sees it. */
export class Trash {
  readonly #store: Target;
  readonly #packs = new Map<string, Packs>();

  constructor(store: Target) {
    this.#store = store;
  }

  /** Those of `digests` that it holds. */
  holding(digests: readonly Digest[]): Digest[] {
    const rest = this.#each(digests, (folder, wanted) => this.#absentIn(folder, wanted));
    const absent = new Set(rest);
    return digests.filter((digest) => !absent.has(digest));
  }

  /** Moves back what it holds of `digests`; returns what it does not hold. A pack comes back whole. */
  putBack(digests: readonly Digest[]): Digest[] {
    return this.#each(digests, (folder, wanted) => {
      const left = wanted.filter((digest) => !this.#putBackLoose(folder, digest));
      return left.length === 0 ? left : this.#putBackPacks(folder, left);
    });
  }

  #each(
    digests: readonly Digest[],
    rest: (folder: string, digests: readonly Digest[]) => readonly Digest[],
  ): Digest[] {
    let left = digests;
    if (left.length > 0)
      for (const folder of gcTrash(this.#store.dir)) left = left.length === 0 ? left : rest(folder, left);
    return [...left];
  }

  #absentIn(folder: string, digests: readonly Digest[]): Digest[] {
    return this.#packsOf(folder).missing(digests.filter((digest) => !isLooseIn(folder, digest)));
  }

  #putBackLoose(folder: string, digest: Digest): boolean {
    if (!isLooseIn(folder, digest)) return false;
    const to = this.#store.pathOf(digest);
    mkdirSync(dirname(to), { recursive: true });
    const moved = orAbsent(() => renameSync(looseIn(folder, digest), to), 'absent');
    if (moved !== 'absent') for (const dir of [dirname(to), dirname(dirname(to))]) syncDirectory(dir);
    return moved !== 'absent';
  }

  #putBackPacks(folder: string, digests: readonly Digest[]): Digest[] {
    const trashed = this.#packsOf(folder);
    const absent = new Set(trashed.missing(digests));
    const wanted = new Set(
      digests.flatMap((digest) => (absent.has(digest) ? [] : (trashed.find(digest)?.pack ?? []))),
    );
    const built = [...wanted].flatMap((pack) => trashed.readTable(pack) ?? []);
    const { packs } = this.#store;
    if (built.length > 0) packs.land(built.map((pack) => ({ ...pack, path: trashed.pathOf(pack.digest) })));
    trashed.forget([...wanted]);
    return packs.missing([...absent, ...digests.filter((digest) => !absent.has(digest))]);
  }

  #packsOf(folder: string): Packs {
    const known = this.#packs.get(folder) ?? new Packs(folder);
    this.#packs.set(folder, known);
    return known;
  }
}

/** What lies in a folder of the trash, indexed there before it is moved: so it can be found again. */
export function indexInTrash(folder: string, packs: Parameters<typeof buildIndex>[0]): Packs {
  const trashed = new Packs(folder);
  if (packs.length > 0) trashed.addIndex(buildIndex(packs));
  return trashed;
}

function isLooseIn(folder: string, digest: Digest): boolean {
  return statSync(looseIn(folder, digest), { throwIfNoEntry: false }) !== undefined;
}

function looseIn(folder: string, digest: Digest): string {
  return join(folder, 'objects', digest.slice(0, 2), digest.slice(2));
}
