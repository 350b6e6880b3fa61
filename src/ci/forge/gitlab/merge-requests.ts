import { oneLine } from '../../one-line.ts';
import { isRefused } from '../call-trouble.ts';
import { type PullText, TITLE_LIMIT } from '../forge.ts';
import { isSameText } from '../mark.ts';
import type { Posts } from '../upsert.ts';
import { withoutQuickActions } from './quick-actions.ts';
import type { GitlabSite } from './site.ts';
import { byId, type Titled, titledOf } from './titled.ts';

/** Of a branch of the project itself, or of a fork; of one that the token may not see there are none. */
export async function openMergeRequests(site: GitlabSite, branch: string, project: string) {
  const open = await site.client.MergeRequests.all({
    projectId: site.slug,
    state: 'opened',
    sourceBranch: branch,
    perPage: 100,
  });
  if (project === site.slug) return open.filter((each) => each.source_project_id === each.project_id);
  const fork = await idOf(site, project);
  return open.filter((each) => each.source_project_id === fork);
}

async function idOf({ client }: GitlabSite, project: string): Promise<number | undefined> {
  try {
    return (await client.Projects.show(project)).id;
  } catch (error) {
    if (isRefused(error, 403, 404)) return undefined;
    throw error;
  }
}

export function mergeRequests(site: GitlabSite, { branch, base, title, body }: PullText): Posts<Titled> {
  const { client, slug } = site;
  const text = { title: oneLine(title, TITLE_LIMIT), description: withoutQuickActions(body) };
  const find = async (): Promise<Titled[]> => {
    const open = await openMergeRequests(site, branch, slug);
    return open
      .filter((each) => each.target_branch === base)
      .map(titledOf)
      .sort(byId);
  };
  return {
    found: 'single',
    find,
    create: async () => {
      try {
        const { title: name, description } = text;
        return titledOf(await client.MergeRequests.create(slug, branch, base, name, { description }));
      } catch (error) {
        const [there] = isRefused(error, 409) ? await find() : []; // opened by another job just now
        if (there) return there;
        throw error;
      }
    },
    isNewer: () => false,
    isSame: (merge) => merge.title === text.title && isSameText(merge.body, text.description),
    update: async ({ id }) => {
      await client.MergeRequests.edit(slug, id, text);
    },
    remove: async () => {},
  };
}
