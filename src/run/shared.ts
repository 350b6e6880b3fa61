// What a push sends: the bytes that locks name, the listings that stages read, and the runs that may be shared.
import type { Artifact } from '../core/artifact.ts';
import type { Pipeline } from '../core/pipeline.ts';
import type { PushRequest } from '../remote/push.ts';
import type { Store } from '../store/store.ts';
import type { CachePolicy } from './context.ts';
import { allTracked, type Recorded, readListings, shareableRuns, type Tracked } from './tracked.ts';

export interface Shared {
  readonly store: Store;
  readonly pipeline: Pipeline;
  readonly locks: Recorded;
}

/** Everything that these locks name. An out with `push: false` stays here, and with it the runs that made it. */
export function everythingShared(shared: Shared, cache: CachePolicy | undefined): PushRequest {
  const { store, pipeline, locks } = shared;
  const named = allTracked(pipeline, locks);
  const own = new Set(named.filter(staysHere).map((each) => each.path as string));
  const runs = (cache?.write ? [...shareableRuns(store, cache.scope)] : []).filter((entry) =>
    Object.keys(entry.outs).every((path) => !own.has(path)),
  );
  const made = runs.flatMap((entry) =>
    Object.entries(entry.outs).map(([path, artifact]): { path: string; artifact: Artifact } => ({
      path,
      artifact,
    })),
  );
  return {
    artifacts: [...partsShared(named), ...readListings(pipeline, locks, store), ...made],
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
