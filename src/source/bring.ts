// A path of a repository, whatever it is made of, as one artifact in a store.
import type { StoredArtifact } from '../core/artifact.ts';
import { fail } from '../core/failure.ts';
import { pathFrom, pathIn } from '../core/ids.ts';
import type { Store } from '../store/store.ts';
import { buildTree, type Leaf } from '../store/tree-build.ts';
import { artifactAt, walkTree } from '../store/tree-read.ts';
import { digestBytes } from '../util/digest.ts';
import { type Found, find } from './find.ts';
import { bringObjects } from './places.ts';
import type { OpenedRepository } from './repository.ts';
import type { SourceContext } from './source.ts';

/** Every object of it is in `store` when it resolves. */
export async function bringPath(
  repository: OpenedRepository,
  typed: string,
  store: Store,
  context: SourceContext,
): Promise<StoredArtifact> {
  const found = find(repository, typed);
  if (found.kind === 'part') return bringPart(repository, found, store, context);
  await takeFromGit(repository, found, store);
  const wanted = found.tracked.map((each) => ({
    path: pathIn(found.at, each.inside),
    artifact: each.artifact,
  }));
  await bringObjects(repository.places, store, wanted, context);
  const whole = found.tracked.find(({ inside }) => inside === '');
  if (whole) return whole.artifact;
  const leaves = [
    ...found.tracked.flatMap((each) => leavesOf(store, each.inside, each.artifact)),
    ...(await gitLeaves(repository, found, store)),
  ];
  const single = leaves.find(({ path }) => path === '');
  if (single) return fileOf(found.at, single);
  const { artifact, nodes } = buildTree(leaves);
  const batch = store.batch('trees');
  for (const [digest, node] of nodes) batch.put(digest, node);
  await batch.finish();
  return artifact;
}

/** What stands inside a tracked folder, without the rest of it. */
export async function bringPart(
  repository: OpenedRepository,
  found: Extract<Found, { readonly kind: 'part' }>,
  store: Store,
  context: SourceContext,
  extent: { readonly listing?: true } = {},
): Promise<StoredArtifact> {
  const { path, artifact, only } = found;
  if ('tree' in artifact) {
    await bringObjects(repository.places, store, [{ path, artifact, only: [only], ...extent }], context);
    const part = artifactAt(store, artifact.tree, only);
    if (part) return part;
  }
  return fail('missing', `${path} of ${repository.shown} holds no ${only}`, {
    help: 'mlops ls, in that repository, lists what is in it',
  });
}

type Pieces = Extract<Found, { readonly kind: 'pieces' }>;

/** An out that Git keeps too need not be looked for anywhere else; where Git changed its line ends it is. */
async function takeFromGit({ git }: OpenedRepository, { at, tracked }: Pieces, store: Store): Promise<void> {
  const kept = new Map(git.files.map((file) => [file.path as string, file]));
  for (const { inside, artifact } of tracked) {
    const file = kept.get(pathIn(at, inside));
    if (!file || !('file' in artifact) || store.has(artifact.file)) continue;
    const [bytes] = await git.read([file]);
    if (bytes && digestBytes(bytes) === artifact.file) store.put(bytes);
  }
}

async function gitLeaves({ git }: OpenedRepository, { at, files }: Pieces, store: Store): Promise<Leaf[]> {
  const batch = store.batch('bytes');
  const contents = await git.read(files);
  const leaves = files.map(({ path, kind }, i): Leaf => {
    const bytes = contents[i]!;
    const inside = path === at ? '' : pathFrom(at, path);
    if (kind === 'link') return { kind, path: inside, target: bytes.toString() };
    const digest = digestBytes(bytes);
    batch.put(digest, bytes);
    return { kind: 'file', path: inside, digest, bytes: bytes.length, exec: kind === 'executable' };
  });
  await batch.finish();
  return leaves;
}

function fileOf(at: string, leaf: Leaf): StoredArtifact {
  if (leaf.kind !== 'file')
    fail('missing', `${at} is a symbolic link there`, { help: 'name what it leads to' });
  return { bytes: leaf.bytes, file: leaf.digest, ...(leaf.exec ? { exec: true as const } : {}) };
}

function leavesOf(store: Store, inside: string, artifact: StoredArtifact): Leaf[] {
  if ('file' in artifact)
    return [
      {
        kind: 'file',
        path: inside,
        digest: artifact.file,
        bytes: artifact.bytes,
        exec: artifact.exec === true,
      },
    ];
  return [
    { kind: 'directory', path: inside },
    ...[...walkTree(store, artifact.tree)].map((entry): Leaf => {
      const path = pathIn(inside, entry.path);
      return entry.kind === 'directory' ? { kind: 'directory', path } : { ...entry, path };
    }),
  ];
}
