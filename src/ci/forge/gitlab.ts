// GitLab, on gitlab.com or a server of one's own, through its REST API. A merge request is a pull request, a note a comment.
// Facts of the API: https://docs.gitlab.com/api/rest, and the description that fixtures/ci/gitlab/openapi.json is made from.
import type { Gitlab as Client } from '@gitbeaker/rest';
import type { RunOrder } from '../context.ts';
import { isRefused } from './call-trouble.ts';
import { oneLine } from './cut.ts';
import { explained } from './explained.ts';
import type { CommitStatus, Forge, IssueText, PullText, Thread, Upload, Written } from './forge.ts';
import { requesterOf } from './gitlab-requester.ts';
import { carries, isNewer, isSameText, MARK_LENGTH, marked } from './mark.ts';
import type { Fetch } from './patient-fetch.ts';
import { withoutQuickActions } from './quick-actions.ts';
import { createOnce, type Post, type Posts, upsert } from './upsert.ts';

export interface GitlabSite {
  /** A path of any depth: `group/sub/project`. */
  readonly slug: string;
  /** `https://gitlab.com/group/sub/project`. */
  readonly url: string;
  readonly apiUrl: string;
  readonly token: string;
  readonly fetch: Fetch;
}

const NOTE_LIMIT = 1_000_000;
const TITLE_LIMIT = 250;
const DESCRIPTION_LIMIT = 255;

export async function openGitlab(site: GitlabSite): Promise<Forge> {
  const [{ Gitlab }, requesterFn] = await Promise.all([import('@gitbeaker/rest'), requesterOf(site.fetch)]);
  const options = { host: site.apiUrl.replace(/\/api\/v4\/?$/, ''), queryTimeout: null, requesterFn };
  const isJob = isJobToken(site.token);
  const client = isJob
    ? new Gitlab({ ...options, jobToken: site.token })
    : new Gitlab({ ...options, token: site.token });
  return new GitlabForge(client, site, isJob ? JOB_TOKEN : undefined);
}

/** https://docs.gitlab.com/security/tokens/#token-prefixes. */
function isJobToken(token: string): boolean {
  return token.startsWith('glcbt-');
}

const JOB_TOKEN = 'this is the token of a job (CI_JOB_TOKEN), which may write nothing here';

interface Text extends Post {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

class GitlabForge implements Forge {
  readonly kind = 'gitlab';
  readonly commentLimit = NOTE_LIMIT - MARK_LENGTH;
  readonly #client: Client;
  readonly #slug: string;
  readonly #url: string;
  readonly #but: string | undefined;
  #me: Promise<number> | undefined;

  constructor(client: Client, { slug, url }: GitlabSite, but: string | undefined) {
    this.#client = client;
    this.#slug = slug;
    this.#url = url;
    this.#but = but;
  }

  upsertComment(on: Thread, mark: string, body: string, by?: RunOrder): Promise<Written> {
    const name = on.kind === 'pull' ? 'merge request' : 'issue';
    return this.#explained(`comment on ${name} ${on.number}`, 'Reporter', async () => {
      const { how, url } = await upsert(await this.#notes(on, mark, body, by));
      return { how, url };
    });
  }

  setStatus(commit: string, status: CommitStatus): Promise<void> {
    return this.#explained(`status of ${commit}`, 'Developer', async () => {
      const isThere = (): Promise<true | undefined> => this.#hasStatus(commit, status);
      if (await isThere()) return;
      await createOnce(() => this.#createStatus(commit, status), isThere);
    });
  }

  findPull(head: Parameters<Forge['findPull']>[0]): Promise<number | undefined> {
    return this.#explained(`merge request of ${head.branch}`, 'Reporter', async () => {
      if (head.repository === '') return undefined; // a fork that was deleted
      const merges = await this.#openMerges(head.branch, head.repository);
      return merges.find((each) => each.sha === head.commit)?.iid;
    });
  }

  upsertPull(text: PullText): Promise<Written & { readonly number: number }> {
    return this.#explained(`merge request from ${text.branch} into ${text.base}`, 'Developer', async () => {
      const { how, url, post } = await upsert(this.#merges(text));
      return { how, url, number: post.id };
    });
  }

  upsertIssue(mark: string, text: IssueText, by?: RunOrder): Promise<Written & { readonly number: number }> {
    return this.#explained('issue', 'Reporter', async () => {
      const { how, url, post } = await upsert(this.#issues(mark, text, by));
      return { how, url, number: post.id };
    });
  }

  async closeIssue(mark: string, comment: string, by?: RunOrder): Promise<void> {
    const issues = await this.#explained('issue', 'Reporter', () => this.#findIssues(mark));
    for (const { id } of issues.filter((each) => !isNewer(each.body, by))) {
      await this.upsertComment({ kind: 'issue', number: id }, `${mark}-closed`, comment, by);
      await this.#explained(`issue ${id}`, 'Reporter', () => this.#closeIssue(id));
    }
  }

  /** Each anew, whether it was there before or not: the host keeps no names. */
  readonly upload = (files: readonly Upload[]): Promise<ReadonlyMap<string, string>> =>
    this.#explained('files for comments', 'Developer', async () => {
      const urls = new Map<string, string>();
      for (const { name, bytes, type } of files) {
        const content = new Blob([bytes as Uint8Array<ArrayBuffer>], { type });
        const create = () =>
          this.#client.ProjectMarkdownUploads.create(this.#slug, { content, filename: name });
        const { url } = await createOnce(create, async () => undefined);
        urls.set(name, url);
      }
      return urls;
    });

  #explained<T>(what: string, role: string, work: () => Promise<T>): Promise<T> {
    const needs = `the scope “api” and the role ${role} or more`;
    return explained({ what: `${what} of ${this.#slug}`, needs, but: this.#but }, work);
  }

  /** The id of whose token this is. */
  #whoWeAre(): Promise<number> {
    this.#me ??= this.#client.Users.showCurrentUser().then(({ id }) => id);
    return this.#me;
  }

  async #notes(
    { kind, number }: Thread,
    mark: string,
    body: string,
    by: RunOrder | undefined,
  ): Promise<Posts<Post & { readonly body: string }>> {
    const notes = kind === 'pull' ? this.#client.MergeRequestNotes : this.#client.IssueNotes;
    const page = `${this.#url}/-/${kind === 'pull' ? 'merge_requests' : 'issues'}/${number}`;
    const whole = marked(mark, withoutQuickActions(body), by);
    const me = await this.#whoWeAre();
    const postOf = (note: { readonly id: number; readonly body: string }) => ({
      id: note.id,
      url: `${page}#note_${note.id}`,
      body: note.body,
    });
    return {
      found: 'ours',
      find: async () => {
        const all = await notes.all(this.#slug, number, { sort: 'asc', orderBy: 'created_at', perPage: 100 });
        return all
          .filter((each) => !each.system && each.author.id === me && carries(mark, each.body))
          .map(postOf);
      },
      create: async () => postOf(await notes.create(this.#slug, number, whole)),
      isNewer: (note) => isNewer(note.body, by),
      isSame: (note) => isSameText(note.body, whole),
      update: async ({ id }) => {
        await notes.edit(this.#slug, number, id, { body: whole });
      },
      remove: ({ id }) => unlessGone(notes.remove(this.#slug, number, id)),
    };
  }

  async #hasStatus(commit: string, status: CommitStatus): Promise<true | undefined> {
    const statuses = await this.#client.Commits.allStatuses(this.#slug, commit, { name: status.context });
    const wanted = statusFields(status);
    const same = statuses.some(
      (each) =>
        each.name === status.context &&
        each.status === STATES[status.state] &&
        (each.description ?? '') === wanted.description &&
        (each.target_url ?? undefined) === wanted.targetUrl,
    );
    return same || undefined;
  }

  async #createStatus(commit: string, status: CommitStatus): Promise<true> {
    try {
      await this.#client.Commits.editStatus(this.#slug, commit, STATES[status.state], {
        name: status.context,
        ...statusFields(status),
      });
    } catch (error) {
      // It is pending already, with other words: that is no step for the host.
      if (!(status.state === 'pending' && isRefused(error, 400))) throw error;
    }
    return true;
  }

  /** Of a branch of the project itself, or of a fork; of one that the token may not see there are none. */
  async #openMerges(branch: string, project: string) {
    const merges = await this.#client.MergeRequests.all({
      projectId: this.#slug,
      state: 'opened',
      sourceBranch: branch,
      perPage: 100,
    });
    if (project === this.#slug) return merges.filter((each) => each.source_project_id === each.project_id);
    const fork = await this.#idOf(project);
    return merges.filter((each) => each.source_project_id === fork);
  }

  async #idOf(project: string): Promise<number | undefined> {
    try {
      return (await this.#client.Projects.show(project)).id;
    } catch (error) {
      if (isRefused(error, 403, 404)) return undefined;
      throw error;
    }
  }

  /** The host itself keeps one a branch and base, so the branch is the mark. */
  #merges({ branch, base, title, body }: PullText): Posts<Text> {
    const text = { title: oneLine(title, TITLE_LIMIT), description: withoutQuickActions(body) };
    const find = async () =>
      (await this.#openMerges(branch, this.#slug))
        .filter((each) => each.target_branch === base)
        .map(textOf)
        .sort(byId);
    return {
      found: 'single',
      find,
      create: async () => {
        try {
          const { title: name, description } = text;
          return textOf(
            await this.#client.MergeRequests.create(this.#slug, branch, base, name, { description }),
          );
        } catch (error) {
          const [there] = isRefused(error, 409) ? await find() : []; // opened by another job just now
          if (there) return there;
          throw error;
        }
      },
      isNewer: () => false,
      isSame: (merge) => merge.title === text.title && isSameText(merge.body, text.description),
      update: async ({ id }) => {
        await this.#client.MergeRequests.edit(this.#slug, id, text);
      },
      remove: async () => {},
    };
  }

  #issues(mark: string, { title, body, labels }: IssueText, by: RunOrder | undefined): Posts<Text> {
    const text = {
      title: oneLine(title, TITLE_LIMIT),
      description: marked(mark, withoutQuickActions(body), by),
    };
    return {
      found: 'ours',
      find: () => this.#findIssues(mark),
      create: async () => {
        const { title: name, description } = text;
        return textOf(
          await this.#client.Issues.create(this.#slug, name, { description, labels: labels.join(',') }),
        );
      },
      isNewer: (issue) => isNewer(issue.body, by),
      isSame: (issue) =>
        issue.title === text.title &&
        isSameText(issue.body, text.description) &&
        labels.every((each) => issue.labels.includes(each)),
      update: async ({ id }) => {
        await this.#client.Issues.edit(this.#slug, id, { ...text, addLabels: labels.join(',') });
      },
      remove: ({ id }) => this.#closeIssue(id),
    };
  }

  /** Open, ours, oldest first. */
  async #findIssues(mark: string): Promise<Text[]> {
    const all = await this.#client.Issues.all({
      projectId: this.#slug,
      state: 'opened',
      authorId: await this.#whoWeAre(),
      perPage: 100,
    });
    return all
      .filter((each) => carries(mark, each.description))
      .map(textOf)
      .sort(byId);
  }

  async #closeIssue(iid: number): Promise<void> {
    await this.#client.Issues.edit(this.#slug, iid, { stateEvent: 'close' });
  }
}

/** A check that could not say is a failed one: the host knows no third. */
const STATES = { pending: 'pending', success: 'success', failure: 'failed', error: 'failed' } as const;

function statusFields({ description, url }: CommitStatus) {
  return {
    description: oneLine(description, DESCRIPTION_LIMIT),
    ...(url !== undefined && /^https?:/.test(url) ? { targetUrl: url } : {}),
  };
}

function textOf(text: {
  readonly iid: number;
  readonly web_url: string;
  readonly title: string;
  readonly description?: string | null;
  readonly labels?: unknown;
}): Text {
  return {
    id: text.iid,
    url: text.web_url,
    title: text.title,
    body: text.description ?? '',
    labels: Array.isArray(text.labels) ? text.labels.map(String) : [],
  };
}

function byId(a: Post, b: Post): number {
  return a.id - b.id;
}

async function unlessGone(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!isRefused(error, 404)) throw error;
  });
}
