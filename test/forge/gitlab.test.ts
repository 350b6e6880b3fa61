// The stand-in itself: it must be able to say no.
import { expect, it } from 'vitest';
import { BOT, type GitlabStandIn, openGitlab } from './gitlab.ts';

it('answers what GitLab’s description says, and notices a request that it does not allow', async () => {
  const gitlab = await openGitlab();
  gitlab.openMerge({ head: { project: 'lab/weather/model', branch: 'b', sha: 'a'.repeat(40) } });
  const notes = '/projects/lab%2Fweather%2Fmodel/merge_requests/1/notes';
  expect(await statusOf(gitlab, 'GET', '/user')).toBe(200);
  expect(await statusOf(gitlab, 'POST', notes, { body: 'x\n/close' })).toBe(201);
  expect(await statusOf(gitlab, 'GET', '/projects/lab%2Fweather%2Fmodel/issues?state=opened')).toBe(200);
  expect(gitlab.state).toMatchObject({ notes: [{ body: 'x' }], actions: ['/close'] });
  expect(gitlab.broken).toEqual([]);

  expect(await statusOf(gitlab, 'POST', notes, { text: 'x' })).toBe(400);
  expect(await statusOf(gitlab, 'GET', `${notes}?order=asc`)).toBe(400);
  expect(await statusOf(gitlab, 'GET', '/projects/lab/weather/model')).toBe(404);
  expect(gitlab.broken.splice(0).map((line) => line.replace(/^.*\/(?=notes|model)/, ''))).toEqual([
    'notes: body: must have required property \'body\' {"missingProperty":"body"}',
    'notes: body: must NOT have additional properties {"additionalProperty":"text"}',
    'notes: query order: no such parameter',
    'model: no such call',
  ]);
});

it('takes a token in its own header only', async () => {
  const gitlab = await openGitlab();
  const job = gitlab.tokenOf(BOT, 'job');
  expect(await statusOf({ ...gitlab, token: job }, 'GET', '/user')).toBe(401);
  const headers = { 'job-token': gitlab.token };
  expect((await fetch(`${gitlab.url}/user`, { headers })).status).toBe(401);
});

async function statusOf(
  { url, token }: Pick<GitlabStandIn, 'url' | 'token'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<number> {
  const headers = { 'private-token': token, 'content-type': 'application/json' };
  const answer = await fetch(`${url}${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return answer.status;
}
