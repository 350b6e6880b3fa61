import { oneLine } from '../../one-line.ts';
import { isRefused } from '../call-trouble.ts';
import { type PullText, TITLE_LIMIT } from '../forge.ts';
import { isSameText } from '../mark.ts';
import type { Post, Posts } from '../upsert.ts';
import type { GithubSite } from './site.ts';

/** Of one branch, into any. The API takes only the owner of a fork; of two forks of one owner the name decides. */
export async function openPulls({ octokit, paginate, at }: GithubSite, repository: string, branch: string) {
  const open = await paginate(octokit, 'GET /repos/{owner}/{repo}/pulls', {
    ...at,
    state: 'open',
    head: `${repository.split('/')[0]}:${branch}`,
    per_page: 100,
  });
  return open.filter(({ head }) => isSameName(head.repo?.full_name, repository) && head.ref === branch);
}

function isSameName(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

interface Pull extends Post {
  readonly title: string;
  readonly body: string;
}

export function pulls(site: GithubSite, { branch, base, title, body }: PullText): Posts<Pull> {
  const { octokit, at, slug } = site;
  const text = { title: oneLine(title, TITLE_LIMIT), body };
  const find = async (): Promise<Pull[]> => {
    const open = await openPulls(site, slug, branch);
    return open
      .filter((each) => each.base.ref === base)
      .map(pullOf)
      .reverse();
  };
  return {
    found: 'single',
    find,
    create: async () => {
      try {
        const whole = { ...at, ...text, head: branch, base };
        return pullOf((await octokit.request('POST /repos/{owner}/{repo}/pulls', whole)).data);
      } catch (error) {
        const [there] = isRefused(error, 422) ? await find() : []; // opened by another job just now
        if (there) return there;
        throw error;
      }
    },
    isNewer: () => false,
    isSame: (pull) => pull.title === text.title && isSameText(pull.body, text.body),
    update: async ({ id }) => {
      await octokit.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
        ...at,
        pull_number: id,
        ...text,
      });
    },
    remove: async () => {},
  };
}

function pullOf(pull: {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body: string | null;
}): Pull {
  return { id: pull.number, url: pull.html_url, title: pull.title, body: pull.body ?? '' };
}
