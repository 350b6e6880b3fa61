import type { CommitId, RepoPath } from '../core/ids.ts';
import { mustGit, type Repository } from './repository.ts';
import type { TreeEntry } from './tree-changes.ts';

/** Everything at `paths` and below them at `commit`. */
export function entriesAt(
  repo: Repository,
  commit: CommitId,
  paths: readonly RepoPath[],
): Map<RepoPath, TreeEntry> {
  const found = new Map<RepoPath, TreeEntry>();
  for (let at = 0; at < paths.length; at += 500) {
    const some = paths.slice(at, at + 500);
    const args = ['--literal-pathspecs', 'ls-tree', '-r', '-z', '--full-tree', commit, '--', ...some];
    for (const line of mustGit(repo, args).split('\0')) {
      const [, mode, id, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
      if (path !== undefined) found.set(path as RepoPath, { mode: mode!, id: id! });
    }
  }
  return found;
}
