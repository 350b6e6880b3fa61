// Fetch: from artifacts to the objects that are not here, and those into the store. Tree nodes come first, level by
// level, as only they say what else is needed.
import { type Failure, failure } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { plural } from '../util/units.ts';
import { type Known, knownToReader } from './known.ts';
import { NOTHING_RECEIVED, receiveAll } from './receive-all.ts';
import type { TransferContext, TransferResult } from './transfer.ts';
import { type ObjectRef, objectsOf, type Wanted } from './wanted.ts';

/** What a fetch would bring. Its tree nodes are in the store already: there is no knowing the rest without them. */
interface FetchPlan {
  /** Not asked for where nothing is missing. */
  readonly known: Known | undefined;
  readonly files: readonly ObjectRef[];
  /** Tree nodes that came while planning. */
  readonly nodes: Pick<TransferResult, 'objects' | 'bytes'> & { readonly packs: ReadonlySet<Digest> };
  readonly present: number;
  readonly failures: readonly Failure[];
}

export async function fetchObjects(
  context: TransferContext,
  wanted: readonly Wanted[],
): Promise<TransferResult> {
  return applyFetch(context, await planFetch(context, wanted));
}

async function planFetch(context: TransferContext, wanted: readonly Wanted[]): Promise<FetchPlan> {
  const { remote, store } = context;
  const gone: ObjectRef[] = [];
  const failures: Failure[] = [];
  let known: Known | undefined;
  const brought = { objects: 0, bytes: 0, packs: new Set<Digest>() };
  const { files, nodes } = await objectsOf(store, wanted, async (absent) => {
    known ??= await knownToReader(context);
    const got = await receiveAll(context, known, absent, 'trees');
    for (const ref of got.absent) gone.push(ref);
    for (const each of got.failures) failures.push(each);
    brought.objects += got.objects;
    brought.bytes += got.bytes;
    for (const pack of got.packs) brought.packs.add(pack);
  });
  const missing = new Set(store.missing(files.map(({ digest }) => digest)));
  const needed = files.filter(({ digest }) => missing.has(digest));
  if (needed.length > 0) known ??= await knownToReader(context);
  return {
    known,
    files: needed,
    nodes: brought,
    present: files.length + nodes.length - needed.length - brought.objects,
    failures: [...failures, ...missingFailures(gone, remote.url)],
  };
}

async function applyFetch(context: TransferContext, plan: FetchPlan): Promise<TransferResult> {
  const { known, files, nodes } = plan;
  const got = known ? await receiveAll(context, known, files, 'bytes') : NOTHING_RECEIVED;
  if (got.objects > 0) context.report?.({ kind: 'fetched', objects: got.objects, bytes: got.bytes });
  const failures = [...plan.failures, ...got.failures, ...missingFailures(got.absent, context.remote.url)];
  return {
    objects: got.objects + nodes.objects,
    packs: new Set([...nodes.packs, ...got.packs]).size,
    bytes: got.bytes + nodes.bytes,
    runs: 0,
    present: plan.present,
    // What an index would have said may be why something is missing.
    failures: failures.length > 0 ? [...failures, ...(known?.packs.failures ?? [])] : [],
  };
}

const NAMED = 10;

/** One failure for each object that is nowhere, up to ten, and one for the rest; what to do is said once, at the end. */
export function missingFailures(refs: readonly ObjectRef[], url: string): Failure[] {
  const named = refs
    .slice(0, NAMED)
    .map(({ path, digest }) => `${path}: object ${digest.slice(0, 12)}… is neither here nor on ${url}`);
  const rest = plural(refs.length - NAMED, 'more object');
  const messages = refs.length <= NAMED ? named : [...named, `${rest} are neither here nor on ${url}`];
  const help =
    'mlops push, in a clone that has it; mlops git install does so before every git push; mlops fsck says what else brings it back';
  return messages.map((message, at) =>
    failure('missing', message, at === messages.length - 1 ? { help } : {}),
  );
}
