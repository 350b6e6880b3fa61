// Where the objects of an artifact may be, in the order in which they are asked: stores of this machine, then a remote.
import { MlopsError } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { fetchObjects } from '../remote/fetch.ts';
import type { Remote } from '../remote/remote.ts';
import { type ObjectRef, objectsOf, type Wanted } from '../remote/wanted.ts';
import { PACKED_MOST_BYTES } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import type { SourceContext } from './source.ts';

export interface Places {
  readonly stores: readonly Store[];
  /** @throws MlopsError when there is none, saying how to name one */
  readonly remote: () => Promise<Remote>;
}

/** Everything of `wanted` is in `into` when it resolves. @throws MlopsError when something is nowhere */
export async function bringObjects(
  places: Places,
  into: Store,
  wanted: readonly Wanted[],
  { report, signal }: Pick<SourceContext, 'report' | 'signal'>,
): Promise<void> {
  for (const store of places.stores) {
    if (await isComplete(into, wanted)) return;
    if (store.dir !== into.dir) await copyObjects(store, into, wanted);
  }
  if (await isComplete(into, wanted)) return;
  const remote = await places.remote();
  const { failures } = await fetchObjects(
    { remote, store: into, ...(report ? { report } : {}), ...(signal ? { signal } : {}) },
    wanted,
  );
  if (failures.length > 0) throw new MlopsError(failures);
}

async function isComplete(store: Store, wanted: readonly Wanted[]): Promise<boolean> {
  let nodes = true;
  const { files } = await objectsOf(store, wanted, async () => {
    nodes = false;
  });
  return nodes && store.missing(files.map(({ digest }) => digest)).length === 0;
}

async function copyObjects(from: Store, into: Store, wanted: readonly Wanted[]): Promise<void> {
  const copy = async (refs: readonly ObjectRef[], kind: 'bytes' | 'trees'): Promise<void> => {
    const batch = into.batch(kind);
    try {
      for (const { digest } of refs) await copyOne(from, batch, digest);
      await batch.finish();
    } finally {
      batch.abandon();
    }
  };
  const { files } = await objectsOf(into, wanted, (nodes) => copy(nodes, 'trees'));
  const missing = new Set(into.missing(files.map(({ digest }) => digest)));
  await copy(
    files.filter(({ digest }) => missing.has(digest)),
    'bytes',
  );
}

/** What is not there, or damaged there, is left to the next place. */
async function copyOne(from: Store, batch: ReturnType<Store['batch']>, digest: Digest): Promise<void> {
  const bytes = from.bytesOf(digest);
  if (bytes === undefined) return;
  try {
    if (bytes > PACKED_MOST_BYTES) await batch.putFile(from.pathOf(digest), digest);
    else batch.put(digest, from.read(digest));
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
  }
}
