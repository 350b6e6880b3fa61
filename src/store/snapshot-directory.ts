// A directory as an artifact. When no file changed since the last time, the tree is not built again to learn its digest.
import type { TreeArtifact } from '../core/artifact.ts';
import type { Digest, RepoPath } from '../core/ids.ts';
import { digestBytes } from '../util/digest.ts';
import type { Batch } from './batch.ts';
import { hashFiles } from './hash.ts';
import { type Listing, listDirectory } from './listing.ts';
import type { Snapshot, SnapshotFile, SnapshotLeaf } from './snapshot-types.ts';
import { type BuiltTree, buildTree } from './tree-build.ts';
import type { Workspace } from './workspace.ts';

/** What the stat cache remembers beside the files: everything that their rows do not say, and the tree it made. */
interface Note {
  readonly shape: string;
  readonly artifact: TreeArtifact;
  /** Digests of its nodes, one after the other. */
  readonly nodes: string;
}

/** `into`: see `snapshot`. */
export async function snapshotDirectory(
  ws: Workspace,
  path: RepoPath,
  absolute: string,
  into: Batch | undefined,
): Promise<Snapshot<TreeArtifact>> {
  const from = ws.stat.clock.now();
  const listing = await listDirectory(absolute, ws.ignore(path));
  const { files } = listing;
  const table = ws.stat.directory(path);
  const unknown = table.fill(files);
  const shape = shapeOf(listing);
  if (unknown.length === 0 && files.length === table.size) {
    const note = table.note === '' ? undefined : (JSON.parse(table.note) as Note);
    if (note?.shape === shape) return new DirectorySnapshot(path, absolute, listing, note);
  }
  const known = (row: number): boolean => table.bytesOf(files.paths[row]!) === files.bytes(row);
  await hashFiles(files, unknown, {
    root: absolute,
    report: ws.report,
    ...(into ? { into: { store: ws.store, batch: into, known } } : {}),
  });
  const made = new DirectorySnapshot(path, absolute, listing);
  const note: Note = { shape, artifact: made.artifact, nodes: [...made.nodes.keys()].join('') };
  ws.stat.setDirectory(path, files, from, JSON.stringify(note));
  return made;
}

function shapeOf({ files, others }: Listing): string {
  const { exec } = files.shared;
  const lines = files.paths.filter((_, row) => exec[row] === 1).map((path) => `x ${path}`);
  for (const each of others)
    lines.push(each.kind === 'link' ? `l ${each.path}\0${each.target}` : `d ${each.path}`);
  return digestBytes(lines.join('\0\0'));
}

/** Leaves and nodes are made when they are asked for: a `status` that finds nothing changed asks for none. */
class DirectorySnapshot implements Snapshot<TreeArtifact> {
  readonly path: RepoPath;
  readonly artifact: TreeArtifact;
  readonly #root: string;
  readonly #listing: Listing;
  readonly #note: Note | undefined;
  #leaves: readonly SnapshotLeaf[] | undefined;
  #built: BuiltTree | undefined;

  constructor(path: RepoPath, root: string, listing: Listing, note?: Note) {
    this.path = path;
    this.#root = root;
    this.#listing = listing;
    this.#note = note;
    this.artifact = note?.artifact ?? this.#tree().artifact;
  }

  get leaves(): readonly SnapshotLeaf[] {
    this.#leaves ??= [...this.#listing.leaves()];
    return this.#leaves;
  }

  get nodes(): BuiltTree['nodes'] {
    return this.#tree().nodes;
  }

  get nodeDigests(): Iterable<Digest> {
    return (this.#note?.nodes.match(/.{64}/g) as Digest[] | undefined) ?? this.nodes.keys();
  }

  get files(): Iterable<SnapshotFile> {
    return this.#eachFile();
  }

  get paths(): Iterable<string> {
    return this.#eachPath();
  }

  *#eachPath(): Generator<string> {
    yield* this.#listing.files.paths;
    for (const { path } of this.#listing.others) yield path;
  }

  *#eachFile(): Generator<SnapshotFile> {
    const { files } = this.#listing;
    for (const [row, path] of files.paths.entries())
      yield { path: `${this.#root}/${path}`, digest: files.digest(row), bytes: files.bytes(row) };
  }

  #tree(): BuiltTree {
    this.#built ??= buildTree(this.#listing.leaves());
    return this.#built;
  }
}
