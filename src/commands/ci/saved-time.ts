// What stages took when they ran that a job found as they were, or took by what the lock says of them: time that nobody spent again.
import type { StageName } from '../../core/ids.ts';
import type { RunContext } from '../../run/context.ts';
import { localRuns } from '../../run/run-cache.ts';
import type { StageRuns } from './view.ts';

/** With the time of stages that did not run, as far as a run entry here or on the remote tells it. */
export async function withSavedTime(context: RunContext, runs: StageRuns): Promise<StageRuns> {
  const all = [...runs].map(async ([name, run]) => {
    const unknown = run.outcome === 'fresh' || (run.outcome === 'restored' && run.savedMs === 0);
    const ms = unknown ? await tookBefore(context, name) : 0;
    return [name, ms === 0 ? run : { ...run, savedMs: ms }] as const;
  });
  return new Map(await Promise.all(all));
}

async function tookBefore(context: RunContext, name: StageName): Promise<number> {
  const stage = context.pipeline.stages.get(name);
  const block = stage && context.locks.block(stage);
  if (!stage || !block) return 0;
  const entry =
    localRuns(context, stage, block.key, block)[0] ?? (await context.remoteRuns?.find(block.key, stage))?.[0];
  return entry?.ms ?? 0;
}
