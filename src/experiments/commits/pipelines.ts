// What each of many commits declares, as its own pipeline says: an experiment may have changed it. A thousand experiments
// mostly share one pipeline, so it is loaded once for each text it has.
import { MlopsError } from '../../core/failure.ts';
import type { CommitId, RepoPath } from '../../core/ids.ts';
import { isJsonObject, type Json } from '../../core/json.ts';
import type { Pipeline } from '../../core/pipeline.ts';
import { loadDeclared } from '../../pipeline/load.ts';
import { readYaml } from '../../pipeline/yaml.ts';
import { actions } from '../../run/actions/registry.ts';
import type { Blobs } from './blobs.ts';
import type { StackedFiles } from './stacked-files.ts';

type CommitFiles = Pick<StackedFiles, 'blob' | 'named'>;

export class CommitPipelines {
  readonly #files: CommitFiles;
  readonly #blobs: Blobs;
  readonly #loaded = new Map<string, Pipeline | undefined>();
  /** By the texts of its files, which others a pipeline depends on: params, where it is written with `${}` or wrong. */
  readonly #read = new Map<string, readonly RepoPath[]>();

  constructor(files: CommitFiles, blobs: Blobs) {
    this.#files = files;
    this.#blobs = blobs;
  }

  /**
   * Undefined where it is wrong. Its commands may be those of another commit: of those that declare the same, but for
   * `${}` in what they run, one is loaded.
   */
  of(commit: CommitId): Pipeline | undefined {
    const paths = this.#files.named(commit, 'pipeline.yaml');
    const key = JSON.stringify([paths, this.#blobsOf(commit, paths)]);
    const read = this.#read.get(key);
    const whole = read && key + JSON.stringify(this.#blobsOf(commit, read));
    return whole !== undefined && this.#loaded.has(whole)
      ? this.#loaded.get(whole)
      : this.#load(commit, paths, key);
  }

  #load(commit: CommitId, files: readonly RepoPath[], key: string): Pipeline | undefined {
    const params = new Set<RepoPath>();
    const read = (path: RepoPath): string | undefined => {
      const blob = this.#files.blob(commit, path);
      if (!files.includes(path)) params.add(path);
      return blob === undefined ? undefined : this.#blobs.text(blob);
    };
    const found = loaded(files, read);
    const alone = found === undefined || files.some((path) => isTemplated(read(path)!));
    this.#read.set(key, alone ? [...params] : []);
    this.#loaded.set(key + JSON.stringify(this.#blobsOf(commit, this.#read.get(key)!)), found);
    return found;
  }

  #blobsOf(commit: CommitId, paths: readonly RepoPath[]): (string | undefined)[] {
    return paths.map((path) => this.#files.blob(commit, path));
  }
}

function loaded(
  files: readonly RepoPath[],
  read: (path: RepoPath) => string | undefined,
): Pipeline | undefined {
  try {
    return loadDeclared({ files, read }, actions);
  } catch (error) {
    if (error instanceof MlopsError) return undefined;
    throw error;
  }
}

/** Whether what a file declares depends on params. What its commands say does not matter. */
function isTemplated(text: string): boolean {
  const value = readYaml('pipeline.yaml', text, [])?.value;
  return value !== undefined && JSON.stringify(withoutCommands(value)).includes('$' + '{');
}

function withoutCommands(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutCommands);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (key === 'cmd' ? [] : [[key, withoutCommands(each)]])),
  );
}
