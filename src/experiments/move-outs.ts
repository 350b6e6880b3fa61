// Data and outs brought from one state to another in the workspace, out of the store. What stands there and is stored
// nowhere is in the way; where it is gone over, it is stored first, and what cannot be stored goes to the trash.
import { rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type StoredArtifact, sameArtifact } from '../core/artifact.ts';
import { MlopsError } from '../core/failure.ts';
import { isWithin, type RepoPath } from '../core/ids.ts';
import type { RunContext } from '../run/context.ts';
import { markPartial } from '../run/partial.ts';
import { applyCheckout, planCheckout } from '../store/checkout.ts';
import { save } from '../store/save.ts';
import { type Snapshot, snapshot } from '../store/snapshot.ts';
import { moveToTrash } from '../store/trash.ts';
import { missingObjects } from '../store/tree-objects.ts';
import { isErrno } from '../util/errno.ts';
import { stands } from '../util/whole-path.ts';
import type { OutStep } from './apply-record.ts';

export interface OutWish {
  readonly path: RepoPath;
  /** Null: nothing is to stand there. */
  readonly to: StoredArtifact | null;
}

export interface OutsPlan {
  /** What differs and can be had. */
  readonly steps: readonly OutStep[];
  /** Those of the steps that go over what is stored nowhere. */
  readonly inWay: readonly RepoPath[];
  /** Their bytes are not in the store: they stay as they are. */
  readonly absent: readonly RepoPath[];
}

export async function planOuts(context: RunContext, wishes: readonly OutWish[]): Promise<OutsPlan> {
  const steps: OutStep[] = [];
  const inWay: RepoPath[] = [];
  const absent: RepoPath[] = [];
  const { top } = context.workspace;
  for (const { path, to } of wishes) {
    const here = await snapshotOrOdd(context, path);
    const before = here === 'odd' ? null : (here?.artifact ?? null);
    if (here !== 'odd' && (before && to ? sameArtifact(before, to) : before === to)) continue;
    if (to && missingObjects(context.workspace.store, to).length > 0) {
      absent.push(path);
      continue;
    }
    steps.push({ path, before, after: to });
    const lost = here === 'odd' || (here ? await losesBytes(context, here, to) : stands(join(top, path)));
    if (lost) inWay.push(path);
  }
  return { steps, inWay, absent };
}

/** The plan said what is in the way, and the caller went on. Returns the steps as they will be kept, and what went to the trash. */
export async function makeWay(
  context: RunContext,
  { steps, inWay }: OutsPlan,
): Promise<{ readonly steps: readonly OutStep[]; readonly trashed: readonly string[] }> {
  const trashed: string[] = [];
  const kept: OutStep[] = [];
  for (const step of steps) {
    const stored = !inWay.includes(step.path) || (await store(context, step));
    if (!stored)
      trashed.push(
        moveToTrash(context.workspace.store.dir, join(context.workspace.top, step.path), step.path),
      );
    kept.push(stored ? step : { ...step, before: null });
  }
  return { steps: kept, trashed };
}

export async function moveOuts(context: RunContext, steps: readonly OutStep[]): Promise<void> {
  for (const { path, after } of steps) if (!after) await removeOut(context, path);
  const targets = new Map(steps.flatMap(({ path, after }) => (after ? [[path, after] as const] : [])));
  await applyCheckout(context.workspace, await planCheckout(context.workspace, targets, { force: true }));
  for (const { path } of steps) markPartial(context.state, path, false);
  context.workspace.stat.flush();
}

/** What no rule lets be part of it stays. */
async function removeOut(context: RunContext, path: RepoPath): Promise<void> {
  const here = await snapshotOrOdd(context, path);
  if (here === 'odd' || !here) return;
  const root = join(context.workspace.top, path);
  const deepestFirst = [...here.leaves].sort((a, b) => b.path.length - a.path.length);
  for (const leaf of deepestFirst)
    if (leaf.kind === 'directory') removeFolder(join(root, leaf.path));
    else rmSync(join(root, leaf.path), { force: true });
  if ('tree' in here.artifact) removeFolder(root);
}

function removeFolder(dir: string): void {
  try {
    rmdirSync(dir);
  } catch (error) {
    if (!isErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error;
  }
}

/** Whether the checkout would go over what can be had nowhere else; a symlink, or a file that no rule lets be part of it. */
async function losesBytes(
  { workspace }: RunContext,
  here: Snapshot<StoredArtifact>,
  to: StoredArtifact | null,
): Promise<boolean> {
  if (!to) return missingObjects(workspace.store, here.artifact).length > 0;
  const { conflicts } = await planCheckout(workspace, new Map([[here.path, to]]));
  return conflicts.some(({ path }) => isWithin(path, here.path));
}

/** False when it cannot be: something is in it that no store takes, or that does not belong to it. */
async function store(context: RunContext, { path, after }: OutStep): Promise<boolean> {
  const here = await snapshotOrOdd(context, path);
  if (here === 'odd' || !here) return !stands(join(context.workspace.top, path));
  await save(context.workspace, here);
  return !(await losesBytes(context, here, after));
}

/** Odd: what cannot be recorded (a socket, a name that is not UTF-8). */
async function snapshotOrOdd(
  { workspace }: RunContext,
  path: RepoPath,
): Promise<Snapshot<StoredArtifact> | undefined | 'odd'> {
  try {
    return await snapshot(workspace, path);
  } catch (error) {
    if (error instanceof MlopsError) return 'odd';
    throw error;
  }
}
