// What every call to GitLab, on gitlab.com or a server of one's own, needs: the client, which project, and who we are.
// Facts of the API: https://docs.gitlab.com/api/rest, and the description that fixtures/ci/gitlab/openapi.json is made from.
import type { Gitlab as Client } from '@gitbeaker/rest';
import type { Fetch } from '../patient-fetch.ts';
import { requesterOf } from './requester.ts';

export interface GitlabAccess {
  /** A path of any depth: `group/sub/project`. */
  readonly slug: string;
  /** `https://gitlab.com/group/sub/project`. */
  readonly url: string;
  readonly apiUrl: string;
  readonly token: string;
  readonly fetch: Fetch;
}

export interface GitlabSite {
  readonly slug: string;
  readonly url: string;
  readonly client: Client;
  /** The id of whose token this is. Asked once. */
  me(): Promise<number>;
}

/** No call is made yet. */
export async function openSite({ slug, url, apiUrl, token, fetch }: GitlabAccess): Promise<GitlabSite> {
  const [{ Gitlab }, requesterFn] = await Promise.all([import('@gitbeaker/rest'), requesterOf(fetch)]);
  const options = { host: apiUrl.replace(/\/api\/v4\/?$/, ''), queryTimeout: null, requesterFn };
  const client = isJobToken(token)
    ? new Gitlab({ ...options, jobToken: token })
    : new Gitlab({ ...options, token });
  let known: Promise<number> | undefined;
  const me = (): Promise<number> => {
    known ??= client.Users.showCurrentUser().then(({ id }) => id);
    return known;
  };
  return { slug, url, client, me };
}

/** https://docs.gitlab.com/security/tokens/#token-prefixes. */
export function isJobToken(token: string): boolean {
  return token.startsWith('glcbt-');
}
