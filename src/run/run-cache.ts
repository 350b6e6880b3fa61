// The run cache as a stage sees it: earlier runs with the same key, here and on the remote. An entry is believed only
// when it was recomputed to have that key and makes exactly the stage's outs; an out whose bytes are gone is a miss.
import type { StageKey } from '../core/ids.ts';
import type { LockBlock, Outs } from '../core/lock.ts';
import type { Stage } from '../core/pipeline.ts';
import type { RunEntry } from '../core/run-entry.ts';
import { readRuns } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { missingObjects } from '../store/tree-objects.ts';
import { canonicalJson } from '../util/canonical-json.ts';
import type { RunContext } from './context.ts';
import { fitsStage } from './fits-stage.ts';

/** Whether a run of this stage may answer for another: its result follows from its key, and all of it is stored. */
export function isCacheable(stage: Stage): boolean {
  return !stage.always && stage.outs.length > 0 && stage.outs.every((out) => out.cache && !out.persist);
}

/** The one the lock names first, then the earliest. */
export function localRuns(context: RunContext, stage: Stage, key: StageKey, block?: LockBlock): RunEntry[] {
  const entries = context.cache.trust
    .flatMap((scope) => readRuns(context.workspace.store, scope, key))
    .filter((entry) => fitsStage(entry, stage));
  const named = block?.key === key ? canonicalJson(block.outs) : undefined;
  return entries.sort(
    (a, b) => Number(canonicalJson(b.outs) === named) - Number(canonicalJson(a.outs) === named),
  );
}

/** Whether every object that the outs need is in the store. */
export function completeOuts(store: Store, outs: Outs): boolean {
  return Object.values(outs).every((artifact) => missingObjects(store, artifact).length === 0);
}
