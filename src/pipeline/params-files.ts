import { MlopsError } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import { readParams } from './params.ts';
import type { Problems } from './problems.ts';

/** Reads each params file once. Its problems are reported once; after that it counts as unreadable. */
export class ParamsFiles {
  readonly #read: (path: RepoPath) => string | undefined;
  readonly #problems: Problems;
  readonly #known = new Map<RepoPath, JsonObject | 'missing' | 'unreadable'>();

  constructor(read: (path: RepoPath) => string | undefined, problems: Problems) {
    this.#read = read;
    this.#problems = problems;
  }

  get(path: RepoPath): JsonObject | 'missing' | 'unreadable' {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const found = this.#parse(path);
    this.#known.set(path, found);
    return found;
  }

  #parse(path: RepoPath): JsonObject | 'missing' | 'unreadable' {
    const text = this.#read(path);
    if (text === undefined) return 'missing';
    try {
      return readParams(path, text);
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      this.#problems.addAll(error.failures);
      return 'unreadable';
    }
  }
}
