import type { CommitId } from '../../../core/ids.ts';
import { oneLine } from '../../one-line.ts';
import { type CommitStatus, webUrl } from '../forge.ts';
import type { GithubSite } from './site.ts';

const DESCRIPTION_LIMIT = 140;

export async function hasStatus(
  { octokit, at }: GithubSite,
  commit: CommitId,
  status: CommitStatus,
): Promise<boolean> {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/commits/{ref}/statuses', {
    ...at,
    ref: commit,
    per_page: 100,
  });
  const last = data.find((each) => each.context === status.context);
  const { state, description, target_url } = fieldsOf(status);
  return (
    last?.state === state && last.description === description && (last.target_url ?? undefined) === target_url
  );
}

export async function createStatus(
  { octokit, at }: GithubSite,
  commit: CommitId,
  status: CommitStatus,
): Promise<void> {
  await octokit.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
    ...at,
    sha: commit,
    ...fieldsOf(status),
  });
}

function fieldsOf({ context, state, description, url }: CommitStatus) {
  const target = webUrl(url);
  return {
    context,
    state,
    description: oneLine(description, DESCRIPTION_LIMIT),
    ...(target === undefined ? {} : { target_url: target }),
  };
}
