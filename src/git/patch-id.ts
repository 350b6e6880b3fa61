// By what a commit changed, whatever it stands on: `git patch-id --stable` of its diff against its first parent. It survives
// a rebase, as long as it is made in the same way wherever it is made.
import { type CommitId, commitOf } from '../core/ids.ts';
import { type Repository, runGit } from './repository.ts';

const DIFF = ['diff-tree', '-p', '--full-index', '--no-textconv'] as const;

/** Null for a merge, for a commit that changes nothing, and where no parent is here. */
export function patchId(repo: Repository, commit: CommitId): string | null {
  const diff = runGit(repo.top, [...DIFF, commit]);
  return (diff.code === 0 && idsIn(repo, diff.stdout)[0]?.patch) || null;
}

/** Of many in two calls of git; those that have none are left out. */
export function patchIds(
  repo: Repository,
  commits: readonly string[],
): { readonly patch: string; readonly commit: CommitId }[] {
  return idsIn(repo, runGit(repo.top, [...DIFF, '--stdin'], commits.join('\n')).stdout);
}

function idsIn(repo: Repository, diffs: Buffer): { readonly patch: string; readonly commit: CommitId }[] {
  if (diffs.length === 0) return [];
  const lines = runGit(repo.top, ['patch-id', '--stable'], diffs).stdout.toString().split('\n');
  return lines.flatMap((line) => {
    const [patch = '', commit = ''] = line.split(' ');
    return patch === '' ? [] : [{ patch, commit: commitOf(commit) }];
  });
}
