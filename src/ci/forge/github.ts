// GitHub, and GitHub Enterprise, through their REST API. Who we are only GraphQL says: `GET /user` is closed to the token of a job.
// Facts of the API: https://docs.github.com/rest, and the description that fixtures/ci/github/openapi.json is made from.
import type { Octokit } from '@octokit/core';
import type { composePaginateRest } from '@octokit/plugin-paginate-rest';
import type { RunOrder } from '../context.ts';
import { CallTrouble, isRefused } from './call-trouble.ts';
import { oneLine } from './cut.ts';
import { explained } from './explained.ts';
import type { CommitStatus, Forge, IssueText, PullText, Thread, Written } from './forge.ts';
import { carries, isNewer, isSameText, MARK_LENGTH, marked } from './mark.ts';
import type { Fetch } from './patient-fetch.ts';
import { createOnce, type Post, type Posts, upsert } from './upsert.ts';

export interface GithubSite {
  /** `owner/name`. */
  readonly slug: string;
  readonly apiUrl: string;
  readonly token: string;
  readonly fetch: Fetch;
}

const BODY_LIMIT = 65_536;
const TITLE_LIMIT = 250;
const DESCRIPTION_LIMIT = 140;

export async function openGithub({ slug, apiUrl, token, fetch }: GithubSite): Promise<Forge> {
  const [core, paging] = await Promise.all([
    import('@octokit/core'),
    import('@octokit/plugin-paginate-rest'),
  ]);
  const silent = (): void => {};
  const octokit = new core.Octokit({
    auth: token,
    baseUrl: apiUrl,
    userAgent: 'mlops',
    request: { fetch },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  // The library wraps what `fetch` throws.
  octokit.hook.error('request', (error) => {
    throw error.cause ?? error;
  });
  const [owner = '', repo = ''] = slug.split('/');
  return new Github(octokit, paging.composePaginateRest, { owner, repo });
}

interface Repository {
  readonly owner: string;
  readonly repo: string;
}

interface Account {
  readonly login: string;
  readonly type: string;
}

interface Comment extends Post {
  readonly body: string;
}

interface Issue extends Post {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

class Github implements Forge {
  readonly kind = 'github';
  readonly commentLimit = BODY_LIMIT - MARK_LENGTH;
  readonly upload = undefined;
  readonly #octokit: Octokit;
  readonly #paginate: typeof composePaginateRest;
  readonly #at: Repository;
  #viewer: Promise<string | undefined> | undefined;

  constructor(octokit: Octokit, paginate: typeof composePaginateRest, at: Repository) {
    this.#octokit = octokit;
    this.#paginate = paginate;
    this.#at = at;
  }

  upsertComment(on: Thread, mark: string, body: string, by?: RunOrder): Promise<Written> {
    const name = on.kind === 'pull' ? 'pull request' : 'issue';
    const errand = {
      what: `comment on ${name} ${on.number} of ${this.#slug}`,
      needs: `${needs(on.kind === 'pull' ? 'pull-requests' : 'issues')}, and a conversation that is not locked`,
    };
    return explained(errand, async () => {
      const { how, url } = await upsert(await this.#comments(on, mark, body, by));
      return { how, url };
    });
  }

  setStatus(commit: string, status: CommitStatus): Promise<void> {
    const errand = { what: `status of ${commit} of ${this.#slug}`, needs: needs('statuses') };
    return explained(errand, async () => {
      const isThere = (): Promise<true | undefined> => this.#hasStatus(commit, status);
      if (await isThere()) return;
      await createOnce(() => this.#createStatus(commit, status), isThere);
    });
  }

  findPull(head: Parameters<Forge['findPull']>[0]): Promise<number | undefined> {
    const errand = {
      what: `pull request of ${head.branch} of ${this.#slug}`,
      needs: needs('pull-requests', 'read'),
    };
    return explained(errand, async () => {
      if (head.repository === '') return undefined; // a fork that was deleted
      const pulls = await this.#openPulls(head.repository, head.branch);
      return pulls.find((each) => each.head.sha === head.commit)?.number;
    });
  }

  upsertPull(text: PullText): Promise<Written & { readonly number: number }> {
    const errand = {
      what: `pull request from ${text.branch} into ${text.base} of ${this.#slug}`,
      needs: `${needs('pull-requests')} and, in the repository’s settings, “Allow GitHub Actions to create and approve pull requests”`,
    };
    return explained(errand, async () => {
      const { how, url, post } = await upsert(this.#pulls(text));
      return { how, url, number: post.id };
    });
  }

  upsertIssue(mark: string, text: IssueText, by?: RunOrder): Promise<Written & { readonly number: number }> {
    const errand = { what: `issue of ${this.#slug}`, needs: needs('issues') };
    return explained(errand, async () => {
      const { how, url, post } = await upsert(await this.#issues(mark, text, by));
      return { how, url, number: post.number };
    });
  }

  async closeIssue(mark: string, comment: string, by?: RunOrder): Promise<void> {
    const errand = { what: `issue of ${this.#slug}`, needs: needs('issues') };
    const issues = await explained(errand, () => this.#findIssues(mark));
    for (const { number } of issues.filter((each) => !isNewer(each.body, by))) {
      await this.upsertComment({ kind: 'issue', number }, `${mark}-closed`, comment, by);
      await explained(errand, () => this.#closeIssue(number, 'completed'));
    }
  }

  get #slug(): string {
    return `${this.#at.owner}/${this.#at.repo}`;
  }

  async #comments(
    { number }: Thread,
    mark: string,
    body: string,
    by: RunOrder | undefined,
  ): Promise<Posts<Comment>> {
    const at = { ...this.#at, issue_number: number };
    const whole = marked(mark, body, by);
    const viewer = await this.#whoWeAre();
    return {
      found: viewer === undefined ? 'guessed' : 'ours',
      find: async () => {
        const all = await this.#paginate(
          this.#octokit,
          'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
          { ...at, per_page: 100 },
        );
        return all
          .filter((each) => carries(mark, each.body) && isOurs(each.user, viewer))
          .map(({ id, html_url, body: text = '' }) => ({ id, url: html_url, body: text }));
      },
      create: async () => {
        const { data } = await this.#octokit.request(
          'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
          { ...at, body: whole },
        );
        return { id: data.id, url: data.html_url, body: data.body ?? '' };
      },
      isNewer: (comment) => isNewer(comment.body, by),
      isSame: (comment) => isSameText(comment.body, whole),
      update: async ({ id }) => {
        await this.#octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
          ...this.#at,
          comment_id: id,
          body: whole,
        });
      },
      remove: ({ id }) =>
        unlessGone(
          this.#octokit.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', {
            ...this.#at,
            comment_id: id,
          }),
        ),
    };
  }

  /** The login of whose token this is; undefined where it may not be asked. */
  #whoWeAre(): Promise<string | undefined> {
    this.#viewer ??= this.#octokit
      .graphql<{ readonly viewer: Account }>('{ viewer { login } }')
      .then(({ viewer }) => viewer.login)
      .catch((error: unknown) => {
        // A CallTrouble of another kind is no answer; an error of GraphQL itself is one.
        if (error instanceof CallTrouble && !isRefused(error, 400, 403, 404)) throw error;
        return undefined;
      });
    return this.#viewer;
  }

  async #hasStatus(commit: string, status: CommitStatus): Promise<true | undefined> {
    const { data } = await this.#octokit.request('GET /repos/{owner}/{repo}/commits/{ref}/statuses', {
      ...this.#at,
      ref: commit,
      per_page: 100,
    });
    const last = data.find((each) => each.context === status.context);
    const { state, description, target_url } = statusFields(status);
    const same =
      last?.state === state &&
      last.description === description &&
      (last.target_url ?? undefined) === target_url;
    return same || undefined;
  }

  async #createStatus(commit: string, status: CommitStatus): Promise<true> {
    await this.#octokit.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
      ...this.#at,
      sha: commit,
      ...statusFields(status),
    });
    return true;
  }

  /** Of one branch, into any. The API takes only the owner of a fork; of two forks of one owner the name decides. */
  async #openPulls(repository: string, branch: string) {
    const pulls = await this.#paginate(this.#octokit, 'GET /repos/{owner}/{repo}/pulls', {
      ...this.#at,
      state: 'open',
      head: `${repository.split('/')[0]}:${branch}`,
      per_page: 100,
    });
    return pulls.filter(({ head }) => isSameName(head.repo?.full_name, repository) && head.ref === branch);
  }

  /** The host itself keeps one a branch and base, so the branch is the mark. */
  #pulls({
    branch,
    base,
    title,
    body,
  }: PullText): Posts<Post & { readonly title: string; readonly body: string }> {
    const text = { title: oneLine(title, TITLE_LIMIT), body };
    const postOf = (pull: { number: number; html_url: string; title: string; body: string | null }) => ({
      id: pull.number,
      url: pull.html_url,
      title: pull.title,
      body: pull.body ?? '',
    });
    const find = async () =>
      (await this.#openPulls(this.#slug, branch))
        .filter((each) => each.base.ref === base)
        .map(postOf)
        .reverse();
    return {
      found: 'single',
      find,
      create: async () => {
        try {
          const { data } = await this.#octokit.request('POST /repos/{owner}/{repo}/pulls', {
            ...this.#at,
            ...text,
            head: branch,
            base,
          });
          return postOf(data);
        } catch (error) {
          const [there] = isRefused(error, 422) ? await find() : []; // opened by another job just now
          if (there) return there;
          throw error;
        }
      },
      isNewer: () => false,
      isSame: (pull) => pull.title === text.title && isSameText(pull.body, text.body),
      update: async ({ id }) => {
        await this.#octokit.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
          ...this.#at,
          pull_number: id,
          ...text,
        });
      },
      remove: async () => {},
    };
  }

  async #issues(
    mark: string,
    { title, body, labels }: IssueText,
    by: RunOrder | undefined,
  ): Promise<Posts<Issue>> {
    const text = { title: oneLine(title, TITLE_LIMIT), body: marked(mark, body, by) };
    return {
      found: (await this.#whoWeAre()) === undefined ? 'guessed' : 'ours',
      find: () => this.#findIssues(mark),
      create: async () => {
        const { data } = await this.#octokit.request('POST /repos/{owner}/{repo}/issues', {
          ...this.#at,
          ...text,
          labels: [...labels],
        });
        return issueOf(data);
      },
      isNewer: (issue) => isNewer(issue.body, by),
      isSame: (issue) =>
        issue.title === text.title &&
        isSameText(issue.body, text.body) &&
        labels.every((each) => issue.labels.includes(each)),
      update: async (issue) => {
        await this.#octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
          ...this.#at,
          issue_number: issue.number,
          ...text,
          labels: [...new Set([...issue.labels, ...labels])],
        });
      },
      remove: ({ number }) => this.#closeIssue(number, 'not_planned'),
    };
  }

  /** Open, ours, oldest first. All open issues are read: a label could have been taken off, and the search lags behind. */
  async #findIssues(mark: string): Promise<Issue[]> {
    const viewer = await this.#whoWeAre();
    const all = await this.#paginate(this.#octokit, 'GET /repos/{owner}/{repo}/issues', {
      ...this.#at,
      state: 'open',
      direction: 'asc',
      per_page: 100,
    });
    return all
      .filter(
        (each) => each.pull_request === undefined && carries(mark, each.body) && isOurs(each.user, viewer),
      )
      .map(issueOf)
      .sort((a, b) => a.number - b.number);
  }

  async #closeIssue(number: number, reason: 'completed' | 'not_planned'): Promise<void> {
    await this.#octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
      ...this.#at,
      issue_number: number,
      state: 'closed',
      state_reason: reason,
    });
  }
}

function needs(right: string, level: 'read' | 'write' = 'write'): string {
  return `“permissions: ${right}: ${level}” in the workflow`;
}

/** Where the token may not be asked who it is, it is no person’s: then only a bot can be us. */
function isOurs(author: Account | null, viewer: string | undefined): boolean {
  return viewer === undefined ? author?.type === 'Bot' : author?.login === viewer;
}

function isSameName(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

function statusFields({ context, state, description, url }: CommitStatus) {
  return {
    context,
    state,
    description: oneLine(description, DESCRIPTION_LIMIT),
    ...(url !== undefined && /^https?:/.test(url) ? { target_url: url } : {}),
  };
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
    number: issue.number,
    url: issue.html_url,
    title: issue.title,
    body: issue.body ?? '',
    labels: issue.labels.map((each) => (typeof each === 'string' ? each : (each.name ?? ''))),
  };
}

async function unlessGone(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!isRefused(error, 404)) throw error;
  });
}
