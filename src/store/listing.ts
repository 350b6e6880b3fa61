// What stands below a directory: its files in columns, and everything else, in the order of the walk.
import { fail } from '../core/failure.ts';
import { FileColumns } from './file-columns.ts';
import type { FileStat } from './file-stat.ts';
import type { IgnoreScope } from './ignore.ts';
import type { SnapshotLeaf } from './snapshot-types.ts';
import { statFiles } from './stat-files.ts';
import { walkDirectory } from './walk.ts';

type Other =
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'directory'; readonly path: string };

export class Listing {
  readonly files = new FileColumns();
  readonly others: Other[] = [];
  /** Of each in `others`: how many files came before it. */
  readonly #places: number[] = [];

  addOther(other: Other): void {
    this.others.push(other);
    this.#places.push(this.files.length);
  }

  /** In the order of the walk: parents before children, names in tree order. Digests must be known. */
  *leaves(): Generator<SnapshotLeaf> {
    let next = 0;
    for (const [row, path] of this.files.paths.entries()) {
      while (this.#places[next] === row) yield this.others[next++]!;
      const stat = this.files.stat(row);
      yield { kind: 'file', path, exec: stat.exec, digest: this.files.digest(row), bytes: stat.bytes, stat };
    }
    yield* this.others.slice(next);
  }
}

/** So often a directory is listed again in which files vanished meanwhile. */
const TRIES = 3;

/** `root` is absolute. @throws MlopsError for what cannot be recorded */
export async function listDirectory(root: string, scope: IgnoreScope): Promise<Listing> {
  let gone: readonly string[] = [];
  for (let i = 0; i < TRIES; i++) {
    const listing = new Listing();
    walkDirectory(root, scope, {
      file: (path) => listing.files.add(path, UNKNOWN),
      link: (path, target) => listing.addOther({ kind: 'link', path, target }),
      directory: (path) => listing.addOther({ kind: 'directory', path }),
    });
    gone = await statFiles(root, listing.files);
    if (gone.length === 0) return listing;
  }
  return fail('refused', `${root}/${gone[0]} keeps coming and going`, {
    help: 'run the command again when nothing writes to the folder, or list the file in .mlopsignore',
  });
}

const UNKNOWN: FileStat = { bytes: 0, mtime: 0n, ctime: 0n, inode: 0n, exec: false };
