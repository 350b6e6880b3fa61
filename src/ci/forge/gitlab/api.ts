import type { Forge } from '../forge.ts';
import { forgeOf } from '../forge-of.ts';
import { MARK_LENGTH } from '../mark.ts';
import { closeIssue, findIssues, issues } from './issues.ts';
import { mergeRequests, openMergeRequests } from './merge-requests.ts';
import { notesOn } from './notes.ts';
import { type GitlabAccess, isJobToken, openSite } from './site.ts';
import { createStatus, hasStatus } from './statuses.ts';

const NOTE_LIMIT = 1_000_000;

/** A merge request is a pull request, a note a comment. */
export async function openGitlab(access: GitlabAccess): Promise<Forge> {
  const site = await openSite(access);
  return forgeOf({
    kind: 'gitlab',
    slug: site.slug,
    commentLimit: NOTE_LIMIT - MARK_LENGTH,
    pullWord: 'merge request',
    needs: NEEDS,
    but: isJobToken(access.token) ? JOB_TOKEN : undefined,
    comments: (on, mark, body) => notesOn(site, on, mark, body),
    hasStatus: (commit, status) => hasStatus(site, commit, status),
    createStatus: (commit, status) => createStatus(site, commit, status),
    findPull: async ({ repository, branch, commit }) =>
      (await openMergeRequests(site, branch, repository)).find(({ sha }) => sha === commit)?.iid,
    pulls: (text) => mergeRequests(site, text),
    issues: async (mark, text) => issues(site, mark, text),
    findIssues: (mark) => findIssues(site, mark),
    closeIssue: (number) => closeIssue(site, number),
    upload: async ({ name, bytes, type }) => {
      const content = new Blob([bytes as Uint8Array<ArrayBuffer>], { type });
      const file = { content, filename: name };
      return (await site.client.ProjectMarkdownUploads.create(site.slug, file)).url;
    },
  });
}

const JOB_TOKEN = 'this is the token of a job (CI_JOB_TOKEN), which may write nothing here';

const NEEDS = {
  'pull comment': role('Reporter'),
  'issue comment': role('Reporter'),
  status: role('Developer'),
  'look for pull': role('Reporter'),
  pull: role('Developer'),
  issue: role('Reporter'),
  upload: role('Developer'),
};

function role(least: string): string {
  return `the scope “api” and the role ${least} or more`;
}
