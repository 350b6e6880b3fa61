// Fetch: from artifacts to the objects that are not here, and those into the store. Tree nodes come first, level by
// level, as only they say what else is needed.
import type { Amount } from '../core/event.ts';
import { type Failure, failure } from '../core/failure.ts';
import { type Progress, startProgress } from '../util/progress.ts';
import { plural } from '../util/units.ts';
import { readFormat } from './format.ts';
import { receive } from './receive.ts';
import { forEach, type TransferContext, type TransferResult } from './transfer.ts';
import { type ObjectRef, objectsOf, type Wanted } from './wanted.ts';

/** What a fetch would bring. Its tree nodes are in the store already: there is no knowing the rest without them. */
export interface FetchPlan {
  readonly files: readonly ObjectRef[];
  readonly bytes: number;
  /** Tree nodes that came while planning. */
  readonly nodes: number;
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
  const formatKnown = once(() => readFormat(remote));
  let brought = 0;
  const { files, nodes } = await objectsOf(store, wanted, async (absent) => {
    const got = (await formatKnown()) ? await receiveAll(context, absent) : { absent, failures: [] };
    gone.push(...got.absent);
    failures.push(...got.failures);
    brought += absent.length - got.absent.length - got.failures.length;
  });
  const missing = new Set(store.missing(files.map(({ digest }) => digest)));
  const needed = files.filter(({ digest }) => missing.has(digest));
  if (needed.length > 0 && !(await formatKnown())) gone.push(...needed.splice(0));
  return {
    files: needed,
    bytes: needed.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    nodes: brought,
    present: files.length + nodes.length - needed.length - brought,
    failures: [...failures, ...missingFailures(gone, remote.url)],
  };
}

async function applyFetch(context: TransferContext, plan: FetchPlan): Promise<TransferResult> {
  const { files } = plan;
  const got = await receiveAll(context, files);
  if (got.objects > 0) context.report?.({ kind: 'fetched', objects: got.objects, bytes: got.bytes });
  return {
    objects: got.objects + plan.nodes,
    bytes: got.bytes,
    runs: 0,
    present: plan.present,
    failures: [...plan.failures, ...got.failures, ...missingFailures(got.absent, context.remote.url)],
  };
}

interface Received {
  readonly objects: number;
  readonly bytes: number;
  /** The remote says that it does not have them. */
  readonly absent: readonly ObjectRef[];
  readonly failures: readonly Failure[];
}

/** So much is made durable together: what came before a cut stays. */
const SLICE_OBJECTS = 1000;

/** Brings objects into the store. What arrived before a failure, or before the signal, is kept. */
export async function receiveAll(context: TransferContext, refs: readonly ObjectRef[]): Promise<Received> {
  const progress = startProgress(context.report, 'fetch', amountOf(refs));
  try {
    return await receiveCounted(context, refs, progress);
  } finally {
    progress.finish();
  }
}

/** Of tree nodes nothing says the size. */
function amountOf(refs: readonly ObjectRef[]): Partial<Amount> {
  const items = refs.length;
  if (refs.some(({ bytes }) => bytes === undefined)) return { items };
  return { items, bytes: refs.reduce((sum, { bytes = 0 }) => sum + bytes, 0) };
}

async function receiveCounted(
  { remote, store, signal }: TransferContext,
  refs: readonly ObjectRef[],
  progress: Progress,
): Promise<Received> {
  const absent: ObjectRef[] = [];
  let objects = 0;
  let bytes = 0;
  for (let start = 0; start < refs.length; start += SLICE_OBJECTS) {
    const batch = store.batch();
    const slice = refs.slice(start, start + SLICE_OBJECTS);
    let failures: readonly Failure[];
    try {
      failures = await forEach(
        slice,
        async (ref) => {
          const count = (moved: number): void => {
            signal?.throwIfAborted(); // every chunk passes here
            bytes += moved;
            progress.moved(moved);
          };
          if (!(await receive(remote, store, batch, ref, count))) absent.push(ref);
          else {
            objects++;
            progress.done();
          }
        },
        signal,
      );
    } finally {
      await batch.finish();
    }
    if (failures.length > 0) return { objects, bytes, absent, failures };
  }
  return { objects, bytes, absent, failures: [] };
}

const NAMED = 10;

/** One failure for each object that is nowhere, up to ten, and one for the rest. */
export function missingFailures(refs: readonly ObjectRef[], url: string): Failure[] {
  const help = 'push from a machine that has it, or make it again: mlops repro --force STAGE';
  const named = refs
    .slice(0, NAMED)
    .map(({ path, digest }) =>
      failure('missing', `${path}: object ${digest.slice(0, 12)}… is neither here nor on ${url}`, { help }),
    );
  if (refs.length <= NAMED) return named;
  const rest = plural(refs.length - NAMED, 'more object');
  return [...named, failure('missing', `${rest} are neither here nor on ${url}`, { help })];
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
