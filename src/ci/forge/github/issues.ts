import { oneLine } from '../../one-line.ts';
import { type IssueText, TITLE_LIMIT } from '../forge.ts';
import { carries, isNewer, isSameText, type Mark, marked } from '../mark.ts';
import type { Post, Posts } from '../upsert.ts';
import { foundBy, type GithubSite, isOurs } from './site.ts';

/** `id`: its number. */
interface Issue extends Post {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

export async function issues(
  site: GithubSite,
  mark: Mark,
  { title, body, labels }: IssueText,
): Promise<Posts<Issue>> {
  const { octokit, at } = site;
  const text = { title: oneLine(title, TITLE_LIMIT), body: marked(mark, body) };
  return {
    found: foundBy(await site.viewer()),
    find: () => findIssues(site, mark),
    create: async () => {
      const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues', {
        ...at,
        ...text,
        labels: [...labels],
      });
      return issueOf(data);
    },
    isNewer: (issue) => isNewer(issue.body, mark),
    isSame: (issue) =>
      issue.title === text.title &&
      isSameText(issue.body, text.body) &&
      labels.every((each) => issue.labels.includes(each)),
    update: async (issue) => {
      await octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
        ...at,
        issue_number: issue.id,
        ...text,
        labels: [...new Set([...issue.labels, ...labels])],
      });
    },
    remove: ({ id }) => closeIssue(site, id, 'not_planned'),
  };
}

/** Open, ours, oldest first. All open issues are read: a label could have been taken off, and the search lags behind. */
export async function findIssues(
  { octokit, paginate, at, viewer }: GithubSite,
  mark: Mark,
): Promise<Issue[]> {
  const us = await viewer();
  const all = await paginate(octokit, 'GET /repos/{owner}/{repo}/issues', {
    ...at,
    state: 'open',
    direction: 'asc',
    per_page: 100,
  });
  return all
    .filter((each) => each.pull_request === undefined && carries(mark, each.body) && isOurs(each.user, us))
    .map(issueOf)
    .sort((a, b) => a.id - b.id);
}

export async function closeIssue(
  { octokit, at }: GithubSite,
  number: number,
  reason: 'completed' | 'not_planned',
): Promise<void> {
  await octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
    ...at,
    issue_number: number,
    state: 'closed',
    state_reason: reason,
  });
}

function issueOf(issue: {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body?: string | null;
  readonly labels: readonly (string | { readonly name?: string })[];
}): Issue {
  return {
    id: issue.number,
    url: issue.html_url,
    title: issue.title,
    body: issue.body ?? '',
    labels: issue.labels.map((each) => (typeof each === 'string' ? each : (each.name ?? ''))),
  };
}
