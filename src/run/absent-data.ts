// Data entries that are recorded but not in the workspace, as in a fresh clone. Below a folder or a glob that a stage
// reads, their absence would look like a deletion: they are brought before such a stage is judged.
import { lstatSync } from 'node:fs';
import type { StoredArtifact } from '../core/artifact.ts';
import { type Failure, failure, MlopsError } from '../core/failure.ts';
import { isWithin, type RepoPath } from '../core/ids.ts';
import type { DepDecl, Stage } from '../core/pipeline.ts';
import { applyCheckout, planCheckout } from '../store/checkout.ts';
import { missingObjects } from '../store/tree-objects.ts';
import { adviceFor } from './advice.ts';
import type { RunContext } from './context.ts';
import { globBase } from './data.ts';
import { bringHere } from './restore.ts';

/** Puts them in place, from the store or, where `pull` allows, from the remote; what cannot be had stays absent. */
export async function bringAbsentData(
  context: RunContext,
  stages: readonly Stage[],
  pull: boolean,
): Promise<void> {
  const wanted = new Map<RepoPath, StoredArtifact>();
  for (const stage of stages)
    for (const dep of stage.deps)
      for (const path of absentWithin(context, dep)) wanted.set(path, context.locks.owner(path)!.artifact);
  if (pull && context.remote) await bringHere(context, wanted, true);
  const here = new Map(
    [...wanted].filter(([, artifact]) => missingObjects(context.workspace.store, artifact).length === 0),
  );
  await applyCheckout(context.workspace, await planCheckout(context.workspace, here));
}

/** @throws MlopsError when part of what `dep` reads is recorded and not here: no digest of the rest would be true. */
export function requireWhole(context: RunContext, stage: Stage, dep: DepDecl): void {
  const absent = absentWithin(context, dep);
  if (absent.length) throw new MlopsError(absent.map((path) => notHere(context, stage, dep, path)));
}

function absentWithin(context: RunContext, dep: DepDecl): RepoPath[] {
  const outer = dep.kind === 'path' ? dep.path : globBase(dep.pattern);
  const inside = [...context.pipeline.data.keys()].filter((path) => path !== outer && isWithin(path, outer));
  return inside.filter(
    (path) =>
      context.locks.data(path) && !lstatSync(`${context.workspace.top}/${path}`, { throwIfNoEntry: false }),
  );
}

function notHere(context: RunContext, stage: Stage, dep: DepDecl, path: RepoPath): Failure {
  const name = dep.kind === 'path' ? dep.path : dep.pattern;
  return failure('missing', `${stage.name} reads ${name}, and ${path} in it is not here`, {
    where: dep.where,
    help: adviceFor(context, path, `mlops pull ${path}, or mlops repro --pull`),
  });
}
