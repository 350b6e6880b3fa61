// Which blob stands at which path in many commits at once: one listing, and differences from it. A listing a commit
// would cost a thousand processes for a thousand experiments.
import { type CommitId, commitOf, type RepoPath } from '../core/ids.ts';
import { mustGit, type Repository } from './repository.ts';

/** Path → blob; links and submodules are left out. */
export function filesAt(repo: Repository, commit: CommitId): Map<RepoPath, string> {
  const listed = mustGit(repo, ['ls-tree', '-r', '-z', '--full-tree', commit]);
  const files = new Map<RepoPath, string>();
  for (const line of listed.split('\0')) {
    const [, blob, path] = /^100\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    if (path) files.set(path as RepoPath, blob!);
  }
  return files;
}

export interface CommitPair {
  readonly commit: CommitId;
  readonly against: CommitId;
}

/** What each commit has other than the commit it is held against; null where it has no file. Both have to be there. */
export function changesAgainst(
  repo: Repository,
  pairs: readonly CommitPair[],
): Map<CommitId, Map<RepoPath, string | null>> {
  const changes = new Map<CommitId, Map<RepoPath, string | null>>();
  if (pairs.length === 0) return changes;
  // A second id on a line stands in for the parents of the first.
  const asked = pairs.map(({ commit, against }) => `${commit} ${against}\n`).join('');
  const options = ['--stdin', '-r', '--raw', '--no-abbrev', '--no-renames', '-z'];
  const tokens = mustGit(repo, ['diff-tree', ...options], asked).split('\0');
  let files = new Map<RepoPath, string | null>();
  for (let at = 0; at < tokens.length - 1; at++) {
    const token = tokens[at]!;
    if (!token.startsWith(':')) {
      files = new Map();
      changes.set(commitOf(token), files);
      continue;
    }
    const [, mode, , blob] = token.slice(1).split(' ');
    files.set(tokens[++at] as RepoPath, mode!.startsWith('100') ? blob! : null);
  }
  return changes;
}
