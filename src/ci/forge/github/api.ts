import type { Forge } from '../forge.ts';
import { forgeOf } from '../forge-of.ts';
import { MARK_LENGTH } from '../mark.ts';
import { commentsOn } from './comments.ts';
import { closeIssue, findIssues, issues } from './issues.ts';
import { NEEDS } from './permissions.ts';
import { openPulls, pulls } from './pulls.ts';
import { type GithubAccess, openSite } from './site.ts';
import { createStatus, hasStatus } from './statuses.ts';

const BODY_LIMIT = 65_536;

export async function openGithub(access: GithubAccess): Promise<Forge> {
  const site = await openSite(access);
  return forgeOf({
    kind: 'github',
    slug: site.slug,
    commentLimit: BODY_LIMIT - MARK_LENGTH,
    pullWord: 'pull request',
    needs: NEEDS,
    but: undefined,
    comments: (on, mark, body) => commentsOn(site, on, mark, body),
    hasStatus: (commit, status) => hasStatus(site, commit, status),
    createStatus: (commit, status) => createStatus(site, commit, status),
    findPull: async ({ repository, branch, commit }) =>
      (await openPulls(site, repository, branch)).find(({ head }) => head.sha === commit)?.number,
    pulls: (text) => pulls(site, text),
    issues: (mark, text) => issues(site, mark, text),
    findIssues: (mark) => findIssues(site, mark),
    closeIssue: (number) => closeIssue(site, number, 'completed'),
    upload: undefined,
  });
}
