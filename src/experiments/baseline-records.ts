// What experiments record of their baseline beside its id, by which it is found again (find-baselines.ts): asked of Git once,
// however many stand on it.
import type { CommitId } from '../core/ids.ts';
import { patchId } from '../git/patch-id.ts';
import type { Repository } from '../git/repository.ts';
import { treeOf } from '../git/write-commit.ts';

export interface BaselineRecord {
  readonly tree: string;
  readonly patch: string | null;
}

export class BaselineRecords {
  readonly #repo: Repository;
  readonly #known = new Map<CommitId, BaselineRecord>();

  constructor(repo: Repository) {
    this.#repo = repo;
  }

  of(commit: CommitId): BaselineRecord {
    const known = this.#known.get(commit) ?? {
      tree: treeOf(this.#repo, commit),
      patch: patchId(this.#repo, commit),
    };
    this.#known.set(commit, known);
    return known;
  }
}
