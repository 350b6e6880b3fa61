// The stand-in itself: it must be able to say no.
import { expect, it } from 'vitest';
import { type GithubStandIn, openGithub } from './github.ts';

it('answers what GitHub’s description says, and notices a request that it does not allow', async () => {
  const github = await openGithub();
  github.openPull({ head: { repository: 'octo/weather', branch: 'b', sha: 'a'.repeat(40) } });
  const statusOf = async (...call: Parameters<typeof ask> extends [unknown, ...infer Rest] ? Rest : never) =>
    (await ask(github, ...call)).status;
  expect(await statusOf('GET', '/repos/octo/weather/issues/1/comments')).toBe(200);
  expect(await statusOf('POST', '/repos/octo/weather/issues/1/comments', { body: 'x' })).toBe(201);
  expect(await statusOf('GET', '/repos/octo/weather/pulls?head=octo:b')).toBe(200);
  expect(await statusOf('GET', '/repos/octo/weather/issues')).toBe(200);
  expect(github.broken).toEqual([]);

  expect(await statusOf('POST', '/repos/octo/weather/statuses/abc', { state: 'ok' })).toBe(422);
  expect(await statusOf('POST', '/repos/octo/weather/issues/1/comments', { text: 'x' })).toBe(422);
  expect(await statusOf('GET', '/repos/octo/weather/pulls?branch=b')).toBe(422);
  expect(await statusOf('GET', '/repos/octo/weather/stars')).toBe(404);
  expect(github.broken.splice(0)).toEqual([
    'POST /repos/octo/weather/statuses/abc: body/state: must be equal to one of the allowed values {"allowedValues":["error","failure","pending","success"]}',
    'POST /repos/octo/weather/issues/1/comments: body: must have required property \'body\' {"missingProperty":"body"}',
    'POST /repos/octo/weather/issues/1/comments: body: must NOT have additional properties {"additionalProperty":"text"}',
    'GET /repos/octo/weather/pulls: query branch: no such parameter',
    'GET /repos/octo/weather/stars: no such call',
  ]);
  expect(github.state.comments.map(({ body }) => body)).toEqual(['x']);
});

function ask({ url, token }: GithubStandIn, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}
