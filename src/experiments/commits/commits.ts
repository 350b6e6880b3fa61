// Many commits, read in a handful of git calls however many there are. One alone is a `sideOf` or `committed` of run/.
import { MlopsError } from '../../core/failure.ts';
import type { CommitId, RepoPath } from '../../core/ids.ts';
import type { Lock } from '../../core/lock.ts';
import type { Pipeline } from '../../core/pipeline.ts';
import { type CommitHead, commitHeads } from '../../git/commit-heads.ts';
import type { Repository } from '../../git/repository.ts';
import { readLock } from '../../lockfile/read.ts';
import { lockedBy } from '../../run/committed.ts';
import type { LockedPipeline } from '../../run/shared.ts';
import type { Side } from '../../run/side.ts';
import { Blobs } from './blobs.ts';
import { CommitPipelines } from './pipelines.ts';
import { type CommitOnBaseline, StackedFiles } from './stacked-files.ts';

export class Commits {
  /** Those that are here, with what they say of themselves. Nothing else may be asked of any other. */
  readonly here: ReadonlyMap<CommitId, CommitHead>;
  readonly #blobs: Blobs;
  readonly #files: StackedFiles | undefined;
  readonly #pipelines: CommitPipelines;
  /** By blob and path. */
  readonly #locks = new Map<string, Lock>();
  #locksLoaded = false;

  /** Experiments or tickets with their baselines, and `others` on nothing. */
  constructor(repo: Repository, stacked: readonly CommitOnBaseline[], others: readonly CommitId[] = []) {
    const all = new Set([...others, ...stacked.flatMap(({ commit, baseline }) => [commit, baseline])]);
    this.here = commitHeads(repo, [...all]);
    const tops = stacked.filter(({ commit }) => this.here.has(commit));
    const onTop = new Set(tops.map(({ commit }) => commit));
    const bottoms = [...this.here.keys()].filter((commit) => !onTop.has(commit));
    const root = bottoms[0] ?? tops[0]?.commit;
    this.#blobs = new Blobs(repo);
    this.#files = root === undefined ? undefined : new StackedFiles(repo, root, new Set(bottoms), tops);
    this.#pipelines = new CommitPipelines(this, this.#blobs);
  }

  /** Undefined where the commit has no such file. */
  blob(commit: CommitId, path: RepoPath): string | undefined {
    return this.#files!.blob(commit, path);
  }

  text(blob: string): string {
    return this.#blobs.text(blob);
  }

  /** Files with that base name, at any depth. */
  named(commit: CommitId, name: string): readonly RepoPath[] {
    return this.#files!.named(commit, name);
  }

  /** In one call what would be read in many. */
  load(files: Iterable<{ readonly commit: CommitId; readonly path: RepoPath }>): void {
    this.#blobs.load([...files].map(({ commit, path }) => this.blob(commit, path)));
  }

  /** As `CommitPipelines` has it. */
  pipeline(commit: CommitId): Pipeline | undefined {
    return this.#pipelines.of(commit);
  }

  /** Undefined where its pipeline or a lock of it is wrong. */
  locked(commit: CommitId): LockedPipeline | undefined {
    const pipeline = this.pipeline(commit);
    try {
      return pipeline && lockedBy(pipeline, this.locks(commit));
    } catch (error) {
      if (error instanceof MlopsError) return undefined;
      throw error;
    }
  }

  side(commit: CommitId): Side {
    const read = (paths: readonly RepoPath[]) => {
      this.load(paths.map((path) => ({ commit, path })));
      return paths.map((path) => {
        const blob = this.blob(commit, path);
        return blob === undefined ? undefined : this.#blobs.bytes(blob);
      });
    };
    return { name: commit, commit, read, locks: () => this.locks(commit) };
  }

  /** Every pipeline.lock, by its path. @throws MlopsError for one that cannot be read */
  locks(commit: CommitId): ReadonlyMap<RepoPath, Lock> {
    this.#loadLocks();
    return new Map(
      this.named(commit, LOCK).map((path) => [path, this.#lock(path, this.blob(commit, path)!)]),
    );
  }

  /** Once, of all: who asks for one will ask for the others. */
  #loadLocks(): void {
    if (this.#locksLoaded) return;
    this.#locksLoaded = true;
    const commits = [...this.here.keys()];
    this.load(commits.flatMap((commit) => this.named(commit, LOCK).map((path) => ({ commit, path }))));
  }

  #lock(path: RepoPath, blob: string): Lock {
    const id = `${blob} ${path}`;
    const known = this.#locks.get(id) ?? readLock(this.text(blob), path).lock;
    this.#locks.set(id, known);
    return known;
  }
}

const LOCK = 'pipeline.lock';
