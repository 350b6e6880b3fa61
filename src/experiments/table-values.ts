// Params and metrics of many commits: their files are known from their pipelines, each different text is read once.
import { type Failure, MlopsError } from '../core/failure.ts';
import type { CommitId, RepoPath } from '../core/ids.ts';
import type { LockBlock } from '../core/lock.ts';
import { readLock } from '../lockfile/read.ts';
import { metricsIn, paramsIn, type Value } from '../run/values.ts';
import type { Store } from '../store/store.ts';
import type { Blobs, CommitFiles } from './table-files.ts';
import type { CommitPipelines, ValueFiles } from './table-pipelines.ts';

export interface Values {
  readonly params: readonly Value[];
  readonly metrics: readonly Value[];
  /** Files that are there and cannot be read. */
  readonly unreadable: readonly Failure[];
}

interface Read {
  readonly values: readonly Value[];
  readonly failures: readonly Failure[];
}

export class CommitValues {
  readonly #files: CommitFiles;
  readonly #blobs: Blobs;
  readonly #pipelines: CommitPipelines;
  readonly #store: Pick<Store, 'has' | 'read'>;
  readonly #read = new Map<string, Read>();

  constructor(
    files: CommitFiles,
    blobs: Blobs,
    pipelines: CommitPipelines,
    store: Pick<Store, 'has' | 'read'>,
  ) {
    this.#files = files;
    this.#blobs = blobs;
    this.#pipelines = pipelines;
    this.#store = store;
  }

  /** Of each commit, in that order. */
  of(commits: readonly CommitId[]): Values[] {
    const declared = commits.map((commit) => this.#pipelines.of(commit));
    this.#blobs.load(
      commits.flatMap((commit, at) =>
        [...declared[at]!.params, ...declared[at]!.metrics].map((path) => this.#files.blob(commit, path)),
      ),
    );
    return commits.map((commit, at) => this.#valuesOf(commit, declared[at]!));
  }

  #valuesOf(commit: CommitId, { params, metrics, locks }: ValueFiles): Values {
    const read = (path: RepoPath, how: typeof paramsIn): Read => {
      const blob = this.#files.blob(commit, path);
      return blob === undefined ? NOTHING : this.#parsed(path, blob, () => this.#blobs.text(blob), how);
    };
    const ofParams = params.map((path) => read(path, paramsIn));
    const ofMetrics = metrics.map((path) =>
      this.#files.blob(commit, path) === undefined
        ? this.#stored(commit, path, locks)
        : read(path, metricsIn),
    );
    return {
      params: ofParams.flatMap(({ values }) => values),
      metrics: ofMetrics.flatMap(({ values }) => values),
      unreadable: [...ofParams, ...ofMetrics].flatMap(({ failures }) => failures),
    };
  }

  /** A metric that Git does not keep, as far as its bytes are here. */
  #stored(commit: CommitId, path: RepoPath, locks: readonly RepoPath[]): Read {
    for (const file of locks) {
      const blob = this.#files.blob(commit, file);
      if (blob === undefined) continue;
      const blocks: Iterable<LockBlock> = readLock(this.#blobs.text(blob), file).lock.stages.values();
      for (const { outs } of blocks) {
        const out = outs[path];
        if (out && 'file' in out && this.#store.has(out.file))
          return this.#parsed(path, out.file, () => this.#store.read(out.file).toString(), metricsIn);
      }
    }
    return NOTHING;
  }

  #parsed(path: RepoPath, id: string, text: () => string, how: typeof paramsIn): Read {
    const key = `${id} ${how === paramsIn} ${path}`;
    const known = this.#read.get(key) ?? parsed(path, text, how);
    this.#read.set(key, known);
    return known;
  }
}

const NOTHING: Read = { values: [], failures: [] };

function parsed(path: RepoPath, text: () => string, how: typeof paramsIn): Read {
  try {
    return { values: how(path, text()), failures: [] };
  } catch (error) {
    if (error instanceof MlopsError) return { values: [], failures: error.failures };
    throw error;
  }
}
