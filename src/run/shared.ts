// What a push sends: the bytes that locks name, the listings that stages read, and the runs that may be shared.
import type { StageKey } from '../core/ids.ts';
import type { Pipeline } from '../core/pipeline.ts';
import type { PushRequest } from '../remote/push.ts';
import type { Store } from '../store/store.ts';
import type { CachePolicy } from './context.ts';
import { allTracked, type Recorded, readListings, shareableRuns, type Tracked } from './tracked.ts';

/** A pipeline and what its locks say: of the workspace, or of a commit. */
export interface LockedPipeline {
  readonly pipeline: Pipeline;
  readonly locks: Recorded;
}

/**
 * Everything that these locks name. An out with `push: false` stays here, and with it the runs that made it.
 * `cache` undefined: no runs; `keys`: only runs of these.
 */
export function everythingShared(
  store: Store,
  sides: readonly LockedPipeline[],
  cache: CachePolicy | undefined,
  keys?: ReadonlySet<StageKey>,
): PushRequest {
  const named = sides.flatMap(({ pipeline, locks }) => allTracked(pipeline, locks));
  const own = new Set(named.filter(staysHere).map((each) => each.path as string));
  const runs = (cache?.write ? [...shareableRuns(store, cache.scope, keys)] : []).filter((entry) =>
    Object.keys(entry.outs).every((path) => !own.has(path)),
  );
  const read = sides.flatMap(({ pipeline, locks }) => readListings(pipeline, locks, store));
  const made = runs.flatMap((entry) =>
    Object.entries(entry.outs).map(([path, artifact]) => ({ path, artifact })),
  );
  return {
    artifacts: [...partsShared(named), ...read, ...made],
    runs: runs.map((entry) => ({ scope: cache!.scope, entry })),
  };
}

/** Those of `tracked` that are for others too. */
export function partsShared(tracked: readonly Tracked[]): readonly Tracked[] {
  return tracked.filter((each) => !staysHere(each));
}

function staysHere({ out }: Tracked): boolean {
  return out?.push === false;
}
