// The read API's work: one file of a repository at a revision, opened; or a list of what is tracked there. Nothing is
// left on the disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FileArtifact } from '../core/artifact.ts';
import { fail } from '../core/failure.ts';
import { type CommitId, type Digest, pathIn } from '../core/ids.ts';
import { openStore, type Store } from '../store/store.ts';
import { listTree } from '../store/tree-list.ts';
import { digestBytes } from '../util/digest.ts';
import { bringPart, bringPath } from './bring.ts';
import { type Found, find } from './find.ts';
import { bringObjects } from './places.ts';
import { type OpenedRepository, openSourceRepository, type RepositorySpec } from './repository.ts';
import type { SourceContext } from './source.ts';
import { isStreamed, streamObject } from './stream.ts';

export type ReadContext = Pick<SourceContext, 'base' | 'env' | 'signal'>;

export interface OpenedFile {
  readonly bytes: number;
  readonly digest: Digest;
  /** Undefined where a folder on this machine was read as it stands. */
  readonly commit: CommitId | undefined;
  stream(): Readable;
}

/** @throws MlopsError when it is not there, or not a file */
export function openFile(spec: RepositorySpec, path: string, context: ReadContext): Promise<OpenedFile> {
  return withRepository(spec, context, async (repository, store, sources) => {
    const found = find(repository, path);
    const { commit } = repository.git;
    const artifact = await fileAt(repository, found, store, sources);
    if (artifact && isStreamed(artifact)) {
      const object = { digest: artifact.file, bytes: artifact.bytes, path };
      const { places } = repository;
      if (!places.stores.some((each) => each.has(object.digest))) await places.remote(); // there must be one
      return { ...object, commit, stream: () => streamObject(places, object, context.signal) };
    }
    const small = await bringPath(repository, path, store, sources);
    if (!('file' in small)) return isFolder(repository, path);
    const held = store.read(small.file);
    return {
      bytes: held.length,
      digest: digestBytes(held),
      commit,
      stream: () => Readable.from([held], { objectMode: false }),
    };
  });
}

/** What the locks say; undefined for a file that only Git has. */
async function fileAt(
  repository: OpenedRepository,
  found: Found,
  store: Store,
  context: SourceContext,
): Promise<FileArtifact | undefined> {
  const artifact =
    found.kind === 'part'
      ? await bringPart(repository, found, store, context, { listing: true })
      : found.tracked.find(({ inside }) => inside === '')?.artifact;
  const isOne = found.kind === 'part' || artifact !== undefined || found.files[0]?.path === found.at;
  if (!isOne || (artifact && !('file' in artifact))) isFolder(repository, found.at);
  return artifact as FileArtifact | undefined;
}

function isFolder({ shown }: OpenedRepository, path: string): never {
  return fail('usage', `${path} of ${shown} is a folder`, { help: 'list() names the files in it' });
}

export interface ListedFile {
  /** From the top of the repository. */
  readonly path: string;
  readonly bytes: number;
  readonly digest: Digest;
}

/** Every tracked file at or below `path`; all, when it is undefined. Sorted. */
export function listFiles(
  spec: RepositorySpec,
  path: string | undefined,
  context: ReadContext,
): Promise<readonly ListedFile[]> {
  return withRepository(spec, context, async (repository, store, sources) => {
    const found = path === undefined ? undefined : find(repository, path);
    const roots =
      found?.kind === 'part'
        ? [
            {
              path: found.at as string,
              artifact: await bringPart(repository, found, store, sources, { listing: true }),
            },
          ]
        : found
          ? found.tracked.map(({ inside, artifact }) => ({
              path: pathIn(found.at as string, inside),
              artifact,
            }))
          : [...repository.tracked].map(([at, artifact]) => ({ path: at as string, artifact }));
    const trees = roots.filter(({ artifact }) => 'tree' in artifact);
    await bringObjects(
      repository.places,
      store,
      trees.map((each) => ({ ...each, listing: true })),
      sources,
    );
    return roots.flatMap((root) =>
      listTree(store, root.artifact).flatMap(({ path: inside, bytes, digest }) =>
        digest === undefined ? [] : [{ path: pathIn(root.path, inside), bytes, digest }],
      ),
    );
  });
}

/** A store for what has to be looked into goes when the work is done. */
async function withRepository<T>(
  spec: RepositorySpec,
  context: ReadContext,
  work: (repository: OpenedRepository, store: Store, context: SourceContext) => Promise<T>,
): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), 'mlops-read-'));
  try {
    const sources = { ...context, scratch, stores: [] };
    const repository = await openSourceRepository(spec, sources);
    try {
      return await work(repository, openStore(join(scratch, 'store')), sources);
    } finally {
      repository.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
