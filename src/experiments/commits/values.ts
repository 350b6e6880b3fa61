// Params and metrics of many commits: their files are known from their pipelines, each different text is read once.
import { type Failure, MlopsError } from '../../core/failure.ts';
import type { CommitId, RepoPath } from '../../core/ids.ts';
import type { Pipeline } from '../../core/pipeline.ts';
import { metricsFiles, metricsIn, paramsFiles, paramsIn, storedOut, type Value } from '../../run/values.ts';
import type { Store } from '../../store/store.ts';
import type { Commits } from './commits.ts';

export interface Values {
  readonly params: readonly Value[];
  readonly metrics: readonly Value[];
  /** Files that are there and cannot be read. */
  readonly unreadable: readonly Failure[];
}

/** Where the commits of one pipeline have them. */
interface ValueFiles {
  readonly params: readonly RepoPath[];
  readonly metrics: readonly RepoPath[];
}

interface Read {
  readonly values: readonly Value[];
  readonly failures: readonly Failure[];
}

export class CommitValues {
  readonly #commits: Commits;
  readonly #store: Pick<Store, 'has' | 'read'>;
  readonly #declared = new Map<Pipeline, ValueFiles>();
  readonly #read = new Map<string, Read>();

  constructor(commits: Commits, store: Pick<Store, 'has' | 'read'>) {
    this.#commits = commits;
    this.#store = store;
  }

  /** Of each of `ids`, in that order. */
  of(ids: readonly CommitId[]): Values[] {
    const files = ids.flatMap((commit) => {
      const { params, metrics } = this.#filesOf(commit);
      return [...params, ...metrics].map((path) => ({ commit, path }));
    });
    this.#commits.load(files);
    return ids.map((commit) => this.#valuesOf(commit));
  }

  /** None where its pipeline is wrong. */
  #filesOf(commit: CommitId): ValueFiles {
    const pipeline = this.#commits.pipeline(commit);
    if (!pipeline) return { params: [], metrics: [] };
    const known = this.#declared.get(pipeline) ?? {
      params: paramsFiles(pipeline),
      metrics: metricsFiles(pipeline),
    };
    this.#declared.set(pipeline, known);
    return known;
  }

  #valuesOf(commit: CommitId): Values {
    const { params, metrics } = this.#filesOf(commit);
    const ofParams = params.map((path) => this.#inGit(commit, path, paramsIn) ?? NOTHING);
    const ofMetrics = metrics.map(
      (path) => this.#inGit(commit, path, metricsIn) ?? this.#stored(commit, path) ?? NOTHING,
    );
    return {
      params: ofParams.flatMap(({ values }) => values),
      metrics: ofMetrics.flatMap(({ values }) => values),
      unreadable: [...ofParams, ...ofMetrics].flatMap(({ failures }) => failures),
    };
  }

  #inGit(commit: CommitId, path: RepoPath, how: typeof paramsIn): Read | undefined {
    const blob = this.#commits.blob(commit, path);
    return blob === undefined ? undefined : this.#parsed(path, blob, () => this.#commits.text(blob), how);
  }

  #stored(commit: CommitId, path: RepoPath): Read | undefined {
    try {
      const digest = storedOut(this.#commits.locks(commit), path, this.#store);
      return digest && this.#parsed(path, digest, () => this.#store.read(digest).toString(), metricsIn);
    } catch (error) {
      if (error instanceof MlopsError) return { values: [], failures: error.failures };
      throw error;
    }
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
