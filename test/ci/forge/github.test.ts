import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Forge } from '../../../src/ci/forge/forge.ts';
import { NEEDS } from '../../../src/ci/forge/github/permissions.ts';
import { openForge } from '../../../src/ci/forge/open.ts';
import type { Patience } from '../../../src/ci/forge/patient-fetch.ts';
import { commitOf } from '../../../src/core/ids.ts';
import { type GithubStandIn, JOB, openGithub } from '../../forge/github.ts';
import { type ForgeBench, forgeSuite, NO_WAIT, troubleOf } from '../../suites/forge.ts';

const HEAD = commitOf('a'.repeat(40));
const SOMEONE = { login: 'eve', type: 'User' } as const;
const PULL = { kind: 'pull', number: 1 } as const;

function opened(github: GithubStandIn, token = github.token, patience: Patience = {}): Promise<Forge> {
  const { repository: slug } = github.state;
  const repository = { slug, url: `https://github.com/${slug}`, apiUrl: github.url };
  return openForge({ host: 'github', repository }, token, patience);
}

async function started(options: Parameters<typeof openGithub>[0] = {}): Promise<GithubStandIn> {
  const github = await openGithub(options);
  for (const [branch, sha] of [
    ['main', 'b'],
    ['feature', 'a'],
    ['mlops/update', 'c'],
  ] as const)
    github.state.branches.set(branch, sha.repeat(40));
  github.openPull({ head: { repository: github.state.repository, branch: 'feature', sha: HEAD } });
  return github;
}

async function bench(): Promise<ForgeBench> {
  const github = await started();
  const { state } = github;
  const tokens = {
    ours: github.token,
    reader: github.tokenOf(
      { login: 'reader[bot]', type: 'Bot' },
      { issues: 'read', pulls: 'read', statuses: 'read' },
    ),
    unknown: 'ghp_unknown',
  };
  return {
    open: (token = 'ours', patience = {}) => opened(github, tokens[token], patience),
    token: github.token,
    log: github.log,
    slug: state.repository,
    head: HEAD,
    fail: github.fail,
    comments: () => state.comments.map(({ by, body }) => ({ by: by.login, body })),
    writeAs: (by, body) => {
      state.comments.push({
        id: 2000 + state.comments.length,
        on: 1,
        by: by === 'ours' ? JOB : SOMEONE,
        body,
      });
    },
    statuses: () =>
      state.statuses.map(({ state: now, description, url }) => ({ state: now, description, url })),
    pulls: () => state.pulls.map(({ title, body }) => ({ title, body })),
    issues: () => state.issues,
    issueAs: (_, title, body) => {
      state.issues.push({ number: 50, by: SOMEONE, title, body, labels: [], state: 'open' });
    },
    create: /^POST .*\/issues\/1\/comments$/,
    list: /^GET .*\/issues\/1\/comments/,
    limit: 65_536,
  };
}

forgeSuite('GitHub', bench);

describe('GitHub', () => {
  it('is found below the host of an Enterprise server', async () => {
    const github = await started({ under: '/api/v3' });
    expect(await (await opened(github)).upsertComment(PULL, 'report', 'x')).toMatchObject({ how: 'created' });
    expect(github.log).toContain('POST /api/graphql');
  });

  it('knows a bot’s comment of its own from another bot’s', async () => {
    const github = await started();
    github.state.comments.push({
      id: 1,
      on: 1,
      by: { login: 'parrot[bot]', type: 'Bot' },
      body: '<!-- mlops:report -->\nx',
    });
    await (await opened(github)).upsertComment(PULL, 'report', 'ours');
    expect(github.state.comments.map(({ body }) => body)).toEqual([
      '<!-- mlops:report -->\nx',
      '<!-- mlops:report -->\nours',
    ]);
  });

  it('takes a bot’s for its own where it may not ask who it is, never a person’s, and removes none', async () => {
    const github = await started();
    const token = github.tokenOf(JOB, { graphql: false });
    for (const by of [SOMEONE, JOB, JOB])
      github.state.comments.push({
        id: github.state.comments.length + 1,
        on: 1,
        by,
        body: '<!-- mlops:report -->\nx',
      });
    expect(await (await opened(github, token)).upsertComment(PULL, 'report', 'new')).toMatchObject({
      how: 'updated',
    });
    expect(github.state.comments.map(({ body }) => body.split('\n')[1])).toEqual(['x', 'new', 'x']);
  });

  it('posts its own where it may not write over the one it found', async () => {
    const github = await started();
    github.state.comments.push({
      id: 1,
      on: 1,
      by: { login: 'parrot[bot]', type: 'Bot' },
      body: '<!-- mlops:report -->\nx',
    });
    const forge = await opened(github, github.tokenOf(JOB, { graphql: false, edits: false }));
    expect(await forge.upsertComment(PULL, 'report', 'one')).toMatchObject({ how: 'created' });
    expect(await forge.upsertComment(PULL, 'report', 'two')).toMatchObject({ how: 'updated' });
    expect(github.state.comments.map(({ body }) => body.split('\n')[1])).toEqual(['x', 'two']);
  });

  it('comments with the right to pull requests alone, but on no issue', async () => {
    const github = await started();
    github.state.issues.push({ number: 9, by: SOMEONE, title: 't', body: '', labels: [], state: 'open' });
    const forge = await opened(github, github.tokenOf(JOB, { issues: 'read' }));
    expect(await forge.upsertComment(PULL, 'report', 'x')).toMatchObject({ how: 'created' });
    expect(await troubleOf(forge.upsertComment({ kind: 'issue', number: 9 }, 'report', 'x'))).toMatchObject({
      message: expect.stringContaining('answered 403: Resource not accessible by integration'),
      help: 'the token needs “permissions: issues: write” in the workflow, and a conversation that is not locked; see docs/ci/tokens.md',
    });
  });

  it('does not see what a person’s token has no right to', async () => {
    const github = await started();
    const token = github.tokenOf(SOMEONE, { issues: 'none', pulls: 'none' });
    expect(await troubleOf((await opened(github, token)).upsertComment(PULL, 'report', 'x'))).toMatchObject({
      message: expect.stringContaining('answered 404: Not Found'),
      help: expect.stringContaining('pull-requests: write'),
    });
  });

  it('tells forks of one name apart by their commit and repository', async () => {
    const github = await started();
    const head = { repository: 'eve/weather', branch: 'feature', sha: 'e'.repeat(40) };
    const { number } = github.openPull({ head });
    github.openPull({ head: { ...head, repository: 'eve/other' } });
    const forge = await opened(github);
    const find = (repository: string) =>
      forge.findPull({ repository, branch: 'feature', commit: commitOf('e'.repeat(40)) });
    expect(await find('Eve/Weather')).toBe(number);
    expect(await find('octo/weather')).toBeUndefined();
  });

  it('waits a minute for a secondary limit that names no time, and no longer', async () => {
    const github = await started();
    const waits: number[] = [];
    const body = { message: 'You have exceeded a secondary rate limit. Please wait.' };
    github.fail({ kind: 'answer', status: 403, body }, { on: /^POST .*comments/, times: 2 });
    const forge = await opened(github, github.token, {
      now: () => 0,
      sleep: async (ms) => void waits.push(ms),
    });
    expect(await troubleOf(forge.upsertComment(PULL, 'report', 'x'))).toMatchObject({
      message: expect.stringContaining('the rate limit is used up until 1970-01-01T00:01:00Z'),
    });
    expect(waits).toEqual([60_000]);
  });

  it('says when the primary limit ends', async () => {
    const github = await started();
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '3600' };
    github.fail({ kind: 'answer', status: 403, headers, body: { message: 'API rate limit exceeded' } });
    const forge = await opened(github, github.token, { ...NO_WAIT, now: () => 0 });
    expect(await troubleOf(forge.upsertComment(PULL, 'report', 'x'))).toMatchObject({
      message: expect.stringContaining('the rate limit is used up until 1970-01-01T01:00:00Z (60 min)'),
    });
  });

  it('keeps no files for comments', async () => {
    expect((await opened(await started())).upload).toBeUndefined();
  });

  it('takes pull requests for no issues', async () => {
    const github = await started();
    github.openPull({
      head: { repository: 'octo/weather', branch: 'x', sha: HEAD },
      by: JOB,
      body: '<!-- mlops:drift -->\n',
    });
    expect(
      await (await opened(github)).upsertIssue('drift', { title: 't', body: 'b', labels: [] }),
    ).toMatchObject({ how: 'created' });
  });
});

it('names no right that the guide does not name', () => {
  const guide = readFileSync(resolve(import.meta.dirname, '../../../docs/ci/tokens.md'), 'utf8');
  const rights = Object.values(NEEDS).flatMap((words) => /permissions: ([\w-]+):/.exec(words)?.[1] ?? []);
  expect([...new Set(rights)].sort()).toEqual(['issues', 'pull-requests', 'statuses']);
  expect(rights.filter((right) => !guide.includes(`\`${right}: write\``))).toEqual([]);
});

describe('opening a forge', () => {
  it.each([
    ['a token of two lines', 'github', 'gh\np_x', 'the token has characters that none has'],
    ['an empty token', 'github', ' ', 'the token has characters that none has'],
    ['a plain shell', 'shell', 'x', 'a plain shell has no host to write to'],
  ] as const)('refuses %s', async (_, host, token, message) => {
    expect(await troubleOf(openForge({ host, repository: undefined }, token))).toMatchObject({
      exit: 'config',
      message,
    });
  });

  it.each([
    ['owner', 'https://api.github.com', '"owner" names no repository'],
    ['o/r', 'ftp://x', 'github: its API has no web address: "ftp://x"'],
    ['o/r', 'https://me:secret@x', 'github: its API has no web address: "…@x"'],
  ])('refuses the repository %s at %s', async (slug, apiUrl, message) => {
    const repository = { slug, url: 'https://github.com', apiUrl };
    expect(await troubleOf(openForge({ host: 'github', repository }, 'x'))).toMatchObject({
      exit: 'config',
      message,
    });
  });
});
