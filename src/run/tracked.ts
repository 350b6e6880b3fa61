// What the locks name: the bytes that push sends, pull brings and checkout puts in place.
import { type Artifact, artifactDigest, type StoredArtifact } from '../core/artifact.ts';
import { failure, MlopsError } from '../core/failure.ts';
import { isWithin, pathFrom, type RepoPath, type StageKey } from '../core/ids.ts';
import type { OutDecl, Pipeline, Stage } from '../core/pipeline.ts';
import type { RunEntry } from '../core/run-entry.ts';
import { listRuns, readRuns } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { artifactAt } from '../store/tree-read.ts';
import { suggest } from '../util/suggest.ts';
import type { LockBook } from './lock-book.ts';
import { completeOuts } from './run-cache.ts';
import { resolveTarget } from './select.ts';

export interface Tracked {
  readonly path: RepoPath;
  readonly artifact: StoredArtifact;
  /** Absent for data. */
  readonly stage?: Stage;
  readonly out?: OutDecl;
  /** Only these paths inside it, when a target names a part. */
  readonly only?: readonly string[];
}

/** What is asked of locks here. */
export type Recorded = Pick<LockBook, 'data' | 'block'>;

/** Every out and data entry with a record. An out that is stored nowhere is left out. */
export function allTracked(pipeline: Pipeline, locks: Recorded): Tracked[] {
  const data = [...pipeline.data.keys()].flatMap((path): Tracked[] => {
    const record = locks.data(path);
    if (!record) return [];
    const { from: _, ...artifact } = record;
    return [{ path, artifact }];
  });
  const outs = [...pipeline.stages.values()].flatMap((stage) => {
    const recorded = locks.block(stage)?.outs ?? {};
    return stage.outs.flatMap((out): Tracked[] => {
      const artifact = recorded[out.path];
      return artifact && out.cache ? [{ path: out.path, artifact, stage, out }] : [];
    });
  });
  return [...data, ...outs];
}

/** Those that `targets` mean: paths of outs, data, folders around them or parts inside them, or names of stages. */
export function trackedTargets(
  pipeline: Pipeline,
  locks: LockBook,
  targets: readonly string[],
  dir: RepoPath | '',
  pathFromHere: (typed: string) => string,
): Tracked[] {
  const all = allTracked(pipeline, locks);
  if (targets.length === 0) return all;
  const found = targets.flatMap((target) => {
    const path = pathFromHere(target.replace(/\/$/, ''));
    const whole = all.filter((each) => isWithin(each.path, path));
    if (whole.length) return whole;
    const part = all.find((each) => isWithin(path, each.path));
    if (part) return [{ ...part, only: [path.slice(part.path.length + 1)] }];
    return ofStages(pipeline, all, target, dir);
  });
  return [...new Map(found.map((each) => [`${each.path}\0${each.only?.join() ?? ''}`, each])).values()];
}

function ofStages(
  pipeline: Pipeline,
  all: readonly Tracked[],
  target: string,
  dir: RepoPath | '',
): Tracked[] {
  const near = suggest(
    target,
    all.map(({ path }) => pathFrom(dir, path)),
  );
  const names = new Set(
    resolveTarget(pipeline, target, dir, near ? `did you mean "${near}"?` : 'mlops ls lists what is tracked'),
  );
  const outs = all.filter((each) => each.stage && names.has(each.stage.name));
  if (outs.length === 0)
    throw new MlopsError(
      failure('missing', `${target} has no recorded outs`, { help: `mlops repro ${target}` }),
    );
  return outs;
}

/** The part of a tracked directory as an artifact of its own, once its listing is here. */
export function partOf(
  store: Store,
  tracked: Tracked,
): { readonly path: RepoPath; readonly artifact: StoredArtifact }[] {
  if (!tracked.only) return [tracked];
  return tracked.only.map((inside) => {
    const artifact =
      'tree' in tracked.artifact ? artifactAt(store, tracked.artifact.tree, inside) : undefined;
    const path = `${tracked.path}/${inside}` as RepoPath;
    if (!artifact)
      throw new MlopsError(
        failure('missing', `${path} is not in ${tracked.path} as the lock knows it`, {
          help: `mlops ls ${tracked.path}`,
        }),
      );
    return { path, artifact };
  });
}

/** Runs of this scope whose outs are all here: what a push can share. `keys`: only runs of these. */
export function* shareableRuns(
  store: Store,
  scope: string,
  keys: ReadonlySet<StageKey> = new Set([...listRuns(store, scope)].map((found) => found.key)),
): Generator<RunEntry> {
  for (const key of keys)
    for (const entry of readRuns(store, scope, key)) if (completeOuts(store, entry.outs)) yield entry;
}

/**
 * Listings of the directories and globs that stages read, so that every clone can say which files a result was made
 * from. Those that are not here were pushed by whoever made them.
 */
export function readListings(
  pipeline: Pipeline,
  locks: Recorded,
  store: Store,
): { readonly path: string; readonly artifact: Artifact; readonly listing: true }[] {
  const blocks = [...pipeline.stages.values()].flatMap((stage) => locks.block(stage) ?? []);
  const read = blocks.flatMap((block) => Object.entries(block.in.deps ?? {}));
  return read.flatMap(([path, artifact]) =>
    'file' in artifact || !store.has(artifactDigest(artifact))
      ? []
      : [{ path, artifact, listing: true as const }],
  );
}
