// Bytes of experiments on the data remote: sent before the refs that name them, brought by the locks of their commits.
import type { Experiment } from '../core/experiment.ts';
import type { Repository } from '../git/repository.ts';
import { fetchObjects } from '../remote/fetch.ts';
import { push } from '../remote/push.ts';
import { registerRepository, type UsingRepository } from '../remote/repositories.ts';
import { remoteStatus } from '../remote/status.ts';
import type { TransferContext, TransferResult } from '../remote/transfer.ts';
import type { CachePolicy } from '../run/context.ts';
import { everythingShared, type LockedPipeline, partsShared } from '../run/shared.ts';
import { allTracked, type Tracked } from '../run/tracked.ts';
import { Commits } from './commits/commits.ts';

export interface Locked {
  readonly experiment: Experiment;
  readonly side: LockedPipeline;
  /** What of it is for others too. */
  readonly shared: readonly Tracked[];
}

/** An experiment whose pipeline does not load names nothing that anybody could ask for. */
export function lockedExperiments(repo: Repository, experiments: readonly Experiment[]): Locked[] {
  const commits = new Commits(repo, experiments);
  return experiments.flatMap((experiment): Locked[] => {
    const side = commits.locked(experiment.commit);
    return side ? [{ experiment, side, shared: partsShared(allTracked(side.pipeline, side.locks)) }] : [];
  });
}

export interface SentData {
  readonly result: TransferResult;
  /** Some of their data are neither here nor there. */
  readonly lacking: ReadonlySet<Experiment>;
}

/**
 * With the runs of their stages, so that a `repro` elsewhere finds them. `to`: where their refs will be, when that is no
 * Git remote of this repository: gc asks it too. @throws MlopsError `remote`
 */
export async function sendData(
  context: TransferContext,
  locked: readonly Locked[],
  cache: CachePolicy,
  to: UsingRepository | undefined,
): Promise<SentData> {
  const { store } = context;
  const sides = locked.map(({ side }) => side);
  const keys = new Set(
    sides.flatMap(({ pipeline, locks }) =>
      [...pipeline.stages.values()].flatMap((stage) => locks.block(stage)?.key ?? []),
    ),
  );
  const result = await push(context, everythingShared(store, sides, cache, keys));
  if (to && sides.length > 0) await registerRepository(context.remote, to);
  const lacking = result.failures.length > 0 ? await lackingThere(context, locked) : [];
  return { result, lacking: new Set(lacking) };
}

async function lackingThere(context: TransferContext, locked: readonly Locked[]): Promise<Experiment[]> {
  const all = locked.flatMap(({ experiment, shared }) => shared.map((each) => ({ experiment, each })));
  const status = await remoteStatus(
    context,
    all.map(({ each }) => each),
  );
  return all.flatMap(({ experiment }, at) => (status[at]!.missingThere > 0 ? [experiment] : []));
}

/** What is nowhere is among the failures of the result; the rest comes. @throws MlopsError `remote` */
export function bringData(context: TransferContext, locked: readonly Locked[]): Promise<TransferResult> {
  const all = locked.flatMap(({ shared }) => shared);
  const distinct = new Map(
    all.map((each) => [
      `${each.path}\0${'file' in each.artifact ? each.artifact.file : each.artifact.tree}`,
      each,
    ]),
  );
  return fetchObjects(context, [...distinct.values()]);
}
