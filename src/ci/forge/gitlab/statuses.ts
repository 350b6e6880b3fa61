import type { CommitId } from '../../../core/ids.ts';
import { oneLine } from '../../one-line.ts';
import { isRefused } from '../call-trouble.ts';
import { type CommitStatus, webUrl } from '../forge.ts';
import type { GitlabSite } from './site.ts';

const DESCRIPTION_LIMIT = 255;

/** A check that could not say is a failed one: the host knows no third. */
const STATES = { pending: 'pending', success: 'success', failure: 'failed', error: 'failed' } as const;

export async function hasStatus(
  { client, slug }: GitlabSite,
  commit: CommitId,
  status: CommitStatus,
): Promise<boolean> {
  const statuses = await client.Commits.allStatuses(slug, commit, { name: status.context });
  const wanted = fieldsOf(status);
  return statuses.some(
    (each) =>
      each.name === status.context &&
      each.status === STATES[status.state] &&
      (each.description ?? '') === wanted.description &&
      (each.target_url ?? undefined) === wanted.targetUrl,
  );
}

export async function createStatus(
  { client, slug }: GitlabSite,
  commit: CommitId,
  status: CommitStatus,
): Promise<void> {
  try {
    await client.Commits.editStatus(slug, commit, STATES[status.state], {
      name: status.context,
      ...fieldsOf(status),
    });
  } catch (error) {
    // It is pending already, with other words: that is no step for the host.
    if (!(status.state === 'pending' && isRefused(error, 400))) throw error;
  }
}

function fieldsOf({ description, url }: CommitStatus) {
  const target = webUrl(url);
  return {
    description: oneLine(description, DESCRIPTION_LIMIT),
    ...(target === undefined ? {} : { targetUrl: target }),
  };
}
