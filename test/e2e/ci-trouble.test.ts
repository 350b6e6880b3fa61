// `mlops ci post` on a host that fails, refuses or has moved on: what could be posted is, the rest is said, nothing is doubled,
// and the report stays where it is.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { JOB, type Rights } from '../forge/github.ts';
import { openReported, type Reported, saidBy } from './ci-reported.ts';
import { expectExit } from './story.ts';

function expectKept({ rig }: Reported): void {
  expect(rig.read('mlops-report/comment.md')).toContain('accuracy');
  expect(rig.read('mlops-report/index.html')).toContain('accuracy');
  expect(JSON.parse(rig.read('mlops-report/ci.json')).state).toBe('done');
}

const LOCKED = {
  message: 'Unable to create comment because issue is locked.',
  documentation_url: 'https://docs.github.com/rest',
  status: '403',
};

describe('mlops ci post', () => {
  it.each([
    [
      'comment',
      { pulls: 'read', issues: 'read' },
      'permissions: pull-requests: write',
      { comments: 0, statuses: 1 },
    ],
    ['status', { statuses: 'read' }, 'permissions: statuses: write', { comments: 1, statuses: 0 }],
    [
      'read',
      { statuses: 'none', pulls: 'none', issues: 'none' },
      'permissions: statuses: write',
      { comments: 0, statuses: 0 },
    ],
  ] as const)('names the right that a token lacks: %s', async (_, rights, words, done) => {
    const all = await openReported();
    const { github } = all;
    const token = github.tokenOf(JOB, rights);
    const ended = expectExit(await all.post({ MLOPS_CI_TOKEN: token }), 6);
    expect(saidBy(ended, token)).toContain(words);
    expect({ comments: github.state.comments.length, statuses: github.state.statuses.length }).toEqual(done);
    expectKept(all);
  });

  it.each([
    ['nobody knows', 'ghs_unknown', 6, '401'],
    ['cannot be one', 'two\nlines', 4, 'the token has characters that none has'],
  ] as const)('says of a token that it is one that %s', async (_, token, exit, words) => {
    const all = await openReported();
    const ended = expectExit(await all.post({ MLOPS_CI_TOKEN: token }), exit);
    expect(ended.stdout + ended.stderr).toContain(words);
    expectKept(all);
  });

  it('needs a token neither that may ask who it is, nor that may write over others', async () => {
    const all = await openReported();
    const rights: Rights = { graphql: false, edits: false };
    const token = all.github.tokenOf(JOB, rights);
    for (const _ of ['creates', 'finds']) expectExit(await all.post({ MLOPS_CI_TOKEN: token }), 0);
    expect(all.github.state.comments).toHaveLength(1);
  });

  it('asks again where the host fails for a moment, limits calls for a second, or loses its answer', async () => {
    const all = await openReported();
    const { github } = all;
    github.fail({ kind: 'answer', status: 502, body: 'Bad Gateway' }, { on: /^GET .*statuses/ });
    github.fail({ kind: 'lost' }, { on: /^POST .*statuses/ });
    github.fail(
      {
        kind: 'answer',
        status: 403,
        headers: { 'retry-after': '1' },
        body: { message: 'You have exceeded a secondary rate limit.' },
      },
      { on: /^GET .*comments/ },
    );
    github.fail({ kind: 'late', status: 504 }, { on: /^POST .*comments/ });
    expectExit(await all.post(), 0);
    expect([github.state.comments.length, github.state.statuses.length]).toEqual([1, 1]);
  });

  it('gives up on a host that is down, keeps the report, and posts it later', async () => {
    const all = await openReported();
    const { github } = all;
    github.fail({ kind: 'answer', status: 503, body: { message: 'down' } }, { times: 8 });
    const ended = expectExit(await all.post(), 6);
    const said = saidBy(ended, github.token);
    expect(said).toContain('answered 503');
    expect(said).toContain('the report is kept: mlops ci post writes it when the host answers again');
    expect(github.log).toHaveLength(8);
    expectKept(all);
    expectExit(await all.post(), 0);
    expect([github.state.comments.length, github.state.statuses.length]).toEqual([1, 1]);
  });

  it('says until when a rate limit lasts that is too long to wait for', async () => {
    const all = await openReported();
    const reset = String(Math.floor(Date.now() / 1000) + 1800);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    all.github.fail(
      { kind: 'answer', status: 403, headers, body: { message: 'API rate limit exceeded' } },
      { times: 99 },
    );
    const ended = expectExit(await all.post(), 6);
    expect(saidBy(ended, all.github.token)).toMatch(
      /the rate limit is used up until 2\S+Z \((29|30) min\)[\s\S]*the report is kept/,
    );
    expectKept(all);
  });

  it('makes a comment anew that somebody deleted, also between its look and its word', async () => {
    const all = await openReported();
    const { comments } = all.github.state;
    expectExit(await all.post(), 0);
    comments.length = 0;
    expectExit(await all.post({ GITHUB_RUN_ID: '78' }), 0);
    expect(comments).toHaveLength(1);
    all.github.fail(
      { kind: 'answer', status: 404, body: { message: 'Not Found' } },
      { on: /^PATCH .*comments/ },
    );
    expectExit(await all.post({ GITHUB_RUN_ID: '79' }), 0);
    expect(comments.at(-1)!.body).toContain('79');
  });

  it('says of a locked conversation what is in the way, and sets the status', async () => {
    const all = await openReported();
    all.github.fail({ kind: 'answer', status: 403, body: LOCKED }, { on: /^POST .*comments/ });
    const ended = expectExit(await all.post(), 6);
    expect(saidBy(ended, all.github.token)).toMatch(
      /issue is locked[\s\S]*a conversation that is not locked/,
    );
    expect(all.github.state.statuses).toMatchObject([{ sha: all.head, state: 'success' }]);
  });

  it('writes below a pull request that was closed while it ran', async () => {
    const all = await openReported();
    all.github.state.pulls[0]!.state = 'closed';
    expectExit(await all.post(), 0);
    expect(all.github.state.comments.map(({ on }) => on)).toEqual([all.number]);
  });

  it('says which commit it is of, where the branch has gone elsewhere meanwhile', async () => {
    const all = await openReported();
    const { rig, github, head } = all;
    rig.write({ 'other.txt': 'x' });
    await rig.git('commit', '-q', '--amend', '--allow-empty', '-m', 'forced');
    expectExit(await all.post(), 0);
    expect(github.state.statuses.map(({ sha }) => sha)).toEqual([head]);
    expect(github.state.comments[0]!.body).toContain(`\`topic\` (\`${head.slice(0, 7)}\`)`);
  });

  it('leaves a comment alone that a newer run wrote', async () => {
    const all = await openReported();
    const { comments } = all.github.state;
    const bodies = () => comments.map(({ body }) => /actions\/runs\/\d+/.exec(body)?.[0]);
    expectExit(await all.post({ GITHUB_RUN_ID: '90' }), 0);
    const late = expectExit(await all.post({ GITHUB_RUN_ID: '89' }), 0);
    expect(late.stdout).toContain('comment left as it is, for a newer run wrote it');
    expect(bodies()).toEqual(['actions/runs/90']);
    expectExit(await all.post({ GITHUB_RUN_ID: '100' }), 0);
    expect(bodies()).toEqual(['actions/runs/100']);
  });

  it('ends with one comment where three jobs post at once, and with one of each name', async () => {
    const all = await openReported();
    const ended = await Promise.all([all.post(), all.post(), all.post(), all.post({}, '--name', 'train-2')]);
    expect(ended.map(({ exit }) => exit)).toEqual([0, 0, 0, 0]);
    const { comments, statuses } = all.github.state;
    expect(comments.map(({ body }) => body.split(' ')[1]).sort()).toEqual([
      'mlops:mlops.report',
      'mlops:train-2.report',
    ]);
    expect([...new Set(statuses.map(({ context }) => context))].sort()).toEqual(['mlops', 'train-2']);
    expectExit(await all.post({}, '--name', 'a b'), 2);
  });

  it('fits a report of any size into a comment', async () => {
    const all = await openReported();
    const record = JSON.parse(readFileSync(`${all.rig.path}/mlops-report/ci.json`, 'utf8'));
    const [stage] = record.view.stages;
    const stages = Array.from({ length: 2000 }, (_, n) => ({
      ...stage,
      stage: `train-${n}-${'x'.repeat(60)}`,
    }));
    const params = Array.from({ length: 3000 }, (_, n) => ({
      file: 'params.yaml',
      key: `k${n}`,
      was: 1,
      now: '🚲'.repeat(50),
    }));
    all.rig.write({
      'mlops-report/ci.json': {
        ...record,
        view: { ...record.view, stages, changes: { ...record.view.changes, params } },
      },
    });
    expectExit(await all.post(), 0);
    const [{ body }] = all.github.state.comments as unknown as [{ body: string }];
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body).toContain('accuracy');
  });
});
