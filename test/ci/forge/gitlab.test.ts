import { describe, expect, it } from 'vitest';
import type { Forge } from '../../../src/ci/forge/forge.ts';
import { openForge } from '../../../src/ci/forge/open.ts';
import type { Patience } from '../../../src/ci/forge/patient-fetch.ts';
import { commitOf } from '../../../src/core/ids.ts';
import { BOT, type GitlabStandIn, openGitlab } from '../../forge/gitlab.ts';
import { type ForgeBench, forgeSuite, NO_WAIT, STATUS, troubleOf } from '../../suites/forge.ts';

const HEAD = commitOf('a'.repeat(40));
const SOMEONE = { id: 5, username: 'eve' };
const PULL = { kind: 'pull', number: 1 } as const;
const SLUG = 'lab/weather/model';

function opened(gitlab: GitlabStandIn, token = gitlab.token, patience: Patience = {}): Promise<Forge> {
  const repository = { slug: SLUG, url: `https://gitlab.example/${SLUG}`, apiUrl: gitlab.url };
  return openForge({ host: 'gitlab', repository }, token, patience);
}

async function started(options: Parameters<typeof openGitlab>[0] = {}): Promise<GitlabStandIn> {
  const gitlab = await openGitlab(options);
  for (const [branch, sha] of [
    ['main', 'b'],
    ['feature', 'a'],
    ['mlops/update', 'c'],
  ] as const)
    gitlab.state.branches.set(branch, sha.repeat(40));
  gitlab.openMerge({ head: { project: SLUG, branch: 'feature', sha: HEAD } });
  return gitlab;
}

async function bench(): Promise<ForgeBench> {
  const gitlab = await started();
  const { state } = gitlab;
  const tokens = {
    ours: gitlab.token,
    reader: gitlab.tokenOf({ id: 9, username: 'reader' }, 'read'),
    unknown: 'glpat-unknown',
  };
  return {
    open: (token = 'ours', patience = {}) => opened(gitlab, tokens[token], patience),
    token: gitlab.token,
    log: gitlab.log,
    slug: SLUG,
    head: HEAD,
    fail: gitlab.fail,
    comments: () => state.notes.map(({ by, body }) => ({ by: by.username, body })),
    writeAs: (by, body) => {
      const on = { kind: 'merge_requests', iid: 1 } as const;
      state.notes.push({
        id: 2000 + state.notes.length,
        on,
        by: by === 'ours' ? BOT : SOMEONE,
        system: false,
        body,
      });
    },
    statuses: () =>
      state.statuses.map((each) => ({
        state: each.state,
        description: each.description ?? null,
        url: each.url ?? null,
      })),
    pulls: () => state.merges.map(({ title, description }) => ({ title, body: description })),
    issues: () => state.issues.map((each) => ({ ...each, body: each.description })),
    issueAs: (_, title, description) => {
      state.issues.push({
        iid: state.issues.length + 1,
        by: SOMEONE,
        title,
        description,
        labels: [],
        state: 'opened',
      });
    },
    create: /^POST .*\/merge_requests\/1\/notes$/,
    list: /^GET .*\/merge_requests\/1\/notes/,
    limit: 1_000_000,
  };
}

forgeSuite('GitLab', bench);

describe('GitLab', () => {
  it('is found below the host of a server of one’s own, and a project in groups', async () => {
    const gitlab = await started({ under: '/gitlab' });
    await (await opened(gitlab)).upsertComment(PULL, 'report', 'x');
    expect(gitlab.log.at(-1)).toMatch(
      /^GET \/gitlab\/api\/v4\/projects\/lab%2Fweather%2Fmodel\/merge_requests\/1\/notes\?/,
    );
  });

  it('gives no commands, whatever a text says', async () => {
    const gitlab = await started();
    const forge = await opened(gitlab);
    const body = 'text\n/approve\n/merge\n```\n/close\n```';
    await forge.upsertComment(PULL, 'report', body);
    await forge.upsertPull({ branch: 'mlops/update', base: 'main', title: 't', body: `/close\n${body}` });
    await forge.upsertIssue('drift', { title: 't', body, labels: [] });
    expect(gitlab.state.actions).toEqual([]);
    expect(gitlab.state.notes[0]?.body).toContain('text\n /approve\n /merge');
    expect(await forge.upsertComment(PULL, 'report', body)).toMatchObject({ how: 'unchanged' });
  });

  it('says that the token of a job is not enough', async () => {
    const gitlab = await started();
    const forge = await opened(gitlab, gitlab.tokenOf(BOT, 'job'));
    const trouble = await troubleOf(forge.upsertComment(PULL, 'report', 'x'));
    expect(trouble).toMatchObject({
      message: expect.stringContaining('answered 401: 401 Unauthorized'),
      help: expect.stringContaining('CI_JOB_TOKEN'),
    });
  });

  it('tells the merge requests of forks from its own', async () => {
    const gitlab = await started();
    gitlab.openMerge({ head: { project: 'eve/model', branch: 'feature', sha: HEAD } });
    const forge = await opened(gitlab);
    const find = (repository: string) => forge.findPull({ repository, branch: 'feature', commit: HEAD });
    expect(await find('eve/model')).toBe(2);
    expect(await find(SLUG)).toBe(1);
  });

  it('keeps files for comments', async () => {
    const gitlab = await started();
    gitlab.fail({ kind: 'reset' }, { on: /uploads/ });
    const upload = (await opened(gitlab, gitlab.token, NO_WAIT)).upload!;
    const urls = await upload([
      { name: 'loss.png', bytes: new Uint8Array([1, 2, 3]), type: 'image/png' },
      { name: 'ünï.png', bytes: new Uint8Array(), type: 'image/png' },
    ]);
    expect(gitlab.state.uploads).toEqual([
      { name: 'loss.png', size: 3 },
      { name: 'ünï.png', size: 0 },
    ]);
    expect([...urls]).toEqual([
      ['loss.png', expect.stringMatching(/^\/uploads\/\w{32}\/loss\.png$/)],
      ['ünï.png', expect.stringMatching(/^\/uploads\/\w{32}\/ünï\.png$/)],
    ]);
  });

  it('leaves a status pending that is pending with other words', async () => {
    const gitlab = await started();
    const forge = await opened(gitlab);
    await forge.setStatus(HEAD, { ...STATUS, state: 'pending' });
    await forge.setStatus(HEAD, { ...STATUS, state: 'pending', description: 'still' });
    await forge.setStatus(HEAD, { ...STATUS, state: 'error' });
    expect(gitlab.state.statuses.map(({ state }) => state)).toEqual(['failed']);
  });

  it('does not take what GitLab itself wrote for its own', async () => {
    const gitlab = await started();
    const on = { kind: 'merge_requests', iid: 1 } as const;
    gitlab.state.notes.push({ id: 1, on, by: BOT, system: true, body: '<!-- mlops:report -->\nx' });
    expect(await (await opened(gitlab)).upsertComment(PULL, 'report', 'x')).toMatchObject({ how: 'created' });
  });
});
