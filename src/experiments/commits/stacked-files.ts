// What many commits hold: every path as a difference from its baseline, every baseline as one from a root.
import type { CommitId, RepoPath } from '../../core/ids.ts';
import type { Repository } from '../../git/repository.ts';
import { changesAgainst, filesAt } from '../../git/tree-files.ts';

export interface CommitOnBaseline {
  readonly commit: CommitId;
  readonly baseline: CommitId;
}

export class StackedFiles {
  readonly #root: ReadonlyMap<RepoPath, string>;
  readonly #changes: ReadonlyMap<CommitId, ReadonlyMap<RepoPath, string | null>>;
  readonly #below: ReadonlyMap<CommitId, CommitId>;
  readonly #named = new Map<string, readonly RepoPath[]>();

  /** `root` and `baselines` are here; a commit whose baseline is not is held against the root. */
  constructor(
    repo: Repository,
    root: CommitId,
    baselines: ReadonlySet<CommitId>,
    commits: readonly CommitOnBaseline[],
  ) {
    const pairs = [
      ...[...baselines].map((commit) => ({ commit, against: root })),
      ...commits.map(({ commit, baseline }) => ({
        commit,
        against: baselines.has(baseline) ? baseline : root,
      })),
    ].filter(({ commit, against }) => commit !== against);
    const below = new Map(pairs.map(({ commit, against }) => [commit, against]));
    this.#root = filesAt(repo, root);
    this.#below = below;
    this.#changes = changesAgainst(
      repo,
      [...below].map(([commit, against]) => ({ commit, against })),
    );
  }

  /** Undefined where the commit has no such file. */
  blob(commit: CommitId, path: RepoPath): string | undefined {
    const changed = this.#changes.get(commit)?.get(path);
    if (changed !== undefined) return changed ?? undefined;
    const below = this.#below.get(commit);
    return below === undefined ? this.#root.get(path) : this.blob(below, path);
  }

  /** Files with that base name at the commit, at any depth. */
  named(commit: CommitId, name: string): readonly RepoPath[] {
    const known = this.#named.get(`${commit} ${name}`) ?? this.#findNamed(commit, name);
    this.#named.set(`${commit} ${name}`, known);
    return known;
  }

  #findNamed(commit: CommitId, name: string): readonly RepoPath[] {
    const below = this.#below.get(commit);
    if (below === undefined) return [...this.#root.keys()].filter((path) => isNamed(path, name));
    const changes = [...(this.#changes.get(commit) ?? [])].filter(([path]) => isNamed(path, name));
    const paths = new Set(this.named(below, name));
    for (const [path, blob] of changes) {
      if (blob === null) paths.delete(path);
      else paths.add(path);
    }
    return [...paths];
  }
}

function isNamed(path: string, name: string): boolean {
  return path.endsWith(name) && (path.length === name.length || path[path.length - name.length - 1] === '/');
}
