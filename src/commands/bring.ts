// What pull and fetch share: bytes of the lock from the remote into the store.
import { type Failure, failure } from '../core/failure.ts';
import type { Project } from '../project.ts';
import { fetchObjects } from '../remote/fetch.ts';
import type { TransferResult } from '../remote/transfer.ts';
import { type Tracked, trackedTargets } from '../run/tracked.ts';
import { missingObjects } from '../store/tree-objects.ts';

export interface Brought {
  readonly tracked: readonly Tracked[];
  readonly result: TransferResult;
  readonly url: string;
  /** What could not be had, and what to do; the rest came. */
  readonly failures: readonly Failure[];
}

export async function bring(
  project: Project,
  targets: readonly string[],
  remoteName: string | undefined,
): Promise<Brought> {
  const remote = await project.remote(remoteName);
  const tracked = trackedTargets(project.requirePipeline(), project.locks, targets, project.dir, (typed) =>
    project.pathFromHere(typed),
  );
  const result = await fetchObjects(project.transferContext(remote), tracked);
  const failures =
    result.failures.length > 0 ? [...result.failures, ...fromTheirSource(project, tracked)] : [];
  return { tracked, result, url: remote.url, failures };
}

/** What is nowhere but was imported can be had from where it came. */
function fromTheirSource(project: Project, tracked: readonly Tracked[]): Failure[] {
  const { store } = project.workspace;
  return tracked.flatMap(({ path, artifact }) =>
    project.pipeline.data.get(path)?.source && missingObjects(store, artifact).length > 0
      ? [failure('missing', `${path} was imported`, { help: `mlops update ${path}` })]
      : [],
  );
}
