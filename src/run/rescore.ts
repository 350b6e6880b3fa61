// The baseline's model on today's rows: when the test data changed, two scores can only be compared if both models saw
// the same rows. It is an ordinary run with its own key, kept in the run cache, in a folder of its own.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Artifact, StoredArtifact } from '../core/artifact.ts';
import { MlopsError } from '../core/failure.ts';
import type { Fingerprint } from '../core/fingerprint.ts';
import { pathIn, type RepoPath } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import { fingerprintKey } from '../core/key.ts';
import type { LockBlock, Outs } from '../core/lock.ts';
import type { Stage } from '../core/pipeline.ts';
import { applyCheckout, planCheckout } from '../store/checkout.ts';
import { writeRun } from '../store/runs.ts';
import { save } from '../store/save.ts';
import { snapshot } from '../store/snapshot.ts';
import { openWorkspace, type Workspace } from '../store/workspace.ts';
import { isGlob } from '../util/glob.ts';
import { actionJob } from './action-job.ts';
import type { RunContext } from './context.ts';
import { jobEnvironment } from './job-environment.ts';
import { entryOf } from './record.ts';
import { bringHere } from './restore.ts';
import { localRuns } from './run-cache.ts';

/** A model and its external weights, by the paths at which the stage reads them. */
export type Models = ReadonlyMap<RepoPath, StoredArtifact>;

/** The report of another model on what the stage reads now; undefined when that model cannot be had. */
export async function rescore(
  context: RunContext,
  stage: Stage,
  models: Models,
  report: RepoPath,
): Promise<JsonObject | undefined> {
  const now = context.locks.block(stage)?.in;
  if (!now || models.size === 0) return undefined;
  const declared = declaredPaths(stage);
  const kept = Object.entries(now.deps ?? {}).filter(
    ([dep]) => !models.has(dep as RepoPath) && declared.has(dep),
  );
  const fingerprint: Fingerprint = { ...now, deps: Object.fromEntries([...kept, ...models]) };
  const known = localRuns(context, stage, fingerprintKey(fingerprint))[0];
  const outs = known?.outs ?? (await scoreElsewhere(context, stage, fingerprint, models));
  const made = outs?.[report];
  if (!made || !('file' in made)) return undefined;
  return JSON.parse(context.workspace.store.read(made.file).toString()) as JsonObject;
}

/** The model that an earlier run of the stage read. */
export function modelsOfBlock(stage: Stage, block: LockBlock): Models {
  const path = modelPath(stage);
  const declared = declaredPaths(stage);
  const read = Object.entries(block.in.deps ?? {}) as [RepoPath, Artifact][];
  return new Map(
    read.filter(
      (entry): entry is [RepoPath, StoredArtifact] =>
        !('glob' in entry[1]) && (entry[0] === path || !declared.has(entry[0])),
    ),
  );
}

function modelPath(stage: Stage): RepoPath | undefined {
  const model = stage.action.kind === 'uses' ? stage.action.options['model'] : undefined;
  return typeof model === 'string' ? pathIn(stage.file.dir, model) : undefined;
}

function declaredPaths(stage: Stage): Set<string> {
  return new Set(stage.deps.map((dep) => (dep.kind === 'path' ? dep.path : dep.pattern)));
}

async function scoreElsewhere(
  context: RunContext,
  stage: Stage,
  fingerprint: Fingerprint,
  models: ReadonlyMap<RepoPath, StoredArtifact>,
): Promise<Outs | undefined> {
  try {
    await bringHere(context, models, context.remote !== undefined);
  } catch (error) {
    if (error instanceof MlopsError) return undefined;
    throw error;
  }
  mkdirSync(`${context.state.worktree}/tmp`, { recursive: true });
  const top = mkdtempSync(`${context.state.worktree}/tmp/rescore-`);
  try {
    const there = openWorkspace({
      top,
      gitDir: `${top}/.state`,
      commonDir: context.repo.commonDir,
      storeDir: context.workspace.store.dir,
      report: context.report,
    });
    await layOut(context, there, fingerprint, models);
    const started = new Date();
    const uses = await runThere(context, stage, top);
    const outs = uses && (await collect(there, stage));
    if (!outs) return undefined;
    const finished = { started, ms: Date.now() - started.getTime(), exit: 0, uses, log: null };
    if (context.cache.write)
      writeRun(context.workspace.store, context.cache.scope, {
        ...entryOf(context, stage, { in: fingerprint, key: fingerprintKey(fingerprint) }, finished),
        outs,
      });
    return outs;
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

/** Models are checked out; everything else the stage reads is linked from the workspace. */
async function layOut(
  context: RunContext,
  there: Workspace,
  fingerprint: Fingerprint,
  models: ReadonlyMap<RepoPath, StoredArtifact>,
): Promise<void> {
  await applyCheckout(there, await planCheckout(there, models));
  for (const path of Object.keys(fingerprint.deps ?? {}) as RepoPath[]) {
    if (models.has(path) || isGlob(path)) continue;
    mkdirSync(dirname(`${there.top}/${path}`), { recursive: true });
    symlinkSync(`${context.workspace.top}/${path}`, `${there.top}/${path}`);
  }
}

async function runThere(context: RunContext, stage: Stage, top: string): Promise<JsonObject | undefined> {
  const cwd = pathIn(top, stage.file.dir);
  const job = actionJob(stage.action, {
    self: context.self,
    stateDir: context.state.worktree,
    local: stage.local,
    cwd,
  });
  try {
    for (const out of stage.outs) mkdirSync(dirname(`${top}/${out.path}`), { recursive: true });
    const { env, secrets } = jobEnvironment(context, stage, top);
    const result = await context.executor.run(
      { commands: job.commands, cwd, env: { ...env, ...job.env }, secrets },
      { signal: context.signal, onLine: () => {} },
    );
    const answer = job.answer();
    return result.exit === 0 && answer && 'uses' in answer ? answer.uses : undefined;
  } finally {
    job.dispose();
  }
}

async function collect(there: Workspace, stage: Stage): Promise<Outs | undefined> {
  const outs: { [path: string]: StoredArtifact } = {};
  for (const out of stage.outs) {
    const made = await snapshot(there, out.path);
    if (!made) return undefined;
    await save(there, made);
    outs[out.path] = made.artifact;
  }
  return outs;
}
