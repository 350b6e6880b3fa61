// Checkout of tracked artifacts: refuses to lose what the user changed, says what is not here yet.
import { type StoredArtifact, sameArtifact } from '../core/artifact.ts';
import { type Failure, failure, MlopsError } from '../core/failure.ts';
import { isWithin, type RepoPath } from '../core/ids.ts';
import { trackedAmong } from '../git/files.ts';
import { applyCheckout, planCheckout } from '../store/checkout.ts';
import type { CheckoutPlan } from '../store/checkout-plan.ts';
import { type SnapshotLeaf, snapshot } from '../store/snapshot.ts';
import { missingObjects } from '../store/tree-objects.ts';
import { plural } from '../util/units.ts';
import { adviceFor } from './advice.ts';
import type { RunContext } from './context.ts';
import { markPartial } from './partial.ts';
import { claimPaths } from './stage-claim.ts';
import { partOf, type Tracked } from './tracked.ts';

export interface Placed {
  /** Artifacts whose files were written, changed or removed. */
  readonly changed: readonly RepoPath[];
  readonly files: number;
  readonly same: number;
}

/** @throws Failure 'refused' naming files that would be lost, 'missing' naming what is not in the store; nothing is written then. */
export async function putInPlace(
  context: RunContext,
  tracked: readonly Tracked[],
  options: { readonly force: boolean },
): Promise<Placed> {
  const { workspace, locks } = context;
  const targets = new Map(
    tracked.flatMap((each) => partOf(workspace.store, each)).map(({ path, artifact }) => [path, artifact]),
  );
  const claim = await claimPaths(context, 'checkout', [...targets.keys()]);
  try {
    const plan = await planTracked(context, tracked, targets, options);
    const absent = tracked.filter((each) => plan.missing.length > 0 && lacksBytes(context, each));
    if (absent.length)
      throw new MlopsError(
        missingBytes(
          context,
          absent.map((each) => each.path),
        ),
      );
    if (plan.conflicts.length && !options.force) throw new MlopsError(conflictFailure(plan.conflicts));
    await applyCheckout(workspace, plan);
    for (const each of tracked) await notePart(context, each);
    locks.flush();
    return {
      changed: plan.targets.map((each) => each.path),
      files: filesChanged(plan),
      same: targets.size - plan.targets.length,
    };
  } finally {
    claim.release();
  }
}

export interface Followed {
  readonly changed: readonly RepoPath[];
  readonly files: number;
  /** Left as they are, because they hold what is stored nowhere. */
  readonly kept: readonly RepoPath[];
  /** Their bytes are not in the store. */
  readonly absent: readonly RepoPath[];
}

/** After Git moved the lock: puts in place what can be, and leaves the rest. Does not wait for who works there. */
export async function followLock(context: RunContext, tracked: readonly Tracked[]): Promise<Followed> {
  const targets = new Map(tracked.map(({ path, artifact }) => [path, artifact]));
  const claim = await claimPaths({ ...context, waitMs: 0 }, 'checkout', [...targets.keys()]);
  try {
    const plan = await planTracked(context, tracked, targets, { force: false });
    const kept = tracked.filter(({ path }) => plan.conflicts.some((each) => isWithin(each.path, path)));
    const absent = plan.missing.length === 0 ? [] : tracked.filter((each) => lacksBytes(context, each));
    const inWay = new Set(kept.map(({ path }) => path));
    const safe = {
      ...plan,
      targets: plan.targets.filter(({ path }) => !inWay.has(path)),
      conflicts: [],
      missing: [],
    };
    await applyCheckout(context.workspace, safe);
    for (const { path } of safe.targets) markPartial(context.state, path, false);
    return {
      changed: safe.targets.map(({ path }) => path),
      files: filesChanged(safe),
      kept: [...inWay],
      absent: absent.map(({ path }) => path),
    };
  } finally {
    claim.release();
  }
}

function planTracked(
  context: RunContext,
  tracked: readonly Tracked[],
  targets: ReadonlyMap<RepoPath, StoredArtifact>,
  options: { readonly force: boolean },
): Promise<CheckoutPlan> {
  const git = trackedAmong(
    context.repo,
    tracked
      .filter(({ path, out }) => !(out?.git || context.pipeline.data.get(path)?.git))
      .map((each) => each.path),
  );
  return planCheckout(context.workspace, targets, { ...options, tracked: (path) => git.has(path) });
}

/** Folders are made and removed with the files in them; who is told counts files. */
function filesChanged(plan: CheckoutPlan): number {
  return plan.targets.reduce(
    (sum, { write, remove, mode }) => sum + filesAmong(write) + filesAmong(remove) + mode.length,
    0,
  );
}

function filesAmong(leaves: readonly SnapshotLeaf[]): number {
  return leaves.filter(({ kind }) => kind !== 'directory').length;
}

/** A part of a directory whose rest is not here is remembered as such. */
async function notePart(context: RunContext, { path, artifact, only }: Tracked): Promise<void> {
  const here = only ? await snapshot(context.workspace, path) : undefined;
  markPartial(context.state, path, only !== undefined && !(here && sameArtifact(here.artifact, artifact)));
}

/** Whether something of it is not in the store. */
export function lacksBytes({ workspace: { store } }: RunContext, each: Tracked): boolean {
  return partOf(store, each).some(({ artifact }) => missingObjects(store, artifact).length > 0);
}

function missingBytes(context: RunContext, paths: readonly RepoPath[]): Failure {
  const [first, ...more] = paths;
  const what =
    more.length === 0
      ? `the bytes of ${first}`
      : `the bytes of ${first} and ${plural(more.length, 'other path')}`;
  const help = adviceFor(context, first!, `mlops pull${more.length === 0 ? ` ${first}` : ''}`);
  return failure('missing', `${what} are not in the store`, { help });
}

const SHOWN = 10;

function conflictFailure(conflicts: readonly { readonly path: string; readonly why: string }[]): Failure {
  const shown = conflicts
    .slice(0, SHOWN)
    .map(
      ({ path, why }) =>
        `${path} (${why === 'tracked' ? 'tracked by Git' : why === 'foreign' ? 'not from mlops' : 'changed'})`,
    );
  const more = conflicts.length > SHOWN ? [`and ${plural(conflicts.length - SHOWN, 'more file')}`] : [];
  return failure(
    'refused',
    `checkout would overwrite files that are stored nowhere else:\n${[...shown, ...more].join('\n')}`,
    { help: 'keep them: mlops add or mlops commit · lose them: --force' },
  );
}
