// gc of the store here: what every lock of the repository's history names, and young runs, stays; the rest goes to the
// trash. Several repositories may use one store: then all of them are asked.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { artifactDigest } from '../core/artifact.ts';
import type { Report } from '../core/event.ts';
import type { Digest } from '../core/ids.ts';
import type { RunEntry } from '../core/run-entry.ts';
import type { Repository } from '../git/repository.ts';
import { deleteTrash, gcSteps } from '../store/gc-apply.ts';
import { Marks, type Root } from '../store/gc-mark.ts';
import { type GcPlan, type GcTimes, planGc, youngRuns } from '../store/gc-plan.ts';
import type { Store } from '../store/store.ts';
import { newGcTrash } from '../store/trash.ts';
import { isDead, openClaimDir, readClaims } from '../util/claim-file.ts';
import { startProgress } from '../util/progress.ts';
import { describeHolder } from './claims.ts';
import { everyLock, HOLDERS } from './every-lock.ts';
import { namedIn } from './lock-names.ts';

/** Why something stays: the strongest reason first, as numbers from 1 in a plan. */
export const GC_REASONS = [...HOLDERS, 'run'] as const;

export interface GcScope {
  readonly store: Store;
  /** All that use the store. */
  readonly repos: readonly Repository[];
  readonly times: GcTimes;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Changes nothing, except that trees which are named and lie in the trash come back. */
export async function planOfGc({ store, repos, times, report, signal }: GcScope): Promise<GcPlan> {
  const marks = new Marks(store);
  const progress = startProgress(report, 'gc');
  for (const repo of repos)
    for await (const { text, heldBy } of everyLock(repo)) {
      signal.throwIfAborted();
      const reason = GC_REASONS.indexOf(heldBy[0]!.kind) + 1;
      const before = marks.table.size;
      for (const root of namedIn(text)) marks.mark(root, reason);
      progress.done(marks.table.size - before);
    }
  progress.finish();
  for (const run of youngRuns(store, times))
    for (const root of rootsOfRun(run)) marks.mark(root, GC_REASONS.length);
  return planGc(store, marks, times);
}

/** Its outs, and the listings of what it read. */
export function rootsOfRun(run: RunEntry): Root[] {
  return [...Object.values(run.outs), ...Object.values(run.in.deps ?? {})].map((artifact) => ({
    digest: artifactDigest(artifact),
    tree: !('file' in artifact),
  }));
}

export interface GcResult {
  /** Packs with a damaged object: left as they are. */
  readonly damaged: readonly Digest[];
  /** Who was at work, so that nothing was deleted from the trash this time. */
  readonly heldBy?: string;
}

/** The caller holds the claim `gc`. What stands in `expired` of the plan is deleted only when nobody works. */
export async function applyGc({ store, repos, times, signal }: GcScope, plan: GcPlan): Promise<GcResult> {
  const damaged: Digest[] = [];
  for (const _ of gcSteps(store, plan, newGcTrash(store.dir, times.now), damaged)) {
    signal.throwIfAborted();
    await setImmediate();
  }
  const heldBy = plan.expired.length > 0 ? repos.flatMap(workAt)[0] : undefined;
  if (heldBy === undefined) deleteTrash(plan.expired);
  return { damaged, ...(heldBy === undefined ? {} : { heldBy }) };
}

/** Living claims in all worktrees, in words. */
export function workAt(repo: Repository): string[] {
  const names = ownNames(join(repo.commonDir, 'worktrees'));
  const states = [repo.commonDir, ...names.map((name) => join(repo.commonDir, 'worktrees', name))];
  return states.flatMap((dir) => {
    const claims = openClaimDir(join(dir, 'mlops', 'claims'));
    return readClaims(claims)
      .filter(
        ({ file, content }) => content.once && content.name !== GC_CLAIM && !isDead(claims, file, content),
      )
      .map(({ content }) => describeHolder(content));
  });
}

/** Only one at a time moves things out of a store. */
export const GC_CLAIM = 'gc';

function ownNames(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return []; // no linked worktrees
  }
}
