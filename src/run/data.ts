// Data entries: bytes no stage makes. One that changed in the workspace is stored, and its entry renewed, before a
// stage that reads it runs: what a result was made from can always be had again.
import { type StoredArtifact, sameArtifact } from '../core/artifact.ts';
import { failure, MlopsError } from '../core/failure.ts';
import { isWithin, overlaps, type RepoPath } from '../core/ids.ts';
import type { DataDecl, Pipeline, Stage } from '../core/pipeline.ts';
import { ignoredAmong, trackedFiles } from '../git/files.ts';
import { save } from '../store/save.ts';
import type { RunContext } from './context.ts';
import { snapshotWhole } from './partial.ts';

/** `all`: also entries that no stage reads. */
export async function renewData(context: RunContext, stages: readonly Stage[], all: boolean): Promise<void> {
  const read = stages.flatMap((stage) =>
    stage.deps.map((dep) => (dep.kind === 'path' ? dep.path : globBase(dep.pattern))),
  );
  for (const data of context.pipeline.data.values()) {
    const isRead = read.some((path) => path === '' || overlaps(path, data.path));
    if (!all && !isRead) continue;
    const was = context.locks.data(data.path);
    const outcome = await renewEntry(context, data);
    if (outcome === 'renewed' && was && !isRead) sayRenewed(context, data.path);
  }
  refuseIgnored(context, stages);
}

/** No stage that ran because of it says so: after a merge without a checkout these may be the older bytes. */
function sayRenewed({ report }: RunContext, path: RepoPath): void {
  const text = `${path} differs from the lock: recorded as the workspace holds it`;
  report({ kind: 'note', text, help: `not meant? git restore pipeline.lock && mlops checkout ${path}` });
}

/** Stores what the workspace holds of a data entry, its bytes read once; says so when it differs from what was recorded. */
export async function renewEntry(
  context: RunContext,
  data: DataDecl,
): Promise<'absent' | 'same' | 'renewed'> {
  const artifact = await storeEntry(context, data);
  if (!artifact) return 'absent';
  const recorded = context.locks.data(data.path);
  if (recorded && sameArtifact(artifact, recorded)) return 'same';
  context.locks.setData(data.file, data.path, artifact);
  return 'renewed';
}

/** Stores what the workspace holds of a data entry; the lock stays as it is. Undefined when nothing is there. */
export async function storeEntry(context: RunContext, data: DataDecl): Promise<StoredArtifact | undefined> {
  const batch = context.workspace.store.batch('bytes');
  try {
    const here = await snapshotWhole(context, data.path, batch);
    // Also when nothing changed: the store may have lost what the workspace still has.
    if (here) await save(context.workspace, here, batch);
    return here?.artifact;
  } finally {
    batch.abandon();
  }
}

/** A dep that Git ignores and that nothing tracks would be missing in every clone. */
function refuseIgnored(context: RunContext, stages: readonly Stage[]): void {
  const owned = ownedPaths(context.pipeline);
  const loose = stages.flatMap((stage) =>
    stage.deps.flatMap((dep) => (dep.kind === 'path' && !hasOwner(dep.path, owned) ? [{ stage, dep }] : [])),
  );
  if (loose.length === 0) return;
  const tracked = trackedFiles(context.repo);
  const untracked = [...new Set(loose.map(({ dep }) => dep.path))].filter((path) => !tracked.has(path));
  const ignored = ignoredAmong(context.repo, untracked);
  const problems = loose
    .filter(({ dep }) => ignored.has(dep.path) && ![...owned].some((path) => isWithin(path, dep.path)))
    .map(({ stage, dep }) =>
      failure('config', `${stage.name} reads ${dep.path}, which Git ignores and nothing tracks`, {
        where: dep.where,
        help: `mlops add ${dep.path}`,
      }),
    );
  if (problems.length) throw new MlopsError(problems);
}

/** Every declared data entry and out. */
export function ownedPaths(pipeline: Pipeline): Set<RepoPath> {
  return new Set([
    ...pipeline.data.keys(),
    ...[...pipeline.stages.values()].flatMap((stage) => stage.outs.map((out) => out.path)),
  ]);
}

function hasOwner(path: RepoPath, owned: ReadonlySet<RepoPath>): boolean {
  for (let at: string = path; at !== ''; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '')
    if (owned.has(at as RepoPath)) return true;
  return false;
}

/** The folder in which a glob looks: its part before the first wildcard. */
export function globBase(pattern: string): RepoPath | '' {
  const literal = pattern.slice(0, Math.max(0, pattern.search(/[*?{]/)));
  return (literal.includes('/') ? literal.slice(0, literal.lastIndexOf('/')) : '') as RepoPath | '';
}

export interface DataChange {
  readonly path: RepoPath;
  readonly change: 'new' | 'modified' | 'absent';
}

/** Data entries that the workspace holds otherwise than the lock says. */
export async function changedData(context: RunContext): Promise<DataChange[]> {
  const changes: DataChange[] = [];
  for (const data of context.pipeline.data.values()) {
    const here = await snapshotWhole(context, data.path);
    const recorded = context.locks.data(data.path);
    if (!here) changes.push({ path: data.path, change: 'absent' });
    else if (!recorded) changes.push({ path: data.path, change: 'new' });
    else if (!sameArtifact(here.artifact, recorded)) changes.push({ path: data.path, change: 'modified' });
  }
  return changes;
}
