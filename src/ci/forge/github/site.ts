// What every call to GitHub, or GitHub Enterprise, needs: the client, which repository, and who we are. The last only
// GraphQL says: `GET /user` is closed to the token of a job.
// Facts of the API: https://docs.github.com/rest, and the description that fixtures/ci/github/openapi.json is made from.
import type { Octokit } from '@octokit/core';
import type { composePaginateRest } from '@octokit/plugin-paginate-rest';
import { CallTrouble, isRefused } from '../call-trouble.ts';
import type { Fetch } from '../patient-fetch.ts';

export interface GithubAccess {
  /** `owner/name`. */
  readonly slug: string;
  readonly apiUrl: string;
  readonly token: string;
  readonly fetch: Fetch;
}

export interface GithubSite {
  readonly slug: string;
  readonly octokit: Octokit;
  readonly paginate: typeof composePaginateRest;
  readonly at: { readonly owner: string; readonly repo: string };
  /** The login of whose token this is; undefined where it may not be asked. Asked once. */
  viewer(): Promise<string | undefined>;
}

/** No call is made yet. */
export async function openSite({ slug, apiUrl, token, fetch }: GithubAccess): Promise<GithubSite> {
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
  let known: Promise<string | undefined> | undefined;
  const viewer = (): Promise<string | undefined> => {
    known ??= whoWeAre(octokit);
    return known;
  };
  return { slug, octokit, paginate: paging.composePaginateRest, at: { owner, repo }, viewer };
}

async function whoWeAre(octokit: Octokit): Promise<string | undefined> {
  try {
    const answer = await octokit.graphql<{ readonly viewer: { readonly login: string } }>(
      '{ viewer { login } }',
    );
    return answer.viewer.login;
  } catch (error) {
    // A CallTrouble of another kind is no answer; an error of GraphQL itself is one.
    if (error instanceof CallTrouble && !isRefused(error, 400, 403, 404)) throw error;
    return undefined;
  }
}

interface Account {
  readonly login: string;
  readonly type: string;
}

/** Where the token may not be asked who it is, it is no person’s: then only a bot can be us. */
export function isOurs(author: Account | null, viewer: string | undefined): boolean {
  return viewer === undefined ? author?.type === 'Bot' : author?.login === viewer;
}

/** What `isOurs` finds, as an upsert takes it. */
export function foundBy(viewer: string | undefined): 'ours' | 'guessed' {
  return viewer === undefined ? 'guessed' : 'ours';
}
