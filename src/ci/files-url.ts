// Where a host shows the files of a commit, for people.
import type { CommitId } from '../core/ids.ts';
import type { CiContext } from './context.ts';

/**
 * A path of a file comes after it. GitHub and GitLab show a fork's commit in the repository that its request goes to.
 * https://docs.github.com/repositories/working-with-files/using-files/getting-permanent-links-to-files
 * https://docs.gitlab.com/user/project/repository/files/#permalinks
 */
export function filesUrl(
  { host, repository }: Pick<CiContext, 'host' | 'repository'>,
  commit: CommitId | undefined,
): string | undefined {
  if (repository === undefined || commit === undefined || host === 'shell') return undefined;
  return `${repository.url}${host === 'gitlab' ? '/-' : ''}/blob/${commit}/`;
}
