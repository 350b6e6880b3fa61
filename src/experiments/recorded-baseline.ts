// What is recorded of a baseline beside its id, asked of Git once however many experiments stand on it.
import type { CommitId } from '../core/ids.ts';
import type { Repository } from '../git/repository.ts';
import { patchId, treeOf } from '../git/write-commit.ts';

export interface Baseline {
  readonly tree: string;
  readonly patch: string | null;
}

export class Baselines {
  readonly #repo: Repository;
  readonly #known = new Map<CommitId, Baseline>();

  constructor(repo: Repository) {
    this.#repo = repo;
  }

  of(commit: CommitId): Baseline {
    const known = this.#known.get(commit) ?? {
      tree: treeOf(this.#repo, commit),
      patch: patchId(this.#repo, commit),
    };
    this.#known.set(commit, known);
    return known;
  }
}
