// A Forge out of the calls of one host: what is written once, whoever else writes, and failures that say what would help.
import type { CommitId } from '../../core/ids.ts';
import type { RunOrder } from '../context.ts';
import { explained } from './explained.ts';
import type { CommitStatus, Forge, IssueText, PullHead, PullText, Thread, Upload, Written } from './forge.ts';
import type { HostApi } from './host-api.ts';
import { isNewer } from './mark.ts';
import { createOnce, type Post, type Posts, upsert } from './upsert.ts';

export function forgeOf(api: HostApi): Forge {
  return new HostForge(api);
}

class HostForge implements Forge {
  readonly kind: Forge['kind'];
  readonly commentLimit: number;
  readonly upload: Forge['upload'];
  readonly #api: HostApi;

  constructor(api: HostApi) {
    this.#api = api;
    this.kind = api.kind;
    this.commentLimit = api.commentLimit;
    const { upload } = api;
    this.upload = upload && ((files) => this.#uploaded(files, upload));
  }

  upsertComment(on: Thread, word: string, body: string, by?: RunOrder): Promise<Written> {
    const name = on.kind === 'pull' ? this.#api.pullWord : 'issue';
    return this.#explained(`comment on ${name} ${on.number}`, `${on.kind} comment`, async () => {
      const { how, url } = await upsert(await this.#api.comments(on, { word, by }, body));
      return { how, url };
    });
  }

  setStatus(commit: CommitId, status: CommitStatus): Promise<void> {
    return this.#explained(`status of ${commit}`, 'status', async () => {
      const isThere = async (): Promise<true | undefined> =>
        (await this.#api.hasStatus(commit, status)) || undefined;
      if (await isThere()) return;
      const create = async (): Promise<true> => {
        await this.#api.createStatus(commit, status);
        return true;
      };
      await createOnce(create, isThere);
    });
  }

  findPull(head: PullHead): Promise<number | undefined> {
    return this.#explained(`${this.#api.pullWord} of ${head.branch}`, 'look for pull', async () => {
      if (head.repository === '') return undefined; // a fork that was deleted
      return this.#api.findPull(head);
    });
  }

  upsertPull(text: PullText): Promise<Written & { readonly number: number }> {
    const what = `${this.#api.pullWord} from ${text.branch} into ${text.base}`;
    return this.#explained(what, 'pull', () => numbered(this.#api.pulls(text)));
  }

  upsertIssue(word: string, text: IssueText, by?: RunOrder): Promise<Written & { readonly number: number }> {
    const mark = { word, by };
    return this.#explained('issue', 'issue', async () => numbered(await this.#api.issues(mark, text)));
  }

  async closeIssue(word: string, comment: string, by?: RunOrder): Promise<void> {
    const mark = { word, by };
    const issues = await this.#explained('issue', 'issue', () => this.#api.findIssues(mark));
    for (const { id: number } of issues.filter(({ body }) => !isNewer(body, mark))) {
      await this.upsertComment({ kind: 'issue', number }, `${word}-closed`, comment, by);
      await this.#explained(`issue ${number}`, 'issue', () => this.#api.closeIssue(number));
    }
  }

  /** Each anew, whether it was there before or not: hosts keep no names. */
  #uploaded(
    files: readonly Upload[],
    upload: NonNullable<HostApi['upload']>,
  ): Promise<ReadonlyMap<string, string>> {
    return this.#explained('files for comments', 'upload', async () => {
      const urls = new Map<string, string>();
      for (const file of files)
        urls.set(
          file.name,
          await createOnce(
            () => upload(file),
            async () => undefined,
          ),
        );
      return urls;
    });
  }

  #explained<T>(what: string, kind: keyof HostApi['needs'], work: () => Promise<T>): Promise<T> {
    const { slug, needs, but } = this.#api;
    return explained({ what: `${what} of ${slug}`, needs: needs[kind], but }, work);
  }
}

async function numbered(posts: Posts<Post>): Promise<Written & { readonly number: number }> {
  const { how, url, post } = await upsert(posts);
  return { how, url, number: post.id };
}
