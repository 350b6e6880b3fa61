// The verdict of one stage, once everything upstream is done: held, fresh, restorable or stale, and why.
import { failure, MlopsError } from '../core/failure.ts';
import type { StageKey } from '../core/ids.ts';
import type { LockBlock, Outs } from '../core/lock.ts';
import type { Stage } from '../core/pipeline.ts';
import type { RunEntry } from '../core/run-entry.ts';
import type { Reason, Verdict } from '../core/verdict.ts';
import type { RunContext } from './context.ts';
import { type Fingerprinted, fingerprintOf } from './fingerprint.ts';
import { outDifferences, snapshotOuts } from './outs.ts';
import { changesBetween } from './reasons.ts';
import { completeOuts, isCacheable, localRuns } from './run-cache.ts';

export interface Judgement {
  readonly verdict: Verdict;
  /** Absent for a held stage: its deps are not looked at. */
  readonly now?: Fingerprinted;
  /** The remote has a run with this key, though it may not be fetched now. */
  readonly onRemote?: RunEntry;
}

export interface JudgeOptions {
  readonly force: boolean;
  /** `--no-run-cache` is false. */
  readonly useCache: boolean;
  /** Objects may be fetched: what only the remote has counts as restorable. */
  readonly pull: boolean;
}

export async function judge(context: RunContext, stage: Stage, options: JudgeOptions): Promise<Judgement> {
  const block = context.locks.block(stage);
  if (stage.frozen) {
    if (!block)
      throw new MlopsError(
        failure('config', `${stage.name} is frozen but never ran`, {
          where: stage.where,
          help: `mlops unfreeze ${stage.local}`,
        }),
      );
    return { verdict: { kind: 'held' } };
  }
  const now = await fingerprintOf(context, stage);
  if (options.force) return { verdict: { kind: 'stale', reasons: [{ kind: 'forced' }] }, now };
  if (stage.always || (stage.deps.length === 0 && stage.outs.length === 0))
    return { verdict: { kind: 'stale', reasons: [{ kind: 'always' }] }, now };

  const outs = await snapshotOuts(context, stage);
  const reasons: Reason[] = block ? changesBetween(block.in, now.in) : [{ kind: 'never-run' }];
  if (block && block.key === now.key) {
    const differences = outDifferences(outs, block.outs);
    if (differences.length === 0) return { verdict: { kind: 'fresh' }, now };
    reasons.push(...differences);
    if (restorableFromLock(context, stage, block))
      return {
        verdict: {
          kind: 'restorable',
          from: 'lock',
          outs: block.outs,
          write: 'outs',
          reasons,
          ...savedBy(context, stage, now.key),
        },
        now,
      };
    // The lock names the bytes, so they can be fetched without any run entry.
    if (options.pull && stage.outs.every((out) => out.cache))
      return {
        verdict: { kind: 'restorable', from: 'remote', outs: block.outs, write: 'outs', reasons },
        now,
      };
  }
  if (!options.useCache || !isCacheable(stage) || !context.cache.read)
    return { verdict: { kind: 'stale', reasons }, now };
  const here = localRuns(context, stage, now.key, block).find(
    (entry) =>
      outDifferences(outs, entry.outs).length === 0 || completeOuts(context.workspace.store, entry.outs),
  );
  if (here)
    return {
      verdict: restorable(
        'run',
        here,
        outDifferences(outs, here.outs).length === 0 ? 'lock' : 'outs',
        reasons,
      ),
      now,
    };
  const there = await remoteRun(context, stage, now, block);
  if (!there) return { verdict: { kind: 'stale', reasons }, now };
  return options.pull
    ? { verdict: restorable('remote', there, 'outs', reasons), now, onRemote: there }
    : { verdict: { kind: 'stale', reasons }, now, onRemote: there };
}

function restorable(
  from: 'run' | 'remote',
  entry: RunEntry,
  write: 'outs' | 'lock',
  reasons: readonly Reason[],
): Verdict {
  return { kind: 'restorable', from, outs: entry.outs, write, reasons, savedMs: entry.ms };
}

/** Every out that is to come back is in the store. An out that is stored nowhere (`cache: false`) has to be made again. */
function restorableFromLock(context: RunContext, stage: Stage, block: LockBlock): boolean {
  return stage.outs.every((out) => out.cache) && completeOuts(context.workspace.store, block.outs);
}

function savedBy(context: RunContext, stage: Stage, key: StageKey): { savedMs?: number } {
  const [entry] = localRuns(context, stage, key);
  return entry ? { savedMs: entry.ms } : {};
}

/** The run that the remote knows under this key; the lock's own outs count as one when it still has the key. */
async function remoteRun(
  context: RunContext,
  stage: Stage,
  now: Fingerprinted,
  block: LockBlock | undefined,
): Promise<RunEntry | undefined> {
  const entries = (await context.remoteRuns?.find(now.key, stage)) ?? [];
  const named: Outs | undefined = block?.key === now.key ? block.outs : undefined;
  return entries.find((entry) => named && JSON.stringify(entry.outs) === JSON.stringify(named)) ?? entries[0];
}
