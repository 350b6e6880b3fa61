import type { CiContext } from '../../ci/context.ts';

/**
 * What a job is of, `topic@3f2a1bc`: of a pull request its head, where a merge is checked out. Undefined where its commit is
 * not known.
 */
export function headInWords({ branch, head }: CiContext): string | undefined {
  if (head === undefined) return undefined;
  const commit = head.slice(0, 7);
  return branch === undefined ? commit : `${branch}@${commit}`;
}
