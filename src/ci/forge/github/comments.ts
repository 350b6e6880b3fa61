import { unlessGone } from '../call-trouble.ts';
import type { Thread } from '../forge.ts';
import { carries, isNewer, isSameText, type Mark, marked } from '../mark.ts';
import type { Post, Posts } from '../upsert.ts';
import { foundBy, type GithubSite, isOurs } from './site.ts';

interface Comment extends Post {
  readonly body: string;
}

export async function commentsOn(
  { octokit, paginate, at, viewer }: GithubSite,
  { number }: Thread,
  mark: Mark,
  body: string,
): Promise<Posts<Comment>> {
  const thread = { ...at, issue_number: number };
  const whole = marked(mark, body);
  const us = await viewer();
  return {
    found: foundBy(us),
    find: async () => {
      const all = await paginate(octokit, 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...thread,
        per_page: 100,
      });
      return all.filter((each) => carries(mark, each.body) && isOurs(each.user, us)).map(commentOf);
    },
    create: async () => {
      const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...thread,
        body: whole,
      });
      return commentOf(data);
    },
    isNewer: (comment) => isNewer(comment.body, mark),
    isSame: (comment) => isSameText(comment.body, whole),
    update: async ({ id }) => {
      await octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
        ...at,
        comment_id: id,
        body: whole,
      });
    },
    remove: ({ id }) =>
      unlessGone(
        octokit.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', {
          ...at,
          comment_id: id,
        }),
      ),
  };
}

function commentOf({
  id,
  html_url: url,
  body = '',
}: {
  readonly id: number;
  readonly html_url: string;
  readonly body?: string;
}): Comment {
  return { id, url, body };
}
