// A directory as an artifact. When no file changed since the last time, the tree is not built again to learn its digest.
import type { TreeArtifact } from '../core/artifact.ts';
import type { RepoPath } from '../core/ids.ts';
import { digestBytes } from '../util/digest.ts';
import { type HashedFile, hashFiles } from './hash.ts';
import { filesOf, type Snapshot, type SnapshotLeaf } from './snapshot-types.ts';
import type { StatTable } from './stat-table.ts';
import { type BuiltTree, buildTree } from './tree-build.ts';
import { type Walked, walkDirectory } from './walk.ts';
import type { Workspace } from './workspace.ts';

/** What the stat cache remembers beside the files: everything that their rows do not say, and the tree it made. */
interface Note {
  readonly shape: string;
  readonly artifact: TreeArtifact;
}

export async function snapshotDirectory(
  ws: Workspace,
  path: RepoPath,
  absolute: string,
): Promise<Snapshot<TreeArtifact>> {
  const from = ws.stat.clock.now();
  const walked = walkDirectory(absolute, ws.ignore(path));
  const table = ws.stat.directory(path);
  const hashed = walked.map((each) => (each.kind === 'file' ? lookUp(table, each) : undefined));
  const unknown = walked.flatMap((each, i) => (each.kind === 'file' && !hashed[i] ? [{ each, i }] : []));
  const files = walked.reduce((sum, each) => sum + (each.kind === 'file' ? 1 : 0), 0);
  const shape = shapeOf(walked);
  if (unknown.length === 0 && files === table.size) {
    const note = table.note === '' ? undefined : (JSON.parse(table.note) as Note);
    if (note?.shape === shape) return new DirectorySnapshot(path, absolute, walked, hashed, note.artifact);
  }
  const found = await hashFiles(
    unknown.map(({ each }) => ({ path: `${absolute}/${each.path}`, stat: each.stat })),
  );
  unknown.forEach(({ i }, at) => {
    hashed[i] = found[at]!;
  });
  const made = new DirectorySnapshot(path, absolute, walked, hashed);
  const rows = walked.flatMap((each, i) =>
    each.kind === 'file' ? [{ path: each.path, ...hashed[i]! }] : [],
  );
  const note: Note = { shape, artifact: made.artifact };
  ws.stat.setDirectory(path, rows, from, JSON.stringify(note));
  return made;
}

function lookUp(table: StatTable, { path, stat }: Walked & { kind: 'file' }): HashedFile | undefined {
  const digest = table.find(path, stat);
  return digest && { digest, stat };
}

function shapeOf(walked: readonly Walked[]): string {
  const lines = walked.flatMap((each) => {
    if (each.kind === 'file') return each.stat.exec ? [`x ${each.path}`] : [];
    return [each.kind === 'link' ? `l ${each.path}\0${each.target}` : `d ${each.path}`];
  });
  return digestBytes(lines.join('\0\0'));
}

/** Leaves and nodes are made when they are asked for: a `status` that finds nothing changed asks for none. */
class DirectorySnapshot implements Snapshot<TreeArtifact> {
  readonly path: RepoPath;
  readonly artifact: TreeArtifact;
  readonly #root: string;
  readonly #walked: readonly Walked[];
  readonly #hashed: readonly (HashedFile | undefined)[];
  #leaves: readonly SnapshotLeaf[] | undefined;
  #built: BuiltTree | undefined;

  constructor(
    path: RepoPath,
    root: string,
    walked: readonly Walked[],
    hashed: readonly (HashedFile | undefined)[],
    artifact?: TreeArtifact,
  ) {
    this.path = path;
    this.#root = root;
    this.#walked = walked;
    this.#hashed = hashed;
    this.artifact = artifact ?? this.#tree().artifact;
  }

  get leaves(): readonly SnapshotLeaf[] {
    this.#leaves ??= this.#walked.map((each, i) => {
      if (each.kind !== 'file') return each;
      const { digest, stat } = this.#hashed[i]!;
      return { kind: 'file', path: each.path, exec: each.stat.exec, digest, bytes: stat.bytes, stat };
    });
    return this.#leaves;
  }

  get nodes(): BuiltTree['nodes'] {
    return this.#tree().nodes;
  }

  get files() {
    return filesOf(this.#root, this.leaves);
  }

  #tree(): BuiltTree {
    this.#built ??= buildTree(this.leaves);
    return this.#built;
  }
}
