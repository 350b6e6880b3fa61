// Push: plan, then apply. Objects are written before what names them: bytes, then tree nodes, children first, then run
// entries. A step begins when the one before is complete, so a push cut anywhere leaves nothing that points to nothing.
import type { Failure } from '../core/failure.ts';
import { encodeRun, runName } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { missingObjects } from '../store/tree-objects.ts';
import { startProgress } from '../util/progress.ts';
import { fileBody, textBody } from './body.ts';
import { countedBody } from './counted-body.ts';
import { missingFailures, receiveAll } from './fetch.ts';
import { ensureFormat, readFormat } from './format.ts';
import { objectName } from './layout.ts';
import { findPresent } from './present.ts';
import type { Body } from './remote.ts';
import type { ScopedRun } from './runs.ts';
import { forEach, type TransferContext, type TransferResult } from './transfer.ts';
import { type ObjectRef, objectsOf, type Wanted } from './wanted.ts';

const SMALL_BYTES = 2 ** 20;

export interface PushRequest {
  readonly artifacts: readonly Wanted[];
  readonly runs: readonly ScopedRun[];
}

/** What a push would send, in this order. */
export interface PushPlan {
  readonly files: readonly SizedRef[];
  readonly nodes: readonly SizedRef[];
  readonly runs: readonly ScopedRun[];
  readonly bytes: number;
  readonly present: number;
  /** What is needed and is neither here nor there. */
  readonly failures: readonly Failure[];
}

type SizedRef = ObjectRef & { readonly bytes: number };

export async function push(context: TransferContext, request: PushRequest): Promise<TransferResult> {
  return applyPush(context, await planPush(context, request));
}

/** Asks the remote what it has. Nodes that only the remote has are fetched, to see what lies below them. */
export async function planPush(context: TransferContext, request: PushRequest): Promise<PushPlan> {
  const { remote, store } = context;
  const empty = (await readFormat(remote)) === undefined;
  const gone: ObjectRef[] = [];
  const failures: Failure[] = [];
  const { files, nodes } = await objectsOf(store, request.artifacts, async (absent) => {
    const got = empty ? { absent, failures: [] } : await receiveAll(context, absent);
    gone.push(...got.absent);
    failures.push(...got.failures);
  });
  const refs = [...files, ...nodes];
  const there = empty ? new Set<ObjectRef>() : await presentObjects(context, refs);
  const toSend = (from: readonly ObjectRef[]): SizedRef[] =>
    from.flatMap((ref) => {
      if (there.has(ref)) return [];
      const bytes = store.bytesOf(ref.digest);
      if (bytes === undefined) gone.push(ref);
      return bytes === undefined ? [] : [{ ...ref, bytes }];
    });
  const sending = { files: toSend(files), nodes: toSend(nodes).reverse() };
  return {
    ...sending,
    runs: empty ? request.runs : await absentRuns(context, request.runs),
    bytes: [...sending.files, ...sending.nodes].reduce((sum, ref) => sum + ref.bytes, 0),
    present: there.size,
    failures: [...failures, ...missingFailures(gone, remote.url)],
  };
}

/** Those of `refs` that the remote holds with the size they must have. */
export async function presentObjects(
  { remote, store, report, signal }: TransferContext,
  refs: readonly ObjectRef[],
): Promise<ReadonlySet<ObjectRef>> {
  const names = refs.map(({ digest }) => objectName(digest));
  const progress = startProgress(report, 'compare', { items: names.length });
  const sizes = await findPresent(remote, 'objects/', names, signal, progress).finally(progress.finish);
  return new Set(
    refs.filter((ref, i) => {
      const there = sizes.get(names[i]!);
      const right = ref.bytes ?? store.bytesOf(ref.digest);
      return there !== undefined && (right === undefined || right === there);
    }),
  );
}

async function absentRuns(
  { remote, signal }: TransferContext,
  runs: readonly ScopedRun[],
): Promise<readonly ScopedRun[]> {
  const present = new Set<string>();
  for (const scope of new Set(runs.map((run) => run.scope))) {
    const names = runs.filter((run) => run.scope === scope).map(nameOf);
    for (const name of (await findPresent(remote, `runs/${scope}/`, names, signal)).keys()) present.add(name);
  }
  return runs.filter((run) => !present.has(nameOf(run)));
}

/** Sends what the plan says. A step that failed ends the push; runs whose outs are not all here are left out. */
async function applyPush(context: TransferContext, plan: PushPlan): Promise<TransferResult> {
  const { remote, store, report, signal } = context;
  const { files, nodes, present } = plan;
  const progress = startProgress(report, 'push', { items: files.length + nodes.length, bytes: plan.bytes });
  const sent = { objects: 0, bytes: 0, runs: 0 };
  const sendObject = async (ref: SizedRef): Promise<void> => {
    await remote.write(objectName(ref.digest), countedBody(bodyOf(store, ref), progress, signal));
    sent.objects++;
    sent.bytes += ref.bytes;
    progress.done();
  };
  const sendRun = async (run: ScopedRun): Promise<void> => {
    await remote.write(nameOf(run), textBody(encodeRun(run.entry)));
    sent.runs++;
  };
  const complete = ({ entry }: ScopedRun): boolean =>
    Object.values(entry.outs).every((artifact) => missingObjects(store, artifact).length === 0);
  const runs = plan.failures.length === 0 ? plan.runs : plan.runs.filter(complete);

  const steps = [
    () => forEach(files, sendObject, signal),
    () => forEach(nodes, sendObject, signal),
    () => forEach(runs, sendRun, signal),
  ];
  let failures: readonly Failure[] = [];
  try {
    if (files.length + nodes.length + runs.length > 0) await ensureFormat(remote);
    for (const step of steps) {
      failures = await step();
      if (failures.length > 0) break;
    }
  } finally {
    progress.finish();
  }
  return { ...sent, present, failures: [...plan.failures, ...failures] };
}

function nameOf({ scope, entry }: ScopedRun): string {
  return runName(scope, entry);
}

/** Small objects are proved here as they are opened; of large ones the remote proves the digest. */
function bodyOf(store: Store, { digest, bytes }: SizedRef): Body {
  if (bytes > SMALL_BYTES) return fileBody(store.pathOf(digest), bytes, digest);
  return { bytes, digest, open: ({ start, end }) => store.read(digest).subarray(start, end) };
}
