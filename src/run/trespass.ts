// A stage that writes into another's out or into a data entry would make the lock lie. Before and after a stage runs,
// the paths that nobody may be writing are looked at; one that changed was written by the stage.
import { type BigIntStats, lstatSync } from 'node:fs';
import { type Artifact, sameArtifact } from '../core/artifact.ts';
import { isWithin, type RepoPath, type StageName } from '../core/ids.ts';
import type { Pipeline, Stage } from '../core/pipeline.ts';
import { snapshot } from '../store/snapshot.ts';
import { orAbsent } from '../util/errno.ts';
import { isClaimed } from './claims.ts';
import type { RunContext } from './context.ts';
import { fingerprintOf } from './fingerprint.ts';
import { localRuns } from './run-cache.ts';

/** Looking costs 3 µs a path before and after every stage: in a huge pipeline only what a stage reads is watched. */
const WATCH_LIMIT = 400;

export interface Trespass {
  readonly path: RepoPath;
  readonly owner: string;
}

/**
 * Those of `found` that no other process can have written. Another `repro` or `add` that works beside this one holds a
 * claim, or has recorded what it wrote before it let go of the claim.
 */
export async function unexplained(context: RunContext, found: readonly Trespass[]): Promise<Trespass[]> {
  const left: Trespass[] = [];
  for (const each of found)
    if (!isClaimed(context.claims.worktree, each.path) && !(await isRecorded(context, each))) left.push(each);
  return left;
}

async function isRecorded(context: RunContext, { path, owner }: Trespass): Promise<boolean> {
  const here = await snapshot(context.workspace, path);
  if (!here) return false;
  const records = await recordsOf(context, path, owner);
  return records.some((record) => record !== undefined && sameArtifact(record, here.artifact));
}

/** What the lock and, where it is behind, the run entries say that `path` holds. */
async function recordsOf(
  context: RunContext,
  path: RepoPath,
  owner: string,
): Promise<(Artifact | undefined)[]> {
  const { locks, pipeline } = context;
  const stage = pipeline.stages.get(owner as StageName);
  const file = stage?.file ?? pipeline.data.get(path)?.file;
  if (file) locks.refresh(file);
  if (!stage) return [locks.data(path)];
  const { key } = await fingerprintOf(context, stage);
  return [locks.block(stage), ...localRuns(context, stage, key)].map((record) => record?.outs[path]);
}

export class Watch {
  readonly #top: string;
  readonly #owners: ReadonlyMap<RepoPath, string>;
  /** Paths that a stage writes now, or wrote since a watch began; the number tells when. */
  readonly #written = new Map<RepoPath, number>();
  #clock = 0;

  constructor(top: string, pipeline: Pipeline) {
    this.#top = top;
    const outs = [...pipeline.stages.values()].flatMap((stage) =>
      stage.outs.map((out): [RepoPath, StageName] => [out.path, stage.name]),
    );
    this.#owners = new Map<RepoPath, string>([
      ...[...pipeline.data.keys()].map((path): [RepoPath, string] => [path, 'data']),
      ...outs,
    ]);
  }

  /** Call before `stage` runs; call what it returns when its process group is gone. */
  begin(stage: Stage): () => Trespass[] {
    const began = ++this.#clock;
    for (const out of stage.outs) this.#written.set(out.path, Number.POSITIVE_INFINITY);
    const reads = stage.deps.flatMap((dep) => (dep.kind === 'path' ? [dep.path] : []));
    const watched = [...this.#owners.keys()]
      .filter((path) => !this.#written.has(path) || this.#written.get(path)! < began)
      .filter((path) => this.#owners.size <= WATCH_LIMIT || reads.some((dep) => isWithin(dep, path)));
    const before = watched.map((path) => [path, this.#stat(path)] as const);
    return () => {
      for (const out of stage.outs) this.#written.set(out.path, ++this.#clock);
      return before
        .filter(([path]) => (this.#written.get(path) ?? 0) < began)
        .filter(([path, stat]) => this.#stat(path) !== stat)
        .map(([path]) => ({ path, owner: this.#owners.get(path)! }));
    };
  }

  /** A stage is about to be restored: its outs change by our own hand. */
  touched(paths: readonly RepoPath[]): void {
    for (const path of paths) this.#written.set(path, ++this.#clock);
  }

  #stat(path: RepoPath): string {
    const stat = orAbsent(
      (): BigIntStats | undefined => lstatSync(`${this.#top}/${path}`, { bigint: true }),
      undefined,
    );
    return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs}` : '';
  }
}
