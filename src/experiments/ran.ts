// What ran in an experiment: its stages with the run each result is of, and what they printed where that is still here.
import type { ActionCatalog } from '../core/action.ts';
import type { Experiment } from '../core/experiment.ts';
import type { StageName } from '../core/ids.ts';
import type { RunEntry } from '../core/run-entry.ts';
import type { Repository } from '../git/repository.ts';
import { committed } from '../run/committed.ts';
import type { CachePolicy, StateDirs } from '../run/context.ts';
import { logsOf } from '../run/log.ts';
import { readRuns } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { canonicalJson } from '../util/canonical-json.ts';

export interface StageRan {
  readonly stage: StageName;
  /** Whether the lock has a result of it. */
  readonly recorded: boolean;
  /** Undefined: it is not known here; or it was never run. */
  readonly run: Pick<RunEntry, 'started' | 'ms' | 'by'> | undefined;
  /** It ran before the experiment began: its result was there already. */
  readonly earlier: boolean;
  /** Absolute path of what it printed. */
  readonly log: string | undefined;
}

/** In the order of the pipeline. @throws MlopsError for a pipeline that does not load */
export function stagesRan(
  repo: Repository,
  experiment: Experiment,
  place: { readonly store: Store; readonly state: StateDirs; readonly cache: CachePolicy },
  actions: ActionCatalog,
): StageRan[] {
  const { pipeline, locks } = committed(repo, experiment.commit, actions);
  return pipeline.order.map((name) => {
    const block = locks.block(pipeline.stages.get(name)!);
    const outs = block && canonicalJson(block.outs);
    const runs = block ? place.cache.trust.flatMap((scope) => readRuns(place.store, scope, block.key)) : [];
    const same = runs.filter((each) => canonicalJson(each.outs) === outs);
    const run = same.find(({ started }) => started >= experiment.started) ?? same[0];
    const time = run?.started.replaceAll(':', '-');
    const log = time && logsOf(place.state, name).find((path) => path.includes(`/${time}-`));
    const earlier = run !== undefined && run.started < experiment.started;
    return { stage: name, recorded: block !== undefined, run, earlier, log: log || undefined };
  });
}
