import { oneLine } from '../../one-line.ts';
import { type IssueText, TITLE_LIMIT } from '../forge.ts';
import { carries, isNewer, isSameText, type Mark, marked } from '../mark.ts';
import type { Posts } from '../upsert.ts';
import { withoutQuickActions } from './quick-actions.ts';
import type { GitlabSite } from './site.ts';
import { byId, type Titled, titledOf } from './titled.ts';

export function issues(site: GitlabSite, mark: Mark, { title, body, labels }: IssueText): Posts<Titled> {
  const { client, slug } = site;
  const text = {
    title: oneLine(title, TITLE_LIMIT),
    description: marked(mark, withoutQuickActions(body)),
  };
  return {
    found: 'ours',
    find: () => findIssues(site, mark),
    create: async () => {
      const { title: name, description } = text;
      return titledOf(await client.Issues.create(slug, name, { description, labels: labels.join(',') }));
    },
    isNewer: (issue) => isNewer(issue.body, mark),
    isSame: (issue) =>
      issue.title === text.title &&
      isSameText(issue.body, text.description) &&
      labels.every((each) => issue.labels.includes(each)),
    update: async ({ id }) => {
      await client.Issues.edit(slug, id, { ...text, addLabels: labels.join(',') });
    },
    remove: ({ id }) => closeIssue(site, id),
  };
}

/** Open, ours, oldest first. */
export async function findIssues({ client, slug, me }: GitlabSite, mark: Mark): Promise<Titled[]> {
  const all = await client.Issues.all({
    projectId: slug,
    state: 'opened',
    authorId: await me(),
    perPage: 100,
  });
  return all
    .filter((each) => carries(mark, each.description))
    .map(titledOf)
    .sort(byId);
}

export async function closeIssue({ client, slug }: GitlabSite, iid: number): Promise<void> {
  await client.Issues.edit(slug, iid, { stateEvent: 'close' });
}
