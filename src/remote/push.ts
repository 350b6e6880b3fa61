// Push: plan, then apply. Objects are written before what names them: bytes, then tree nodes, children first, then run
// entries. A step begins when the one before is complete, so a push cut anywhere leaves nothing that points to nothing.
// When gc condemned something meanwhile that the push relied on, that is sent again.
import type { Failure } from '../core/failure.ts';
import { encodeRun, runName } from '../store/runs.ts';
import { missingObjects } from '../store/tree-objects.ts';
import { byCodeUnit } from '../util/compare.ts';
import { startProgress } from '../util/progress.ts';
import { textBody } from './body.ts';
import { missingFailures } from './fetch.ts';
import { ensureFormat } from './format.ts';
import { newestEpochNumber } from './gc-epoch.ts';
import { indexCacheOf, type Known, knownToPusher } from './known.ts';
import { mergeRemoteIndexes } from './merge.ts';
import { planSend, type SendPlan } from './pack-plan.ts';
import { RemotePacks } from './packs.ts';
import { findPresent, presentObjects } from './present.ts';
import { receiveAll } from './receive-all.ts';
import { registerRepository } from './repositories.ts';
import type { ScopedRun } from './runs.ts';
import { sendStep } from './send.ts';
import { forEach, type TransferContext, type TransferResult } from './transfer.ts';
import { type ObjectRef, objectsOf, type SizedRef, type Wanted } from './wanted.ts';

export interface PushRequest {
  readonly artifacts: readonly Wanted[];
  readonly runs: readonly ScopedRun[];
}

/** What a push would send, in this order. */
export interface PushPlan {
  readonly files: SendPlan;
  readonly nodes: SendPlan;
  readonly runs: readonly ScopedRun[];
  readonly objects: number;
  readonly bytes: number;
  readonly present: number;
  /** What is needed and is neither here nor there. */
  readonly failures: readonly Failure[];
}

export async function push(context: TransferContext, request: PushRequest): Promise<TransferResult> {
  let known = await knownToPusher(context);
  if (request.artifacts.length + request.runs.length > 0) await announce(context, known);
  let result = await applyPush(context, known, await planPush(context, known, request));
  while (result.failures.length === 0 && (await hasNewerEpoch(context, known, result))) {
    known = await knownToPusher(context);
    result = sum(result, await applyPush(context, known, await planPush(context, known, request)));
  }
  return result;
}

/** Also when nothing has to be sent: what others sent is needed here too. */
async function announce({ remote, repository }: TransferContext, { empty }: Known): Promise<void> {
  if (!repository) return;
  if (empty) await ensureFormat(remote);
  await registerRepository(remote, repository);
}

/** Where nothing was sent, the epoch was read a moment ago. */
async function hasNewerEpoch(
  { remote }: TransferContext,
  { condemned }: Known,
  { objects, runs }: TransferResult,
): Promise<boolean> {
  return objects + runs > 0 && (await newestEpochNumber(remote)) > condemned.epoch;
}

function sum(first: TransferResult, then: TransferResult): TransferResult {
  return {
    objects: first.objects + then.objects,
    packs: first.packs + then.packs,
    bytes: first.bytes + then.bytes,
    runs: first.runs + then.runs,
    present: first.present,
    failures: then.failures,
  };
}

/** Asks the remote what it has. Nodes that only the remote has are fetched, to see what lies below them. */
export async function planPush(
  context: TransferContext,
  known: Known,
  request: PushRequest,
): Promise<PushPlan> {
  const { remote, store } = context;
  const gone: ObjectRef[] = [];
  const failures: Failure[] = [];
  // In one order, whoever asks: a push that was cut off makes the same packs again.
  const artifacts = [...request.artifacts].sort((a, b) => byCodeUnit(a.path, b.path));
  const { files, nodes } = await objectsOf(store, artifacts, async (absent) => {
    const got = await receiveAll(context, known, absent, 'trees');
    for (const ref of got.absent) gone.push(ref);
    for (const each of got.failures) failures.push(each);
  });
  const there = await presentObjects(context, known, [...files, ...nodes]);
  const toSend = (from: readonly ObjectRef[]): SizedRef[] =>
    from.flatMap((ref) => {
      if (there.has(ref)) return [];
      const bytes = store.bytesOf(ref.digest);
      if (bytes === undefined) gone.push(ref);
      return bytes === undefined ? [] : [{ ...ref, bytes }];
    });
  const sending = [toSend(files), toSend(nodes).reverse()] as const;
  const all = sending.flat();
  const isCondemned = ({ digest }: SizedRef): boolean => known.condemned.objects.has(digest);
  return {
    files: planSend(sending[0], isCondemned),
    nodes: planSend(sending[1], isCondemned),
    runs: known.empty ? request.runs : await absentRuns(context, known, request.runs),
    objects: all.length,
    bytes: all.reduce((total, { bytes }) => total + bytes, 0),
    present: there.size,
    failures: [...failures, ...missingFailures(gone, remote.url)],
  };
}

async function absentRuns(
  { remote, signal }: TransferContext,
  { condemned }: Known,
  runs: readonly ScopedRun[],
): Promise<readonly ScopedRun[]> {
  const present = new Set<string>();
  for (const scope of new Set(runs.map((run) => run.scope))) {
    const names = runs.filter((run) => run.scope === scope).map(nameOf);
    for (const name of (await findPresent(remote, `runs/${scope}/`, names, signal)).keys())
      if (!condemned.runs.has(name)) present.add(name);
  }
  return runs.filter((run) => !present.has(nameOf(run)));
}

/** Sends what the plan says. A step that failed ends the push; runs whose outs are not all here are left out. */
async function applyPush(context: TransferContext, before: Known, plan: PushPlan): Promise<TransferResult> {
  const { remote, store, report, signal } = context;
  const complete = ({ entry }: ScopedRun): boolean =>
    Object.values(entry.outs).every((artifact) => missingObjects(store, artifact).length === 0);
  const runs = plan.failures.length === 0 ? plan.runs : plan.runs.filter(complete);
  const sent = { objects: 0, packs: 0, bytes: 0, runs: 0 };
  const ended = (failures: readonly Failure[]): TransferResult => ({
    ...sent,
    present: plan.present,
    failures: [...plan.failures, ...failures],
  });
  if (plan.objects + runs.length === 0) return ended([]);

  const known = await ready(context, before);
  const progress = startProgress(report, 'push', { items: plan.objects, bytes: plan.bytes });
  try {
    for (const [kind, part] of [
      ['bytes', plan.files],
      ['trees', plan.nodes],
    ] as const) {
      const step = await sendStep(context, known, kind, part, progress);
      sent.objects += step.objects;
      sent.packs += step.packs;
      sent.bytes += step.bytes;
      if (step.failures.length > 0) return ended(step.failures);
    }
    const failures = await forEach(
      runs,
      async (run) => {
        await remote.write(nameOf(run), textBody(encodeRun(run.entry)));
        sent.runs++;
      },
      signal,
    );
    await mergeRemoteIndexes(remote, known.packs);
    return ended(failures);
  } finally {
    progress.finish();
  }
}

/** A remote that was empty gets its format.json. */
async function ready(context: TransferContext, known: Known): Promise<Known> {
  if (!known.empty) return known;
  const cache = indexCacheOf(context, await ensureFormat(context.remote));
  return { ...known, packs: RemotePacks.none(context.remote, cache), empty: false };
}

function nameOf({ scope, entry }: ScopedRun): string {
  return runName(scope, entry);
}
