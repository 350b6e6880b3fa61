// What a stage's outs held before it runs again is set aside, not deleted: a failure never costs the last good output.
//
//   <git-dir>/mlops/aside/<claim>/manifest.json   written first: which paths, moved or copied
//   <git-dir>/mlops/aside/<claim>/outs/<path>     what stood there
//   <folder>/.<name>.aside-<claim>                instead, when the path lies on another file system
//
// Whoever finds the manifest of a dead process puts back what is there.
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fail, MlopsError } from '../core/failure.ts';
import { pathIn, type RepoPath, repoPathOf } from '../core/ids.ts';
import { snapshot } from '../store/snapshot.ts';
import { moveToTrash } from '../store/trash.ts';
import { missingObjects } from '../store/tree-objects.ts';
import type { Workspace } from '../store/workspace.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { isErrno, orAbsent } from '../util/errno.ts';
import { copyWhole, moveWhole, removeWhole, stands } from '../util/whole-path.ts';

export interface Out {
  readonly path: RepoPath;
  /** The stage goes on with what is there (`persist`): a copy is set aside. */
  readonly keep: boolean;
}

export interface Aside {
  /** The stage failed: every out becomes again what it was. What the stage began to write goes. May be called twice. */
  putBack(): void;
  /**
   * The new outs are recorded: what was set aside goes. Bytes that the store does not have go to the trash.
   * `trashed`: their paths.
   */
  discard(): Promise<{ readonly trashed: readonly RepoPath[] }>;
}

interface Manifest {
  readonly v: 1;
  readonly outs: readonly Out[];
}

/**
 * Takes what stands at `outs` out of the way. `state` is `<git-dir>/mlops`; `claim` the nonce of the claim they are
 * written under. Nothing is moved when one of them cannot be.
 * @throws MlopsError `refused` for a path that cannot be moved (a mount point)
 */
export async function setAside(
  workspace: Workspace,
  state: string,
  claim: string,
  outs: readonly Out[],
): Promise<Aside> {
  const place = new Place(workspace.top, state, claim);
  const standing = outs.filter((out) => stands(place.at(out.path)));
  const found = new Map<RepoPath, Found>();
  for (const out of standing) found.set(out.path, await lookInto(workspace, out.path));
  if (standing.length > 0) {
    place.write(standing);
    try {
      for (const out of standing) place.take(out);
    } catch (error) {
      place.restore(standing);
      throw error;
    }
  }
  let settled = false;
  return {
    putBack: () => {
      if (settled) return;
      settled = true;
      for (const out of outs) if (!standing.includes(out)) removeWhole(place.at(out.path));
      place.restore(standing);
    },
    discard: async () => {
      settled = true;
      if (standing.length === 0) return { trashed: [] };
      place.beginDiscard();
      const lacking = [...found].flatMap(([path, { stored, ignored }]) => {
        const left = ignored.length - place.leave(path, stillIgnored(workspace, path, ignored));
        return stored && left === 0 ? [] : [path];
      });
      return { trashed: place.discard(standing, lacking, workspace.store.dir) };
    },
  };
}

/**
 * Brings to an end what a dead process began under `claim`: puts back what it had set aside, or, when it died while it
 * discarded that, keeps the rest in the trash. Returns what was put back.
 */
export function restoreAside(workspace: Workspace, state: string, claim: string): readonly RepoPath[] {
  const place = new Place(workspace.top, state, claim);
  const discarded = place.read(DISCARDED);
  if (discarded) {
    const paths = discarded.map((out) => out.path);
    place.discard(discarded, paths, workspace.store.dir);
    return [];
  }
  const standing = place.read(MANIFEST) ?? [];
  place.restore(standing);
  return standing.map((out) => out.path);
}

/** The claims under which something is set aside, living ones too. */
export function asideClaims(state: string): readonly string[] {
  return orAbsent(() => readdirSync(join(state, 'aside')), []);
}

interface Found {
  /** Whether the store could give back everything that belongs to the out. */
  readonly stored: boolean;
  /** Files inside that do not belong to it (.mlopsignore, droppings): they stay where they are when the stage reruns. */
  readonly ignored: readonly string[];
}

async function lookInto(workspace: Workspace, path: RepoPath): Promise<Found> {
  try {
    const here = await snapshot(workspace, path);
    const own = new Set(here?.leaves.map((leaf) => leaf.path));
    const ignored = filesBelow(join(workspace.top, path)).filter((file) => !own.has(file));
    return {
      stored: here !== undefined && missingObjects(workspace.store, here.artifact).length === 0,
      ignored,
    };
  } catch (error) {
    // What cannot be recorded (a socket, a name that is not UTF-8) is not in the store.
    if (error instanceof MlopsError) return { stored: false, ignored: [] };
    throw error;
  }
}

/** The rules may have lain in the folder that the stage made anew. */
function stillIgnored(workspace: Workspace, path: RepoPath, files: readonly string[]): string[] {
  return files.filter((file) => {
    let scope = workspace.ignore(path);
    const names = file.split('/');
    return names.some((name, at) => {
      const ignored = scope.ignores(name, at < names.length - 1);
      scope = scope.enter(name);
      return ignored;
    });
  });
}

/** Relative to the folder, with `/`; none for a single file. */
function filesBelow(path: string): string[] {
  if (!lstatSync(path).isDirectory()) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((each) => !each.isDirectory())
    .map((each) => relative(path, join(each.parentPath, each.name)).split(sep).join('/'));
}

const MANIFEST = 'manifest.json';
const DISCARDED = 'discarded.json';

/** The folder of one claim. */
class Place {
  readonly #top: string;
  readonly #dir: string;
  readonly #claim: string;

  constructor(top: string, state: string, claim: string) {
    this.#top = top;
    this.#dir = join(state, 'aside', claim);
    this.#claim = claim;
  }

  at(path: RepoPath): string {
    return join(this.#top, path);
  }

  /** Where what stood at `path` is now. */
  of(path: RepoPath): string {
    const inside = this.#inside(path);
    return stands(inside) ? inside : this.#beside(path);
  }

  #inside(path: RepoPath): string {
    return join(this.#dir, 'outs', path);
  }

  #beside(path: RepoPath): string {
    return join(dirname(this.at(path)), `.${basename(path)}.aside-${this.#claim}`);
  }

  write(outs: readonly Out[]): void {
    const manifest: Manifest = { v: 1, outs };
    writeAtomic(join(this.#dir, MANIFEST), JSON.stringify(manifest), { durable: false });
  }

  read(name: string): readonly Out[] | undefined {
    const text = orAbsent(() => readFileSync(join(this.#dir, name), 'utf8'), undefined);
    if (text === undefined) return undefined;
    let manifest: Manifest;
    try {
      manifest = JSON.parse(text) as Manifest;
    } catch {
      return this.#found(''); // cut short by a power failure
    }
    return manifest.outs.map((out) => ({ ...out, path: repoPathOf(out.path) }));
  }

  /** What lies here, without its manifest: whatever has no folder to go back into goes back whole. */
  #found(folder: string): Out[] {
    const names = orAbsent(() => readdirSync(join(this.#dir, 'outs', folder)), []);
    return names.flatMap((name) => {
      const path = repoPathOf(pathIn(folder, name));
      const parts = [this.#inside(path), this.at(path)];
      const isFolder = parts.every((each) => lstatSync(each, { throwIfNoEntry: false })?.isDirectory());
      return isFolder ? this.#found(path) : [{ path, keep: false }];
    });
  }

  take(out: Out): void {
    const from = this.at(out.path);
    const to = this.#inside(out.path);
    mkdirSync(dirname(to), { recursive: true });
    try {
      if (out.keep) copyWhole(from, to);
      else renameSync(from, to);
    } catch (error) {
      if (!isErrno(error, 'EXDEV', 'EBUSY')) throw error;
      this.#takeBeside(out.path);
    }
  }

  #takeBeside(path: RepoPath): void {
    try {
      renameSync(this.at(path), this.#beside(path));
    } catch (error) {
      if (!isErrno(error, 'EXDEV', 'EBUSY')) throw error;
      fail(
        'refused',
        `${path} cannot be set aside: it is a mount point or in use`,
        { help: 'declare a path below it as the out' },
        error,
      );
    }
  }

  /** Also after dying half-way through taking or restoring: what is not here any more, or not yet, is where it was. */
  restore(outs: readonly Out[]): void {
    for (const out of outs) {
      const here = this.of(out.path);
      if (!stands(here)) continue;
      removeWhole(this.at(out.path));
      moveWhole(here, this.at(out.path));
    }
    removeWhole(this.#dir);
  }

  /** Moves files back into the new out, where it is a folder and has nothing of that name. Returns how many. */
  leave(path: RepoPath, files: readonly string[]): number {
    if (!lstatSync(this.at(path), { throwIfNoEntry: false })?.isDirectory()) return 0;
    const free = files.filter((file) => !stands(join(this.at(path), file)));
    for (const file of free) moveWhole(join(this.of(path), file), join(this.at(path), file));
    return free.length;
  }

  /** From here on nothing is put back. */
  beginDiscard(): void {
    renameSync(join(this.#dir, MANIFEST), join(this.#dir, DISCARDED));
  }

  /** Returns those of `lacking` that were moved to the trash. */
  discard(outs: readonly Out[], lacking: readonly RepoPath[], storeDir: string): readonly RepoPath[] {
    const trashed = lacking.filter((path) => stands(this.of(path)));
    for (const path of trashed) moveToTrash(storeDir, this.of(path), path);
    for (const out of outs) removeWhole(this.#beside(out.path));
    removeWhole(this.#dir);
    return trashed;
  }
}
